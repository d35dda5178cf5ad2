import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePaths } from '../../api/ApiProvider.tsx';
import './states.css';

/** Above the pages of an archived run: everything is read-only. @param current path of the current run's map, if there is one */
export function Archived({ current }: { current: string | null }) {
  const { t } = useTranslation();
  const { to } = usePaths();
  return (
    <p className="wm-archived">
      {t('archived.text')}{' '}
      {current !== null && (
        <Link className="wm-link" to={to(current)}>
          {t('archived.go')}
        </Link>
      )}
    </p>
  );
}
