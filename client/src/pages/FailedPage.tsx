import { useTranslation } from 'react-i18next';
import { useMaybeSession } from '../api/ApiProvider.tsx';
import { Page } from '../components/page/Page.tsx';
import { Failed } from '../components/states/Failed.tsx';

/** A whole page that failed to load. With a session it keeps its bar, and with it the links to other pages. */
export function FailedPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const session = useMaybeSession();
  const inner = { kind: 'inner', back: '', parent: t('onTheWay.start'), title: t('app.name') } as const;
  return (
    <Page title={t('failed.page')} bar={session ? inner : { kind: 'plain' }} width="column">
      <Failed error={error} title={t('failed.page')} onRetry={onRetry} />
    </Page>
  );
}
