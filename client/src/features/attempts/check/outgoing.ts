import type { Workspace } from '../../../../../contract/attempts.ts';
import { promptsOf } from '../../../../../contract/cycles.ts';
import type { FileEvidence, LinkEvidence, ShownPiece } from '../../../../../contract/evidence.ts';
import { plainText } from '../../../../../contract/richText.ts';
import type { RichDocument } from '../../../../../contract/richText.ts';
import { shownPieces, submissionPieces } from '../../../../../contract/submissions.ts';
import type { SubmissionPiece, TextSource } from '../../../../../contract/submissions.ts';
import { isSameDocument } from '../../../autosave/texts/textPiece.ts';
import type { TextsState } from '../../../autosave/texts/textAutosave.ts';
import { isAddress, isFile, isText } from '../../../components/evidence/evidenceKinds.tsx';

interface Text extends TextSource {
  readonly document: RichDocument;
}
export type OutgoingPiece = SubmissionPiece<Text, FileEvidence, LinkEvidence>;

/** What would be submitted now, with texts as they were typed: they are sent to the server first. */
export function outgoingPieces(workspace: Workspace, pieces: TextsState['pieces']): OutgoingPiece[] {
  const { module, round, evidence } = workspace;
  return submissionPieces({
    prompts: promptsOf(module),
    round,
    texts: [...pieces.values()].map(({ pieceKey, document, baseRevision }) => ({
      pieceKey,
      document,
      text: plainText(document),
      revision: baseRevision,
    })),
    files: evidence.filter(isFile),
    links: evidence.filter(isAddress),
  });
}

/**
 * What was seen of a submission, once the server has all of it.
 *
 * @param seen  the pieces as the page showed them
 * @param now  the same after everything was sent: a text that is still the one that was seen has its new revision there, and what
 *   was being removed is gone
 */
export function toShownPieces(seen: readonly OutgoingPiece[], now: readonly OutgoingPiece[]): ShownPiece[] {
  const still = seen.flatMap((piece): OutgoingPiece[] => {
    const after = now.find(({ kind, id }) => kind === piece.kind && id === piece.id);
    if (!isText(piece)) return after ? [piece] : [];
    if (!after || !isText(after)) return [piece];
    return [isSameDocument(after.from.document, piece.from.document) ? after : piece];
  });
  return shownPieces(still);
}
