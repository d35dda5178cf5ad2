import { useTranslation } from 'react-i18next';
import { Page } from '../components/page/Page.tsx';
import { Missing } from '../components/states/Missing.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('missing.title')} bar={{ kind: 'plain' }} width="column">
      <Missing />
    </Page>
  );
}
