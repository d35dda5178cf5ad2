import { randomUUID } from 'node:crypto';
import { PRESENT_SECONDS, type Present } from '../../../contract/studio.ts';
import type { PartKey } from '../../../contract/studioParts.ts';
import type { SessionIds } from '../../http/liveSession.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { getDraft } from './drafts.service.ts';
import { StudioPresenceModel } from './studio.model.ts';

const SHOWN = 20;

/**
 * Records that a window has a draft open, and finds the others.
 *
 * @throws {AppError} NOT_FOUND if the draft is not open any more
 */
export async function reportPresence(
  { institutionId, personId }: Pick<SessionIds, 'institutionId' | 'personId'>,
  draftId: string,
  { windowId, part }: { windowId: string; part: PartKey | null },
): Promise<{ revision: number; others: Present[] }> {
  const { revision } = await getDraft(institutionId, draftId);
  const others = await reportWindow({ institutionId, personId }, draftId, { windowId, part });
  return { revision, others };
}

/**
 * Records that a window has something open that several people write, and finds the others that were seen within `PRESENT_SECONDS`,
 * by the database's clock.
 *
 * @param draftId  of any kind of draft: the caller says whether it is open, and to whom
 */
export async function reportWindow(
  { institutionId, personId }: Pick<SessionIds, 'institutionId' | 'personId'>,
  draftId: string,
  { windowId, part }: { windowId: string; part: PartKey | null },
): Promise<Present[]> {
  await StudioPresenceModel.updateOne(
    { institutionId, draftId, windowId },
    [{ $set: { _id: { $ifNull: ['$_id', randomUUID()] }, personId, partKey: part, seenAt: '$$NOW' } }],
    { upsert: true, updatePipeline: true },
  );
  const since = { $subtract: ['$$NOW', PRESENT_SECONDS * 1000] };
  const seen = await StudioPresenceModel.find({
    institutionId,
    draftId,
    windowId: { $ne: windowId },
    $expr: { $gte: ['$seenAt', since] },
  })
    .sort({ seenAt: -1 })
    .limit(SHOWN)
    .lean();
  const names = await getDisplayNames(
    institutionId,
    seen.map((one) => one.personId),
  );
  return seen.map((one) => ({
    windowId: one.windowId,
    name: names.get(one.personId) ?? '',
    isCaller: one.personId === personId,
    part: one.partKey,
  }));
}
