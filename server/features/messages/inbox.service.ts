import { MESSAGE_KINDS, UNREAD_MAX, type MessageKind, type MessageRow } from '../../../contract/messages.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { afterTimeCursor, toTimeCursor } from '../../timeCursor.ts';
import { MessageModel, type MessageDoc } from './message.model.ts';
import { choiceOf, findMessageSettings } from './settings.service.ts';

type Whose = Pick<LiveSession, 'institutionId' | 'personId'>;

const PAGE = 30;

/** The kinds that a person has not switched off. */
const shownKinds = (settings: Awaited<ReturnType<typeof findMessageSettings>>): MessageKind[] =>
  MESSAGE_KINDS.filter((kind) => choiceOf(settings, kind) !== 'off');

function toRow({ _id: id, kind, changedAt, unread, events, facts, target }: MessageDoc): MessageRow {
  const { date, ...titles } = facts;
  return {
    id,
    kind,
    at: changedAt.toISOString(),
    isRead: unread === undefined,
    count: events.length,
    facts: { ...titles, ...(date === undefined ? {} : { date: date?.toISOString() ?? null }) },
    target,
  };
}

async function countShown(
  { institutionId, personId }: Whose,
  kinds: readonly MessageKind[],
): Promise<number> {
  return MessageModel.countDocuments({ institutionId, personId, kind: { $in: kinds }, unread: true })
    .limit(UNREAD_MAX)
    .hint('messages_unread');
}

/**
 * How many messages a person has not read, at most `UNREAD_MAX`; without kinds that are switched off. With it, the zone and language
 * that their mail goes by, as far as they are known: their browser tells others.
 */
export async function getUnread(
  whose: Whose,
): Promise<{ unread: number; zone: string | null; locale: string | null }> {
  const settings = await findMessageSettings(whose);
  const unread = await countShown(whose, shownKinds(settings));
  return { unread, zone: settings?.zone ?? null, locale: settings?.locale ?? null };
}

/**
 * A person's messages, the one with the newest event first, without kinds that are switched off.
 *
 * @throws {AppError} VALIDATION_FAILED for a cursor that is not ours
 */
export async function listMessages(
  whose: Whose,
  cursor: string | undefined,
): Promise<{ rows: MessageRow[]; next: string | null; unread: number }> {
  const { institutionId, personId } = whose;
  const after = afterTimeCursor('changedAt', cursor);
  const kinds = shownKinds(await findMessageSettings(whose));
  const [found, unread] = await Promise.all([
    MessageModel.find({ institutionId, personId, kind: { $in: kinds }, ...after })
      .sort({ changedAt: -1, _id: -1 })
      .limit(PAGE + 1)
      .hint('messages_of_person')
      .lean(),
    countShown(whose, kinds),
  ]);
  const page = found.slice(0, PAGE);
  const last = page.at(-1);
  const next = found.length > PAGE && last ? toTimeCursor(last.changedAt, last._id) : null;
  return { rows: page.map(toRow), next, unread };
}

/**
 * Marks a person's messages as read; others' ids are ignored. What was read is not mailed any more, and gathers nothing.
 *
 * @param ids  null: all
 */
export async function markRead(whose: Whose, ids: readonly string[] | null): Promise<{ unread: number }> {
  const { institutionId, personId } = whose;
  await MessageModel.updateMany(
    { institutionId, personId, unread: true, ...(ids === null ? {} : { _id: { $in: [...ids] } }) },
    { $unset: { unread: 1, gathers: 1 } },
  );
  return { unread: await countShown(whose, shownKinds(await findMessageSettings(whose))) };
}
