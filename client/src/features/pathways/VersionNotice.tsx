import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { windowIds } from '../../storage/windowIds.ts';
import '../../components/states/states.css';

/** Says that a newer version is offered, until one has looked at it and stayed; `MapAside` links to it all the time. */
export function VersionNotice({ map: { enrolmentId, newerVersion: to } }: { map: PathwayMap }) {
  const { t } = useTranslation('map');
  const paths = usePaths();
  if (to === null || windowIds('stayed', enrolmentId).read().includes(String(to))) return null;
  return (
    <p className="wm-archived">
      {t('version.available', { to })}{' '}
      <Link className="wm-link" to={paths.to(`pathways/${enrolmentId}/newer`)}>
        {t('version.see')}
      </Link>
    </p>
  );
}
