import { useCallback, useEffect, useState } from 'react';
import { artifactEndpoints } from '../../../../../contract/artifacts.ts';
import type { Workspace } from '../../../../../contract/attempts.ts';
import type { EvidenceView } from '../../../../../contract/evidence.ts';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../../api/ApiProvider.tsx';
import { removeEvidence } from '../../../components/evidence/evidenceKinds.tsx';
import { useAnnounce } from '../../../components/live/Announcer.tsx';
import type { Pasted } from '../../../components/editor/paste/pastedFiles.ts';
import { guessKind, targetOf } from '../moduleModel.ts';
import type { UploadManager } from '../uploads/uploadManager.ts';

/** The actions on pieces of evidence. */
export function useEvidenceActions(workspace: Workspace, uploads: UploadManager) {
  const { call } = useApi();
  const { t } = useTranslation('module');
  const announce = useAnnounce();
  /** What a paste contained, while somebody is being asked about it. */
  const [offered, setOffered] = useState<Pasted | null>(null);

  const addFiles = useCallback(
    (files: readonly File[]) => {
      uploads.add(files.map((file) => ({ file, ...targetOf(workspace, guessKind(file)) })));
    },
    [uploads, workspace],
  );
  const { attemptId, evidence } = workspace;
  const remove = useCallback(
    (piece: EvidenceView, keepalive: boolean) => removeEvidence(call, attemptId, piece, { keepalive }),
    [call, attemptId],
  );
  useEffect(() => uploads.completeLeft(evidence, remove), [uploads, evidence, remove]);
  const takeOut = (piece: EvidenceView) => {
    uploads.takeOut({ id: piece.id, name: piece.name }, (keepalive) => remove(piece, keepalive));
    announce.polite(t('handIn.said.removed', { name: piece.name }));
  };
  /** Opens a fresh signed link: those in the page's data are valid for minutes only. */
  const download = async (piece: EvidenceView) => {
    const { url, name } = await call(artifactEndpoints.artifact, { params: { id: piece.id } });
    if (url === null) return;
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.download = name;
    anchor.click();
  };
  return { addFiles, takeOut, download, offered, offer: setOffered, closeOffer: () => setOffered(null) };
}

export type EvidenceActions = ReturnType<typeof useEvidenceActions>;
