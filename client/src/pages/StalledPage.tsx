import { useTranslation } from 'react-i18next';
import { Page } from '../components/page/Page.tsx';

/**
 * The first page of a visit, while its code cannot be loaded: the notice under the bar says so, and the page appears on its own.
 */
export function StalledPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t('app.name')}
      bar={{ kind: 'inner', back: '', parent: t('onTheWay.start'), title: t('app.name'), isHeading: true }}
    >
      {null}
    </Page>
  );
}
