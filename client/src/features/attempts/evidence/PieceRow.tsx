import { useRef, useState } from 'react';
import { Button } from '@mantine/core';
import {
  IconDotsVertical,
  IconDownload,
  IconExternalLink,
  IconEye,
  IconTags,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { hostOf } from '../../../../../contract/address.ts';
import type { Workspace } from '../../../../../contract/attempts.ts';
import type { EvidenceView } from '../../../../../contract/evidence.ts';
import { ArtifactNote } from '../../../../../contract/artifacts.ts';
import { useSession } from '../../../api/ApiProvider.tsx';
import { evidenceActions, isAddress } from '../../../components/evidence/evidenceKinds.tsx';
import type { EvidenceAction } from '../../../components/evidence/evidenceKinds.tsx';
import { EvidenceRow } from '../../../components/evidence/EvidenceRow.tsx';
import { useLinkSentence } from '../../../components/evidence/LinkAddress.tsx';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';
import { MenuButton } from '../../../components/menu/MenuButton.tsx';
import type { MenuEntry } from '../../../components/menu/MenuButton.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import { codesOf } from '../moduleModel.ts';
import type { UploadManager } from '../uploads/uploadManager.ts';
import { isSameFile } from '../uploads/useUploads.ts';
import { DetailsDialog } from './DetailsDialog.tsx';
import { PreviewDialog } from './PreviewDialog.tsx';
import type { EvidenceActions } from './useEvidenceActions.ts';

/** Whether a scanner is configured is the operator's concern: the person who submits can do nothing about it. */
const ToldNote = ArtifactNote.exclude(['not_scanned', 'too_large_to_scan']);

export interface PieceRowProps {
  workspace: Workspace;
  piece: EvidenceView;
  uploads: UploadManager;
  actions: EvidenceActions;
  /** It was to be removed, and that failed. */
  stayed: boolean;
}

/** "PDF, 340 kB. Speaks to A and C." and what the page has to say about the file. */
function useFacts({ workspace, piece }: Pick<PieceRowProps, 'workspace' | 'piece'>): string {
  const { t } = useTranslation('module');
  const format = useFormat();
  const linkSentence = useLinkSentence();
  const codes = codesOf(workspace, piece.criteria);
  const kind =
    piece.mediaType === 'application/pdf' ? t('handIn.pdf') : t(`evidence.${piece.kind}`, { ns: 'common' });
  const what = isAddress(piece)
    ? t('handIn.metaLink', { kind, host: hostOf(piece.url) ?? piece.url })
    : piece.size === null
      ? kind
      : t('handIn.meta', { kind, size: format.bytes(piece.size) });
  const speaks =
    codes.length > 0 ? t('handIn.speaksTo', { criteria: format.list(codes) }) : t('handIn.speaksToNone');
  const notes = piece.notes.flatMap((note) => {
    const known = ToldNote.safeParse(note);
    return known.success ? [t(`handIn.notes.${known.data}`)] : [];
  });
  const sentence = isAddress(piece) ? linkSentence(piece.kind, piece) : null;
  const kept = workspace.state === 'returned' && piece.settled ? [t('handIn.settled')] : [];
  return [`${what}. ${speaks}.`, ...(sentence === null ? [] : [sentence]), ...kept, ...notes].join(' ');
}

interface MenuProps extends PieceRowProps {
  onDownload: () => void;
  onPreview: () => void;
  onDetails: () => void;
}

function useEntries(props: MenuProps): MenuEntry[] {
  const { workspace, piece, actions, onPreview, onDetails, onDownload } = props;
  const { t } = useTranslation('module');
  const open = () => void window.open(piece.url ?? '', '_blank', 'noopener,noreferrer');
  const known: Readonly<Record<EvidenceAction, MenuEntry>> = {
    open: { key: 'open', label: t('handIn.openLink'), icon: IconExternalLink, onSelect: open },
    preview: { key: 'preview', label: t('handIn.preview'), icon: IconEye, onSelect: onPreview },
    download: { key: 'load', label: t('handIn.download'), icon: IconDownload, onSelect: onDownload },
  };
  const entries = evidenceActions(piece).map((action) => known[action]);
  if (workspace.writable) {
    entries.push({ key: 'details', label: t('handIn.change'), icon: IconTags, onSelect: onDetails });
    const takeOut = () => actions.takeOut(piece);
    entries.push({ key: 'remove', label: t('handIn.remove'), icon: IconTrash, onSelect: takeOut });
  }
  return entries;
}

function PieceMenu(props: MenuProps) {
  const { t } = useTranslation('module');
  const entries = useEntries(props);
  return (
    <MenuButton label={t('handIn.actions', { name: props.piece.name })} entries={entries}>
      <IconDotsVertical size={20} stroke={ICON_STROKE} aria-hidden="true" />
    </MenuButton>
  );
}

/** A piece that the server has: ready, or held back. */
function SettledRow(props: PieceRowProps) {
  const { workspace, piece, actions, stayed } = props;
  const { t } = useTranslation('module');
  const facts = useFacts(props);
  const [dialog, setDialog] = useState<'preview' | 'details' | null>(null);
  const [unfetched, setUnfetched] = useState(false);
  const close = () => setDialog(null);
  const download = () => {
    setUnfetched(false);
    actions.download(piece).catch(() => setUnfetched(true));
  };
  const halted = stayed ? t('handIn.stayed') : unfetched ? t('handIn.unfetched') : undefined;
  const trouble = piece.state === 'refused' || piece.state === 'quarantined';
  const checking = piece.state === 'checking';
  const delayed = piece.notes.includes('check_delayed');
  const why =
    piece.state === 'quarantined'
      ? t('handIn.quarantined')
      : (piece.refusal?.message ?? t('handIn.refusedPlain'));
  const remove = workspace.writable && (
    <Button size="sm" variant="default" onClick={() => actions.takeOut(piece)}>
      {t('handIn.remove')}
    </Button>
  );
  return (
    <>
      <EvidenceRow
        kind={piece.kind}
        mediaType={piece.mediaType}
        name={piece.name}
        meta={
          trouble
            ? undefined
            : checking
              ? t(delayed ? 'handIn.notes.check_delayed' : 'handIn.checking')
              : facts
        }
        problem={trouble ? why : halted}
        actions={
          trouble || checking ? (
            remove
          ) : piece.state === 'ready' ? (
            <PieceMenu
              {...props}
              onDownload={download}
              onPreview={() => setDialog('preview')}
              onDetails={() => setDialog('details')}
            />
          ) : null
        }
      />
      {dialog === 'preview' && <PreviewDialog piece={piece} onClose={close} />}
      {dialog === 'details' && <DetailsDialog workspace={workspace} piece={piece} onClose={close} />}
    </>
  );
}

/** An upload from an earlier visit: continues once the same file is selected again. */
function UnfinishedRow({ workspace, piece, uploads, actions }: PieceRowProps) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { institution, person } = useSession();
  const input = useRef<HTMLInputElement>(null);
  const [other, setOther] = useState(false);
  const size = format.bytes(piece.size ?? 0);

  const choose = async (file: File | undefined) => {
    if (!file) return;
    const same = await isSameFile({ institution, person }, piece, file);
    setOther(!same);
    if (!same || piece.clientId === null) return;
    const { id, clientId, criteria, requirementKey } = piece;
    uploads.goOnWith({ id, clientId }, { file, criteria, requirementKey });
  };
  return (
    <EvidenceRow
      kind={piece.kind}
      mediaType={piece.mediaType}
      name={piece.name}
      meta={t('handIn.unfinished', { sent: format.bytes(piece.uploadedBytes ?? 0), size })}
      problem={other ? t('handIn.otherFile', { name: piece.name, size }) : undefined}
      actions={
        workspace.writable && (
          <>
            <input
              ref={input}
              type="file"
              hidden
              onChange={(event) => void choose(event.currentTarget.files?.[0])}
            />
            <Button size="sm" variant="default" onClick={() => input.current?.click()}>
              {t('handIn.chooseAgain')}
            </Button>
            <Button size="sm" variant="subtle" onClick={() => actions.takeOut(piece)}>
              {t('handIn.remove')}
            </Button>
          </>
        )
      }
    />
  );
}

export function PieceRow(props: PieceRowProps) {
  return props.piece.state === 'uploading' ? <UnfinishedRow {...props} /> : <SettledRow {...props} />;
}
