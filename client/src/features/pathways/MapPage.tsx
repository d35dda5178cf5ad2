import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../api/queries.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Page } from '../../components/page/Page.tsx';
import { MapAside } from '../../components/pathwayMap/MapAside.tsx';
import { stepPath } from '../../components/pathwayMap/mapModel.ts';
import { PathwayView } from '../../components/pathwayMap/PathwayView.tsx';
import { Tracks } from '../../components/pathwayMap/Tracks.tsx';
import { Archived } from '../../components/states/Archived.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { ForColleagues } from './ForColleagues.tsx';
import { useLeftovers } from '../../autosave/useLeftovers.ts';
import { windowIds } from '../../storage/windowIds.ts';
import { FormerModules } from './FormerModules.tsx';
import { VersionNotice } from './VersionNotice.tsx';

/** The module whose approval this window shows for the first time: the trail grows from it once. */
function useNewlyApproved({ enrolmentId, modules }: PathwayMap): string | undefined {
  const [fresh] = useState(() => {
    const shown = windowIds('approved', enrolmentId);
    const approved = modules.filter((module) => module.state === 'approved').map((module) => module.key);
    const seen = shown.isKnown() ? shown.read() : approved;
    shown.write(approved);
    return approved.find((key) => !seen.includes(key));
  });
  return fresh;
}

/** The tracks, chosen and left at once; each choice is on the map when it is saved. */
function OwnTracks({ map }: { map: PathwayMap }) {
  const { t } = useTranslation('map');
  const { polite } = useAnnounce();
  const titleOf = (track: string) => map.tracks.find(({ key }) => key === track)?.title ?? '';
  const choose = useSend(pathwayEndpoints.chooseTrack, {
    refreshes: [pathwayEndpoints.map],
    onSuccess: (_done, { body: { track, chosen } }) =>
      polite(t(chosen ? 'tracks.nowChosen' : 'tracks.nowLeft', { title: titleOf(track) })),
  });
  const send = (track: string, chosen: boolean) =>
    choose.send({ params: { id: map.enrolmentId }, body: { track, chosen } });
  return (
    <>
      <Tracks
        tracks={map.tracks}
        onChoose={map.run.state === 'archived' ? null : send}
        isBusy={choose.isPending}
      />
      {choose.error && <Failed error={choose.error} title={t('tracks.failed')} />}
    </>
  );
}

function MapWork({ map }: { map: PathwayMap }) {
  const { to } = usePaths();
  const archived = map.run.state === 'archived';
  const current = map.currentEnrolmentId === null ? null : `pathways/${map.currentEnrolmentId}`;
  return (
    <PathwayView
      map={map}
      pathTo={(module, next) => to(next ? stepPath(module, next) : `modules/${module.attemptId}`)}
      notice={archived ? <Archived current={current} /> : <VersionNotice map={map} />}
      tracks={map.tracks.length > 0 && <OwnTracks map={map} />}
      below={<FormerModules former={map.former} />}
      aside={
        <MapAside map={map}>
          <ForColleagues modules={map.modules} />
        </MapAside>
      }
      growsFrom={useNewlyApproved(map)}
    />
  );
}

const COMPARING_MS = 3_000;

/** A change that somebody made in the LMS appears without another visit: it is compared when the link is opened. */
function lookForComparison({ grades, modules }: PathwayMap): number | false {
  const lines = [...grades, ...modules.flatMap((module) => module.grades)];
  return lines.some(({ comparing }) => comparing) && COMPARING_MS;
}

/** `/pathways/:enrolmentId`: where am I, and what comes next. */
export function MapPage() {
  const { t } = useTranslation('map');
  const { enrolmentId = '' } = useParams();
  const map = useLoad(
    pathwayEndpoints.map,
    { params: { id: enrolmentId } },
    { staleTime: 0, lookAgain: lookForComparison },
  );
  useLeftovers();
  return (
    <Page
      title={map.data?.pathway.title ?? t('page')}
      bar={{ kind: 'top', role: 'participant', tab: 'pathway' }}
    >
      <Loaded query={map} skeleton="map">
        {(data) => <MapWork map={data} />}
      </Loaded>
    </Page>
  );
}
