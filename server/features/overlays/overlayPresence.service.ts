import type { Present } from '../../../contract/studio.ts';
import { notFound } from '../../errors.ts';
import type { SessionIds } from '../../http/liveSession.ts';
import { reportWindow } from '../studio/presence.service.ts';
import { OverlayDraftModel } from './overlayDraft.model.ts';

/**
 * Records that a window has the draft of an overlay open, and finds the others.
 *
 * @throws {AppError} NOT_FOUND if the draft is not open any more
 */
export async function reportOverlayPresence(
  who: Pick<SessionIds, 'institutionId' | 'personId'>,
  draftId: string,
  windowId: string,
): Promise<Omit<Present, 'part'>[]> {
  const { institutionId } = who;
  // not the draft itself, which may be large
  const open = await OverlayDraftModel.exists({ institutionId, _id: draftId, state: 'open' });
  if (!open) throw notFound('This draft');
  const others = await reportWindow(who, draftId, { windowId, part: null });
  return others.map(({ part: _part, ...other }) => other);
}
