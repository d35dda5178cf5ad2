import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { Level } from '../../components/cairn/Cairn.tsx';
import { StateChip, stateOfAttempt } from '../../components/chip/StateChip.tsx';
import './newer.css';

/** Work on modules that the person's version does not have any more: to be read. */
export function FormerModules({ former }: Pick<PathwayMap, 'former'>) {
  const { t } = useTranslation('map');
  const { to } = usePaths();
  const id = useId();
  if (former.length === 0) return null;
  return (
    <section className="wm-former" aria-labelledby={id}>
      <h2 id={id} className="wm-heading">
        {t('former.title')}
      </h2>
      <p className="wm-small">{t('former.text')}</p>
      <ul className="wm-rows">
        {former.map(({ key, attemptId, title, state, level }) => (
          <li key={key}>
            <Link className="wm-link" dir="auto" to={to(`modules/${attemptId}`)}>
              {title}
            </Link>
            {state !== 'returned' && <StateChip state={stateOfAttempt(state)} />}
            {level && <Level level={level} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
