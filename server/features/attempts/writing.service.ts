import type { DraftView, PieceKey } from '../../../contract/attempts.ts';
import { promptsOf } from '../../../contract/cycles.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import {
  beginAttempt,
  getOwnAttempt,
  getWritableAttempt,
  requireOpenPiece,
} from '../enrolments/attempts.service.ts';
import { findFormerPrompt } from '../enrolments/carrying.service.ts';
import type { EnrolmentDoc } from '../enrolments/enrolments.service.ts';
import type { ModuleRead } from '../catalog/catalog.service.ts';
import { keepRefusedText, saveDraft, toDraftView, type DraftInput } from './drafts.service.ts';

/** @throws {AppError} PIECE_LOCKED for a question that only an earlier version of this person's work asks */
async function requireAskedStill(
  enrolment: EnrolmentDoc,
  { pieceKey, module: { key, content } }: { pieceKey: PieceKey; module: ModuleRead },
): Promise<void> {
  if (!enrolment.movedFrom || promptsOf(content).some((prompt) => prompt.key === pieceKey)) return;
  if ((await findFormerPrompt(enrolment, key, pieceKey)) === null) return;
  throw new AppError(
    'PIECE_LOCKED',
    'This question is not asked any more in the version that you work on now. What you wrote is in its history.',
  );
}

/** Refusals after which the typed text is kept in the history, so that a window left open loses nothing. */
const KEEPS_TEXT_ON = new Set(['PIECE_LOCKED', 'RUN_ARCHIVED', 'MODULE_LOCKED']);

/**
 * Saves what a teacher typed into a piece of their own attempt. If the piece can no longer be written to (submitted from another
 * window, run archived), the text goes into its history before the refusal.
 *
 * @throws {AppError} PIECE_LOCKED, RUN_ARCHIVED, MODULE_LOCKED, DRAFT_CONFLICT, TEXT_TOO_LONG, VALIDATION_FAILED, NOT_FOUND
 */
export async function saveAttemptDraft(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  where: { id: string; pieceKey: PieceKey },
  input: DraftInput,
): Promise<DraftView> {
  const { institutionId, personId } = session;
  const place = { institutionId, personId, subjectId: where.id, pieceKey: where.pieceKey };
  try {
    const { attempt, module, enrolment } = await getWritableAttempt(session, where.id);
    await requireAskedStill(enrolment, { ...where, module });
    requireOpenPiece(attempt, module.content, where.pieceKey);
    const draft = await saveDraft(place, input);
    await beginAttempt(deps, attempt);
    return toDraftView(draft);
  } catch (error) {
    if (error instanceof AppError && KEEPS_TEXT_ON.has(error.code)) {
      await getOwnAttempt(session, where.id);
      await keepRefusedText(place, input);
    }
    throw error;
  }
}
