import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../../contract/content.ts';
import { NO_FACTS } from '../../../../../contract/rules.ts';
import { Choices } from '../../../components/choices/Choices.tsx';
import { EarnedBadges } from '../../../components/pathwayMap/EarnedBadges.tsx';
import { PathwayView } from '../../../components/pathwayMap/PathwayView.tsx';
import { Tracks } from '../../../components/pathwayMap/Tracks.tsx';
import { PreviewScreen, WidthChoice } from '../PreviewScreen.tsx';
import type { PreviewWidth } from '../PreviewScreen.tsx';
import { fitFacts, toDraftMap, toReadableDraft } from './draftMap.ts';
import type { DraftMap } from './draftMap.ts';
import { PreviewedModule } from './PreviewedModule.tsx';
import { Outcome, RulesPanel } from './RulesPanel.tsx';
import '../../../components/module/module.css';
import '../studio.css';
import './draftPreview.css';

type View = 'preview' | 'rules';

interface DraftWalkProps {
  content: PathwayContent;
  /** Key of the module that is open; null: the map. */
  at: string | null;
  /** Address of a module of the preview; of the map. */
  pathTo: (module: string | null) => string;
  notices: ReactNode;
}

/** The switch between preview and rules where there is no room for both. */
function ViewSwitch({ view, onView }: { view: View; onView: (view: View) => void }) {
  const { t } = useTranslation('studio');
  const id = useId();
  return (
    <div className="wm-studio-switch">
      <span id={id} hidden>
        {t('previewAs.views')}
      </span>
      <Choices
        labelledBy={id}
        value={view}
        onChange={onView}
        choices={(['preview', 'rules'] as const).map((value) => ({ value, label: t(`previewAs.${value}`) }))}
      />
    </div>
  );
}

/** Going from the map to a module and back begins at the top, as between two pages. */
function useArrivalWithin(at: string | null) {
  const place = useRef<HTMLDivElement>(null);
  const last = useRef(at);
  useEffect(() => {
    if (last.current === at) return;
    last.current = at;
    const heading = place.current?.querySelector<HTMLElement>('h1');
    heading?.focus({ preventScroll: true });
    place.current?.scrollTo?.(0, 0);
  }, [at]);
  return place;
}

interface PreviewedMapProps {
  map: DraftMap;
  pathTo: DraftWalkProps['pathTo'];
  onTrack: (track: string, chosen: boolean) => void;
}

function PreviewedMap({ map, pathTo, onTrack }: PreviewedMapProps) {
  return (
    <div className="wm-reading">
      <PathwayView
        map={map}
        pathTo={({ key }) => pathTo(key)}
        tracks={map.tracks.length > 0 && <Tracks tracks={map.tracks} onChoose={onTrack} />}
        aside={
          map.modules.length > 0 && (
            <aside className="wm-map-aside">
              <EarnedBadges modules={map.modules} awards={map.awards} />
            </aside>
          )
        }
      />
    </div>
  );
}

/** A draft as a teacher would see it who has done what the switches say. What is switched is kept in memory only. */
export function DraftWalk({ content: written, at, pathTo, notices }: DraftWalkProps) {
  const { t } = useTranslation('studio');
  const [chosen, setFacts] = useState(NO_FACTS);
  const [width, setWidth] = useState<PreviewWidth>('phone');
  const [view, setView] = useState<View>('preview');
  const content = useMemo(
    () => toReadableDraft(written, { untitled: t('untitled'), impossible: t('previewAs.impossible') }),
    [written, t],
  );
  const facts = useMemo(() => fitFacts(written, chosen), [written, chosen]);
  const map = useMemo(() => toDraftMap(content, facts), [content, facts]);
  const screen = useArrivalWithin(at);
  const module = content.modules.find(({ key }) => key === at);
  const place = map.modules.find(({ key }) => key === at);
  const chooseTrack = (track: string, isChosen: boolean) => {
    const others = [...facts.tracks].filter((key) => key !== track);
    setFacts({ ...facts, tracks: new Set(isChosen ? [...others, track] : others) });
  };
  return (
    <div className="wm-preview" data-view={view}>
      <div className="wm-studio-tools wm-preview-tools">
        <ViewSwitch view={view} onView={setView} />
        <Outcome map={map} />
        <WidthChoice width={width} onChange={setWidth} />
      </div>
      <div className="wm-preview-pane">
        {notices}
        {at !== null && !module && <p className="wm-notice-line">{t('previewAs.gone')}</p>}
        <PreviewScreen width={width} shape="whole" place={screen}>
          {module && place ? (
            <PreviewedModule key={module.key} module={module} place={place} map={pathTo(null)} />
          ) : (
            <PreviewedMap map={map} pathTo={pathTo} onTrack={chooseTrack} />
          )}
        </PreviewScreen>
      </div>
      <RulesPanel content={written} facts={facts} onChange={setFacts} />
    </div>
  );
}
