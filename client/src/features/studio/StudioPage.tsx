import { useRef, useState } from 'react';
import { Button } from '@mantine/core';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { DraftSource, StudioPathway } from '../../../../contract/studio.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../api/queries.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { DiscardDialog } from './DiscardDialog.tsx';
import { useContentUploads } from '../../uploads/useContentUploads.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { NewPathwayDialog } from './NewPathwayDialog.tsx';
import { useForgetNotes } from './publishNote.ts';
import { strandChoices } from './strands.ts';
import { useExport } from './useExport.ts';
import './studio.css';

/** Begins a draft, or finds the one that was begun, and goes there. */
function useBegin() {
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const { to } = usePaths();
  const sent = useSend(studioEndpoints.begin, {
    refreshes: [studioEndpoints.pathways],
    onSuccess: ({ draftId }) => navigate(to(`studio/${draftId}`)),
  });
  const failure = sent.error ? t('beginFailed') : null;
  useAnnouncement(failure);
  return { begin: (body: DraftSource) => sent.send({ body }), isPending: sent.isPending, failure };
}

interface RowProps {
  row: StudioPathway;
  onBegin: (source: DraftSource) => void;
}

function Facts({ row }: { row: StudioPathway }) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { version, publishedAt, draft } = row;
  const isPublished = version !== null && publishedAt !== null;
  return (
    <p className="wm-facts wm-small">
      <span>
        {isPublished ? t('published', { n: version, day: format.day(publishedAt) }) : t('unpublished')}
      </span>
      {draft && (
        <span>
          {draft.savedBy
            ? t('draft', { when: format.moment(draft.savedAt), name: draft.savedBy })
            : t('draftUnnamed', { when: format.moment(draft.savedAt) })}
        </span>
      )}
    </p>
  );
}

/** Downloads the newest version, and the draft if there is one. */
function ExportButtons({ row }: { row: StudioPathway }) {
  const { t } = useTranslation('studio');
  const { exportVersion, exportDraft, isPending, failure } = useExport();
  const { key, title, version, draft } = row;
  return (
    <>
      {version !== null && (
        <Button
          size="sm"
          variant="subtle"
          loading={isPending}
          aria-label={t('export.versionNamed', { n: version, title })}
          onClick={() => exportVersion(key, version)}
        >
          {t('export.version')}
        </Button>
      )}
      {draft && (
        <Button
          size="sm"
          variant="subtle"
          loading={isPending}
          aria-label={t('export.draftNamed', { title })}
          onClick={() => exportDraft(draft.id)}
        >
          {t('export.draft')}
        </Button>
      )}
      {failure && <p className="wm-field-problem">{failure}</p>}
    </>
  );
}

function Row({ row, onBegin }: RowProps) {
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const { to } = usePaths();
  const { key, title, strand, version, draft } = row;
  // the same key when it is pressed again: a repeat finds what the first press made
  const copyKey = useRef(crypto.randomUUID());
  const [isDiscarding, setDiscarding] = useState(false);
  const edit = () =>
    draft ? void navigate(to(`studio/${draft.id}`)) : onBegin({ from: 'version', pathwayKey: key });
  return (
    <li className="wm-studio-row">
      <div>
        <h2 className="wm-subheading" dir="auto">
          {title}
        </h2>
        <p className="wm-small" dir="auto">
          {strand.title}
        </p>
        <Facts row={row} />
        {row.retiredAt !== null && <StateChip state="revoked">{t('retired')}</StateChip>}
      </div>
      <div className="wm-row">
        <Button size="sm" variant="default" aria-label={t('editNamed', { title })} onClick={edit}>
          {t('edit')}
        </Button>
        {version !== null && (
          <Button
            size="sm"
            variant="subtle"
            aria-label={t('copyNamed', { title })}
            onClick={() => onBegin({ from: 'copy', pathwayKey: copyKey.current, of: key })}
          >
            {t('copy')}
          </Button>
        )}
        <ExportButtons row={row} />
        {version !== null && (
          <Button
            component={Link}
            size="sm"
            variant="subtle"
            aria-label={t('versions.openNamed', { title })}
            to={to(`studio/pathways/${key}/versions`)}
          >
            {t('versions.open')}
          </Button>
        )}
        {draft && (
          <Button
            size="sm"
            variant="subtle"
            aria-label={t('discard.openNamed', { title })}
            onClick={() => setDiscarding(true)}
          >
            {t('discard.open')}
          </Button>
        )}
        {draft && isDiscarding && (
          <DiscardDialog row={row} draft={draft} onClose={() => setDiscarding(false)} />
        )}
      </div>
    </li>
  );
}

function Import({ onClose }: { onClose: () => void }) {
  const { uploads } = useContentUploads(null);
  return <ImportDialog uploads={uploads} onClose={onClose} />;
}

function Pathways({ rows }: { rows: readonly StudioPathway[] }) {
  const { t } = useTranslation('studio');
  const { begin, isPending, failure } = useBegin();
  const [isNew, setNew] = useState(false);
  const [isImporting, setImporting] = useState(false);
  const newKey = useRef(crypto.randomUUID());
  const add = (
    <div className="wm-row">
      <Button
        leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
        onClick={() => setNew(true)}
      >
        {t('new.open')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileImport size={18} stroke={ICON_STROKE} aria-hidden="true" />}
        onClick={() => setImporting(true)}
      >
        {t('import.open')}
      </Button>
    </div>
  );
  return (
    <>
      {failure && !isNew && <p className="wm-field-problem">{failure}</p>}
      {rows.length === 0 ? (
        <Empty action={add}>{t('empty')}</Empty>
      ) : (
        <>
          {add}
          <ul className="wm-rows" aria-label={t('list')}>
            {rows.map((row) => (
              <Row key={row.key} row={row} onBegin={begin} />
            ))}
          </ul>
        </>
      )}
      {isImporting && <Import onClose={() => setImporting(false)} />}
      {isNew && (
        <NewPathwayDialog
          strands={strandChoices(rows.map(({ strand }) => strand))}
          pending={isPending}
          failure={failure}
          onClose={() => setNew(false)}
          onBegin={(title, strand) => begin({ from: 'blank', pathwayKey: newKey.current, title, strand })}
        />
      )}
    </>
  );
}

/** `/studio`: the pathways of the institution, to be written and copied. */
export function StudioPage() {
  const { t } = useTranslation('studio');
  const pathways = useLoad(studioEndpoints.pathways, {}, { staleTime: 0 });
  useForgetNotes(pathways.data?.rows ?? null, pathways.dataUpdatedAt);
  return (
    <Page title={t('page')} bar={{ kind: 'top', role: 'designer', tab: 'studio' }}>
      <div className="wm-studio-list">
        <PageTitle>{t('page')}</PageTitle>
        <p>{t('intro')}</p>
        <Loaded query={pathways} skeleton="rows" forbidden="designers">
          {({ rows }) => <Pathways rows={rows} />}
        </Loaded>
      </div>
    </Page>
  );
}
