import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePaths } from '../../api/ApiProvider.tsx';
import { TrailDrawing } from '../logo/Logo.tsx';
import { PageTitle } from '../page/PageTitle.tsx';
import './states.css';

/** Nothing exists at this URL. */
export function Missing() {
  const { t } = useTranslation();
  const { to } = usePaths();
  return (
    <div className="wm-empty">
      <TrailDrawing />
      <PageTitle>{t('missing.title')}</PageTitle>
      <p>{t('missing.text')}</p>
      <Button component={Link} to={to('')}>
        {t('missing.back')}
      </Button>
    </div>
  );
}
