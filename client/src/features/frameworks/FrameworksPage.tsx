import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkRow } from '../../../../contract/frameworks.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoad } from '../../api/queries.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { isDenied, Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { OverlayDrafts } from './Adapting.tsx';
import { useFrameworkRole, useMayPublish } from './roleHere.ts';
import './frameworks.css';

function Row({ row }: { row: FrameworkRow }) {
  const { t } = useTranslation('frameworks');
  const format = useFormat();
  const { to } = usePaths();
  const { key, title, version, publishedAt, items, licence, core } = row;
  return (
    <li className="wm-framework-row">
      <h2 className="wm-subheading">
        <Link className="wm-link" to={to(`frameworks/${key}`)} dir="auto">
          {title}
        </Link>
      </h2>
      {core && <p className="wm-small">{t('adapts', { core: core.title, n: core.version })}</p>}
      <p className="wm-facts wm-small">
        <span>{t('versionPublished', { n: version, day: format.day(publishedAt) })}</span>
        <span>{t(core ? 'ownItems' : 'items', { count: items })}</span>
        {licence && <span dir="auto">{licence}</span>}
      </p>
    </li>
  );
}

/** `/frameworks`: the frameworks of the institution, to be read and imported. */
export function FrameworksPage() {
  const { t } = useTranslation('frameworks');
  const { to } = usePaths();
  const role = useFrameworkRole();
  const mayPublish = useMayPublish();
  const list = useLoad(frameworkEndpoints.list, {});
  const add = mayPublish ? (
    <Button
      component={Link}
      to={to('frameworks/import')}
      leftSection={<IconFileImport size={18} stroke={ICON_STROKE} aria-hidden="true" />}
    >
      {t('import')}
    </Button>
  ) : null;
  return (
    <Page title={t('page')} bar={{ kind: 'top', role, tab: 'frameworks' }}>
      <div className="wm-frameworks">
        {!isDenied(list.error) && (
          <>
            <PageTitle>{t('page')}</PageTitle>
            <p className="wm-small">{t('intro')}</p>
          </>
        )}
        <Loaded query={list} skeleton="rows" forbidden="designers">
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty action={add}>{t(mayPublish ? 'emptyAdmin' : 'empty')}</Empty>
            ) : (
              <>
                {add && <div>{add}</div>}
                {mayPublish && <OverlayDrafts />}
                <ul className="wm-rows" aria-label={t('list')}>
                  {rows.map((row) => (
                    <Row key={row.key} row={row} />
                  ))}
                </ul>
              </>
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}
