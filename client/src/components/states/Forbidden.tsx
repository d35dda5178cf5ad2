import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePaths } from '../../api/ApiProvider.tsx';
import { TrailDrawing } from '../logo/Logo.tsx';
import { PageTitle } from '../page/PageTitle.tsx';
import './states.css';

export interface ForbiddenProps {
  /** Who the page is for. */
  whose?: 'other' | 'reviewers' | 'admins' | 'designers';
}

/** The page's content if the API responded FORBIDDEN. */
export function Forbidden({ whose = 'other' }: ForbiddenProps) {
  const { t } = useTranslation();
  const { to } = usePaths();
  return (
    <div className="wm-empty">
      <TrailDrawing />
      <PageTitle>{t(`forbidden.${whose}`)}</PageTitle>
      <Button component={Link} to={to('')}>
        {t('forbidden.back')}
      </Button>
    </div>
  );
}
