import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { useLoad } from '../../api/queries.ts';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Archived } from '../../components/states/Archived.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { Trail } from '../../components/trail/Trail.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useLeftovers } from '../../autosave/texts/useAttemptTexts.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { windowIds } from '../../storage/windowIds.ts';
import { HereCard } from './HereCard.tsx';
import { MapAside } from './MapAside.tsx';
import { findHere, postState, endOfTrailWord } from './mapModel.ts';
import { ModuleRow } from './ModuleRow.tsx';
import './map.css';

function Head({ map }: { map: PathwayMap }) {
  const { t } = useTranslation('map');
  const format = useFormat();
  const values = { done: map.approved, all: map.modules.length, time: format.minutes(map.minutesLeft) };
  const components = { b: <strong /> };
  return (
    <header className="wm-map-head">
      <PageTitle>{map.pathway.title}</PageTitle>
      {map.pathway.vision && <PlainWords>{map.pathway.vision}</PlainWords>}
      {map.modules.length > 0 && (
        <p className="wm-facts wm-map-progress">
          <span>
            <Trans t={t} i18nKey="progress" values={values} components={components} />
          </span>
          {map.minutesLeft > 0 && (
            <span>
              <Trans t={t} i18nKey="left" values={values} components={components} />
            </span>
          )}
        </p>
      )}
    </header>
  );
}

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

function MapWork({ map }: { map: PathwayMap }) {
  const { t } = useTranslation('map');
  const archived = map.run.state === 'archived';
  const here = archived ? null : findHere(map.modules);
  const resting = archived ? null : endOfTrailWord(map);
  const growsFrom = useNewlyApproved(map);
  const stops = map.modules.map((module) => ({
    key: module.key,
    number: module.position,
    state: postState(module, module === here),
    content: module === here ? <HereCard module={module} run={map.run} /> : <ModuleRow module={module} />,
  }));
  return (
    <div className="wm-map">
      <div className="wm-map-main">
        {archived && (
          <Archived current={map.currentEnrolmentId === null ? null : `pathways/${map.currentEnrolmentId}`} />
        )}
        <Head map={map} />
        {resting && <p className="wm-map-resting">{t(resting)}</p>}
        {stops.length > 0 ? (
          <Trail stops={stops} label={t('list')} {...(growsFrom ? { growsFrom } : {})} />
        ) : (
          <Empty>{t('empty')}</Empty>
        )}
      </div>
      <MapAside map={map} />
    </div>
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
