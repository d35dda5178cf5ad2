import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useApi, useMaybeSession, useSessionState } from '../api/ApiProvider.tsx';
import { TrailDrawing } from '../components/logo/Logo.tsx';
import { Page } from '../components/page/Page.tsx';
import { PageTitle } from '../components/page/PageTitle.tsx';

/** No session: it ended, was signed off, or the page was opened from a bookmark. Only the LMS can launch again. */
export function SessionOverPage() {
  const { t } = useTranslation();
  const state = useSessionState();
  const untold = useApi().session.untold();
  const address = useMaybeSession()?.frame.returnUrl;
  const signedOff = state.status === 'over' && state.why === 'signedOff';
  const expired = state.status === 'over' && state.why === 'expired';
  const title = signedOff ? t('session.signedOff') : expired ? t('session.over') : t('session.absent');
  const text = signedOff
    ? t(untold ? 'session.signedOffUntold' : 'session.signedOffText')
    : expired
      ? t('session.overPlain')
      : t('session.absentText');
  return (
    <Page title={title} bar={{ kind: 'plain' }} width="column">
      <div className="wm-empty">
        <TrailDrawing />
        <PageTitle>{title}</PageTitle>
        <p>{text}</p>
        {address && (
          <Button component="a" href={address} target="_top" rel="noopener">
            {t('session.toCourse')}
          </Button>
        )}
      </div>
    </Page>
  );
}
