import { useTranslation } from 'react-i18next';
import { Page } from '../components/page/Page.tsx';
import { Failed } from '../components/states/Failed.tsx';

/** A whole page that did not come up, for example because a newer version has replaced its files: load it anew. */
export function FailedPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Page title={t('failed.page')} bar={{ kind: 'plain' }} width="column">
      <Failed error={error} title={t('failed.page')} onRetry={() => window.location.reload()} />
    </Page>
  );
}
