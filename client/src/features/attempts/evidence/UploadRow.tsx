import { ActionIcon, Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EvidenceRow } from '../../../components/evidence/EvidenceRow.tsx';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';
import { guessKind } from '../moduleModel.ts';
import { shareOf } from '../uploads/uploadItem.ts';
import type { UploadItem } from '../uploads/uploadItem.ts';
import type { UploadManager } from '../uploads/uploadManager.ts';
import { useUploadLine } from './useUploadWords.ts';

interface ToolProps {
  label: string;
  icon: typeof IconX;
  onClick: () => void;
}

function Tool({ label, icon: Shape, onClick }: ToolProps) {
  return (
    <ActionIcon variant="subtle" color="gray" size={40} aria-label={label} title={label} onClick={onClick}>
      <Shape size={20} stroke={ICON_STROKE} aria-hidden="true" />
    </ActionIcon>
  );
}

function Tools({ item, uploads }: { item: UploadItem; uploads: UploadManager }) {
  const { t } = useTranslation('module');
  const { clientId, name, phase } = item;
  if (phase === 'removing') {
    return (
      <Button size="sm" variant="default" onClick={() => uploads.undoCancel(clientId)}>
        {t('handIn.undo')}
      </Button>
    );
  }
  if (phase === 'checking') return null;
  const goesOn = phase === 'sending' || phase === 'waiting';
  const halted = phase === 'paused' || phase === 'broken';
  const cancelWord = phase === 'refused' ? 'handIn.dismiss' : 'handIn.cancel';
  return (
    <>
      {goesOn && (
        <Tool
          label={t('handIn.pause', { name })}
          icon={IconPlayerPause}
          onClick={() => uploads.pause(clientId)}
        />
      )}
      {halted && (
        <Tool
          label={t('handIn.resume', { name })}
          icon={IconPlayerPlay}
          onClick={() => uploads.resume(clientId)}
        />
      )}
      <Tool label={t(cancelWord, { name })} icon={IconX} onClick={() => uploads.cancel(clientId)} />
    </>
  );
}

/** A file of this page that is being uploaded: progress, pause, resume, cancel. */
export function UploadRow({ item, uploads }: { item: UploadItem; uploads: UploadManager }) {
  const { t } = useTranslation('module');
  const line = useUploadLine();
  const { name, mediaType, phase, problem } = item;
  const moving = phase !== 'removing' && phase !== 'refused' && phase !== 'checking';
  const progress = { value: shareOf(item), label: t('handIn.progress', { name }) };
  return (
    <EvidenceRow
      kind={guessKind({ name, type: mediaType })}
      mediaType={mediaType}
      name={name}
      meta={line(item) || undefined}
      {...(moving ? { progress } : {})}
      problem={phase === 'refused' ? (problem?.message ?? t('handIn.refusedPlain')) : undefined}
      actions={<Tools item={item} uploads={uploads} />}
    />
  );
}
