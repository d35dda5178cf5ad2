import { useId, useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import type { ReplyOf } from '../../../../contract/endpoint.ts';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkContent, FrameworkRow } from '../../../../contract/frameworks.ts';
import { useApi, usePaths } from '../../api/ApiProvider.tsx';
import { useLoad } from '../../api/queries.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { saveFile } from '../../components/download/saveFile.ts';
import type { FileType } from '../../components/download/saveFile.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { Missing } from '../../components/states/Missing.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Adapt } from './Adapting.tsx';
import { ItemTree } from './ItemTree.tsx';
import { compareWithCore } from './overlayChanges.ts';
import { useFrameworkRole, useMayPublish } from './roleHere.ts';
import { VersionSelect } from './VersionSelect.tsx';
import './frameworks.css';

type Version = ReplyOf<typeof frameworkEndpoints.read>;

function Exports({ row, n }: { row: FrameworkRow; n: number }) {
  const { t } = useTranslation('frameworks');
  const { call } = useApi();
  const [failed, setFailed] = useState(false);
  const words = failed ? t('export.failed') : null;
  useAnnouncement(words);
  const params = { key: row.key, n };
  const name = `${row.slug}-${n}`;
  const save = (text: Promise<string>, extension: string, type: FileType) => {
    setFailed(false);
    text.then((content) => saveFile(content, `${name}.${extension}`, type)).catch(() => setFailed(true));
  };
  const button = (label: string, onClick: () => void) => (
    <Button
      size="sm"
      variant="default"
      leftSection={<IconDownload size={18} stroke={ICON_STROKE} aria-hidden="true" />}
      onClick={onClick}
    >
      {label}
    </Button>
  );
  return (
    <div className="wm-row wm-no-print">
      {button(t('export.case'), () =>
        save(call(frameworkEndpoints.exportCase, { params }), 'json', 'application/json'),
      )}
      {button(t('export.csv'), () => save(call(frameworkEndpoints.exportCsv, { params }), 'csv', 'text/csv'))}
      {words && <p className="wm-field-problem">{words}</p>}
    </div>
  );
}

const NO_CHANGES: ReturnType<typeof compareWithCore> = new Map();

interface OverlayProps {
  overlay: FrameworkContent;
  core: FrameworkContent;
  applied: FrameworkContent;
  /** Number of the core's newest version. */
  newestCore: number;
}

/** An overlay with what it changes in its core. */
function OverlayItems({ overlay, core, applied, newestCore }: OverlayProps) {
  const { t } = useTranslation('frameworks');
  const id = useId();
  const [show, setShow] = useState<'all' | 'changed'>('all');
  const changes = useMemo(() => compareWithCore(overlay, core), [overlay, core]);
  const only = useMemo(() => (show === 'changed' ? new Set(changes.keys()) : null), [show, changes]);
  const of = overlay.overlay;
  if (!of) return null;
  const counts = {
    renamed: of.renamedItems.length,
    added: overlay.items.length,
    raised: of.raisedTargets.length,
  };
  return (
    <>
      <p>{changes.size === 0 ? t('changes.none') : t('changes.summary', counts)}</p>
      {newestCore > of.core.version && (
        <p className="wm-notice-line">
          {t('changes.newerCore', { core: of.core.title, n: newestCore, version: of.core.version })}
        </p>
      )}
      {changes.size > 0 && (
        <>
          <span id={id} hidden>
            {t('changes.show')}
          </span>
          <Choices
            labelledBy={id}
            value={show}
            onChange={setShow}
            choices={(['all', 'changed'] as const).map((value) => ({
              value,
              label: t(`changes.${value}`),
            }))}
          />
        </>
      )}
      <ItemTree framework={applied} changes={changes} only={only} />
    </>
  );
}

function Items({ version, rows }: { version: Version; rows: readonly FrameworkRow[] }) {
  const { content, applied } = version;
  const { key = '', version: n = 1 } = content.overlay?.core ?? {};
  const core = useLoad(
    frameworkEndpoints.read,
    { params: { key, n } },
    { enabled: content.overlay !== null },
  );
  if (!content.overlay || !applied) return <ItemTree framework={content} changes={NO_CHANGES} only={null} />;
  return (
    <Loaded query={core} skeleton="rows">
      {(read) => (
        <OverlayItems
          overlay={content}
          core={read.content}
          applied={applied}
          newestCore={rows.find((one) => one.key === key)?.version ?? n}
        />
      )}
    </Loaded>
  );
}

function Facts({ version }: { version: Version }) {
  const { t } = useTranslation('frameworks');
  const format = useFormat();
  const { to } = usePaths();
  const { content, publishedAt } = version;
  const { description, source, licence, acknowledgement, overlay } = content;
  return (
    <>
      {description && <p dir="auto">{description}</p>}
      {overlay && (
        <p>
          <Link className="wm-link" to={to(`frameworks/${overlay.core.key}?version=${overlay.core.version}`)}>
            {t('adapts', { core: overlay.core.title, n: overlay.core.version })}
          </Link>
        </p>
      )}
      <p className="wm-facts wm-small">
        <span>{t('versionPublished', { n: version.version, day: format.day(publishedAt) })}</span>
        <span>{t('by', { source })}</span>
        {content.version && <span>{t('edition', { version: content.version })}</span>}
        {licence && <span dir="auto">{licence}</span>}
      </p>
      {acknowledgement && (
        <p className="wm-small" dir="auto">
          {acknowledgement}
        </p>
      )}
    </>
  );
}

interface ViewProps {
  row: FrameworkRow;
  rows: readonly FrameworkRow[];
}

function View({ row, rows }: ViewProps) {
  const { key, version: newest } = row;
  const mayPublish = useMayPublish();
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get('version') ?? newest);
  const n = Number.isInteger(asked) && asked >= 1 && asked <= newest ? asked : newest;
  const read = useLoad(frameworkEndpoints.read, { params: { key, n } }, { staleTime: Infinity });
  return (
    <>
      <PageTitle>{row.title}</PageTitle>
      <div className="wm-framework-tools">
        {newest > 1 && (
          <VersionSelect
            value={n}
            newest={newest}
            onChange={(chosen) => setSearch({ version: String(chosen) }, { replace: true })}
          />
        )}
        <Exports row={row} n={n} />
        {mayPublish && <Adapt row={row} />}
      </div>
      <Loaded query={read} skeleton="rows">
        {(version) => (
          <>
            <Facts version={version} />
            <Items key={version.version} version={version} rows={rows} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** `/frameworks/:frameworkKey`: a published version with its items; of an overlay, also what it changes. */
export function FrameworkPage() {
  const { t } = useTranslation('frameworks');
  const { frameworkKey = '' } = useParams();
  const role = useFrameworkRole();
  const list = useLoad(frameworkEndpoints.list, {});
  const row = list.data?.rows.find(({ key }) => key === frameworkKey);
  const title = row?.title ?? '';
  return (
    <Page
      title={title || t('page')}
      forRole={role}
      bar={{ kind: 'inner', back: 'frameworks', parent: t('page'), title }}
    >
      <div className="wm-frameworks">
        <Loaded query={list} skeleton="rows" forbidden="designers">
          {({ rows }) => (row ? <View key={row.key} row={row} rows={rows} /> : <Missing />)}
        </Loaded>
      </div>
    </Page>
  );
}
