import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { PageTitle } from '../page/PageTitle.tsx';
import { Empty } from '../states/Empty.tsx';
import { Trail } from '../trail/Trail.tsx';
import { PlainWords } from '../words/Words.tsx';
import { HereCard } from './HereCard.tsx';
import { askedOf, endOfTrailWord, findHere, postState } from './mapModel.ts';
import type { PathTo } from './mapModel.ts';
import { ModuleRow } from './ModuleRow.tsx';
import { Marked } from '../words/Marked.tsx';
import './map.css';

/** What the map shows of a pathway. */
export type ShownMap = Pick<PathwayMap, 'pathway' | 'run' | 'state' | 'modules' | 'approved' | 'minutesLeft'>;

function Head({ map }: { map: ShownMap }) {
  const { t } = useTranslation('map');
  const format = useFormat();
  const values = {
    done: map.approved,
    all: askedOf(map.modules).length,
    time: format.minutes(map.minutesLeft),
  };
  return (
    <header className="wm-map-head">
      <PageTitle>{map.pathway.title}</PageTitle>
      {map.pathway.vision && <PlainWords>{map.pathway.vision}</PlainWords>}
      {map.modules.length > 0 && (
        <p className="wm-facts wm-map-progress">
          <span>
            <Marked text={t('progress', values)} />
          </span>
          {map.minutesLeft > 0 && (
            <span>
              <Marked text={t('left', values)} />
            </span>
          )}
        </p>
      )}
    </header>
  );
}

interface PathwayViewProps {
  map: ShownMap;
  /** Where the links lead. */
  pathTo: PathTo;
  /** What stands above the title. */
  notice?: ReactNode;
  /** The tracks, between the title and the modules. */
  tracks?: ReactNode;
  /** What stands below the modules. */
  below?: ReactNode;
  /** What stands beside the modules. */
  aside: ReactNode;
  /** Key of the module from which the trail grows once. */
  growsFrom?: string | undefined;
}

/** A pathway as the person who works on it sees it: what is done, where it is their turn, and what comes next. */
export function PathwayView({ map, pathTo, notice, tracks, below, aside, growsFrom }: PathwayViewProps) {
  const { t } = useTranslation('map');
  const archived = map.run.state === 'archived';
  const here = archived ? null : findHere(map.modules);
  const resting = archived ? null : endOfTrailWord(map);
  const stops = map.modules.map((module) => ({
    key: module.key,
    number: module.position,
    state: postState(module, module === here),
    content:
      module === here ? (
        <HereCard module={module} run={map.run} pathTo={pathTo} />
      ) : (
        <ModuleRow module={module} pathTo={pathTo} />
      ),
  }));
  return (
    <div className="wm-map">
      <div className="wm-map-main">
        {notice}
        <Head map={map} />
        {resting && <p className="wm-map-resting">{t(resting)}</p>}
        {tracks}
        {stops.length > 0 ? (
          <Trail stops={stops} label={t('list')} {...(growsFrom ? { growsFrom } : {})} />
        ) : (
          <Empty>{t('empty')}</Empty>
        )}
        {below}
      </div>
      {aside}
    </div>
  );
}
