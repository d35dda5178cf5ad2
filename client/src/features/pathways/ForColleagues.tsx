import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { peerEndpoints } from '../../../../contract/peers.ts';
import type { AttemptState } from '../../../../contract/states.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoad } from '../../api/queries.ts';

const HANDED_IN: readonly AttemptState[] = ['submitted', 'in_review', 'returned', 'approved'];

function Invitation() {
  const { t } = useTranslation('map');
  const { to } = usePaths();
  const { data } = useLoad(peerEndpoints.waiting, {});
  if (!data || (data.waiting === 0 && data.taken === null)) return null;
  return (
    <section>
      <h2 className="wm-label">{t('peers.title')}</h2>
      <p className="wm-small">
        {t('peers.text', { count: data.waiting, taken: data.taken === null ? 'no' : 'yes' })}
      </p>
      <Link className="wm-link wm-small" to={to('peers')}>
        {t('peers.open')}
      </Link>
    </section>
  );
}

/** What waits for a review by colleagues; asked only if this person has handed in a module that they review. */
export function ForColleagues({ modules }: Pick<PathwayMap, 'modules'>) {
  const mayReview = modules.some(
    ({ reviewedBy, state }) => reviewedBy === 'peer' && HANDED_IN.includes(state),
  );
  return mayReview ? <Invitation /> : null;
}
