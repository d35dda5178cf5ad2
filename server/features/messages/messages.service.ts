import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { EVENTS_MAX, MESSAGE_RULES, type MessageKind } from '../../../contract/messages.ts';
import { isDuplicateKey } from '../../errors.ts';
import { MessageModel, type MessageDoc } from './message.model.ts';
import { MessageEventModel, type Audience, type MessageEventDoc } from './messageEvent.model.ts';

export type { Audience } from './messageEvent.model.ts';

/** What happened, as one or several people are told. */
export interface News {
  institutionId: string;
  kind: MessageKind;
  /** Names the event: nobody is told twice of what has one key. */
  key: string;
  facts: MessageDoc['facts'];
  target: MessageDoc['target'];
  at: Date;
}

/** Whom to tell; `target` if it is not the same for everybody. */
export interface Recipient {
  personId: string;
  target?: MessageDoc['target'];
}

const MINUTE_MS = 60_000;

function toMessage(news: News, { personId, target = news.target }: Recipient): MessageDoc {
  const { institutionId, kind, key, facts, at } = news;
  const dueAt = new Date(at.getTime() + (MESSAGE_RULES[kind].gatheredMinutes ?? 0) * MINUTE_MS);
  return {
    _id: randomUUID(),
    institutionId,
    personId,
    kind,
    events: [key],
    facts,
    target,
    createdAt: at,
    changedAt: at,
    unread: true,
    mail: { state: 'queued', tries: 0, dueAt },
  };
}

/** Tells one person, in the transaction of the cause: it is told if, and only if, it happened. Not for kinds that are gathered. */
export async function addMessage(news: News, personId: string, tx: ClientSession): Promise<void> {
  await MessageModel.create([toMessage(news, { personId })], { session: tx });
}

const toEvent = (news: News, audience: Audience): MessageEventDoc => ({
  _id: randomUUID(),
  ...news,
  audience,
  pending: true,
});

/** Notes, in the transaction of the cause, that people are to be told; who they are is looked up within a minute. */
export async function addMessageEvent(news: News, audience: Audience, tx: ClientSession): Promise<void> {
  await MessageEventModel.create([toEvent(news, audience)], { session: tx });
}

/** The same for what no transaction causes, such as a date that comes near: however often it is found, it is told once. */
export async function addMessageEventOnce(news: News, audience: Audience): Promise<void> {
  const { institutionId, key, ...rest } = toEvent(news, audience);
  try {
    await MessageEventModel.updateOne({ institutionId, key }, { $setOnInsert: rest }, { upsert: true });
  } catch (error) {
    // another process found it at the same time
    if (!isDuplicateKey(error, 'message_event_by_key')) throw error;
  }
}

interface BulkFault {
  writeErrors: { code: number }[];
}
const isBulkFault = (error: unknown): error is Error & BulkFault =>
  error instanceof Error && 'writeErrors' in error && Array.isArray(error.writeErrors);

/** Tells each person in a message of its own; those who were told before are not told again. */
async function tellEach(news: News, recipients: readonly Recipient[]): Promise<void> {
  try {
    await MessageModel.insertMany(
      recipients.map((recipient) => toMessage(news, recipient)),
      { ordered: false },
    );
  } catch (error) {
    const isTold = isBulkFault(error)
      ? error.writeErrors.every(({ code }) => code === 11000)
      : isDuplicateKey(error);
    if (!isTold) throw error;
  }
}

/** More tries than people can read a message or a mail can leave between two of our commands. */
const TRIES = 5;

/** Adds an event to the message that gathers, or begins one. An event that the person was told of stays where it is. */
async function gather(news: News, recipient: Recipient): Promise<void> {
  const { institutionId, kind, key, at } = news;
  const { _id, target, facts, createdAt, mail } = toMessage(news, recipient);
  const gathering = { institutionId, personId: recipient.personId, kind, gathers: true as const };
  for (let tries = 1; ; tries += 1) {
    try {
      await MessageModel.updateOne(
        { ...gathering, [`events.${EVENTS_MAX - 1}`]: { $exists: false } },
        {
          $addToSet: { events: key },
          $max: { changedAt: at },
          $set: { unread: true },
          $setOnInsert: { _id, target, facts, createdAt, mail },
        },
        { upsert: true },
      );
      return;
    } catch (error) {
      if (isDuplicateKey(error, 'message_of_event')) return;
      if (!isDuplicateKey(error, 'message_that_gathers') || tries === TRIES) throw error;
      // another process has just begun one, or the one that gathers is full
      await MessageModel.updateOne(
        { ...gathering, [`events.${EVENTS_MAX - 1}`]: { $exists: true } },
        { $unset: { gathers: 1 } },
      );
    }
  }
}

/** Tells people of an event. It may be repeated: who was told is not told again. */
export async function tell(news: News, recipients: readonly Recipient[]): Promise<void> {
  if (recipients.length === 0) return;
  if (MESSAGE_RULES[news.kind].gatheredMinutes === null) return tellEach(news, recipients);
  for (const recipient of recipients) await gather(news, recipient);
}
