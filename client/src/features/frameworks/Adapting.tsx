import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { FrameworkRow } from '../../../../contract/frameworks.ts';
import { overlayEndpoints } from '../../../../contract/overlays.ts';
import type { OverlayDraftRow } from '../../../../contract/overlays.ts';
import { usePaths, useSession } from '../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';

/** Begins a draft, or finds the one that was begun, and goes to it. */
function useBegin() {
  const navigate = useNavigate();
  const { to } = usePaths();
  return useSend(overlayEndpoints.begin, {
    refreshes: [overlayEndpoints.list],
    onSuccess: ({ draftId }) => void navigate(to(`overlays/${draftId}`)),
  });
}

/** Asks what the overlay of a core is to be called. */
function AdaptDialog({ row, onClose }: { row: FrameworkRow; onClose: () => void }) {
  const { t } = useTranslation('frameworks');
  const { institution } = useSession();
  const begin = useBegin();
  // the same one at every press: a repeat finds what the first one began
  const [key] = useState(() => crypto.randomUUID());
  const [title, setTitle] = useState(t('adapt.titleOf', { title: row.title.slice(0, 200) }));
  const [source, setSource] = useState(institution.name);
  const [isAsked, setAsked] = useState(false);
  const needed = (text: string) => (isAsked && text.trim() === '' ? t('importing.needed') : null);
  const start = () => {
    setAsked(true);
    const names = { title: title.trim(), source: source.trim() };
    if (!names.title || !names.source || names.title.length > 255 || names.source.length > 500) return;
    const core = { key: row.key, version: row.version };
    begin.send({ body: { from: 'core', key, core, ...names } });
  };
  return (
    <ConfirmDialog
      opened
      title={t('adapt.title', { title: row.title })}
      confirm={t('adapt.begin')}
      pending={begin.isPending}
      onConfirm={start}
      onClose={onClose}
    >
      <div className="wm-stack">
        <p>{t('adapt.intro')}</p>
        <TextField
          label={t('importing.name')}
          value={title}
          most={255}
          dir="auto"
          error={needed(title)}
          onChange={setTitle}
        />
        <TextField
          label={t('adapt.source')}
          value={source}
          most={500}
          dir="auto"
          error={needed(source)}
          onChange={setSource}
        />
        {begin.error && <Failed error={begin.error} title={t('adapt.failed')} />}
      </div>
    </ConfirmDialog>
  );
}

/** The way to an overlay of this core, or to the next version of this overlay. */
export function Adapt({ row }: { row: FrameworkRow }) {
  const { t } = useTranslation('frameworks');
  const [isOpen, setOpen] = useState(false);
  const begin = useBegin();
  const start = () => (row.core ? begin.send({ body: { from: 'version', key: row.key } }) : setOpen(true));
  return (
    <>
      <Button size="sm" loading={begin.isPending} onClick={start}>
        {t(row.core ? 'adapt.change' : 'adapt.open')}
      </Button>
      {begin.error && <Failed error={begin.error} title={t('adapt.failed')} />}
      {isOpen && <AdaptDialog row={row} onClose={() => setOpen(false)} />}
    </>
  );
}

function DraftRow({ row: { id, title, core, savedAt, savedBy } }: { row: OverlayDraftRow }) {
  const { t } = useTranslation('frameworks');
  const format = useFormat();
  const { to } = usePaths();
  const when = format.moment(savedAt);
  return (
    <li className="wm-framework-row">
      <Link className="wm-link" to={to(`overlays/${id}`)} dir="auto">
        {title || t('adapt.untitled')}
      </Link>
      <p className="wm-small" dir="auto">
        {t('adapts', { core: core.title, n: core.version })}
      </p>
      <p className="wm-small" dir="auto">
        {savedBy ? t('adapt.saved', { when, name: savedBy }) : t('adapt.savedUnnamed', { when })}
      </p>
    </li>
  );
}

/** Overlays that are being written; nothing if there are none. */
export function OverlayDrafts() {
  const { t } = useTranslation('frameworks');
  const list = useLoad(overlayEndpoints.list, {});
  const rows = list.data?.rows ?? [];
  if (list.error && !list.data) return <Failed error={list.error} title={t('adapt.listFailed')} />;
  if (rows.length === 0) return null;
  return (
    <section aria-label={t('adapt.drafts')}>
      <h2 className="wm-subheading">{t('adapt.drafts')}</h2>
      <ul className="wm-rows">
        {rows.map((row) => (
          <DraftRow key={row.id} row={row} />
        ))}
      </ul>
    </section>
  );
}
