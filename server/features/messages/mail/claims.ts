import { randomUUID } from 'node:crypto';
import { MAILS_PER_DAY, MESSAGE_RULES, type MessageKind } from '../../../../contract/messages.ts';
import { isDuplicateKey } from '../../../errors.ts';
import { MessageModel, type DueMessage, type MessageDoc, type NoMailReason } from '../message.model.ts';
import { MessageSettingsModel, type MessageSettingsDoc } from '../messageSettings.model.ts';

/** A message whose mail this process alone may send, once. */
export type ClaimedMessage = MessageDoc & { mail: { token: string } };

const filterOf = ({ institutionId, _id, mail }: DueMessage) => ({
  institutionId,
  _id,
  'mail.state': mail.state,
  'mail.dueAt': mail.dueAt ?? null,
});

/** After these the next event begins another message, which may be mailed again; otherwise the inbox goes on gathering. */
const ENDS_GATHERING: readonly NoMailReason[] = ['too_many', 'too_late'];

/** Ends it without a mail. False if it has moved on since it was read. */
export async function endWithoutMail(message: DueMessage, reason: NoMailReason): Promise<boolean> {
  const { modifiedCount } = await MessageModel.updateOne(filterOf(message), {
    $set: { 'mail.state': 'none', 'mail.reason': reason },
    $unset: { 'mail.dueAt': 1, ...(ENDS_GATHERING.includes(reason) ? { gathers: 1 } : {}) },
  });
  return modifiedCount === 1;
}

/** Looks at it again at that time. */
export async function postponeMail(message: DueMessage, until: Date): Promise<void> {
  await MessageModel.updateOne(filterOf(message), { $set: { 'mail.dueAt': until } });
}

/**
 * Claims a message's mail, committed before any byte of it leaves: a process that dies after this leaves it `unknown`, and no other
 * sends it. It gathers nothing any more, and its count is that of the mail.
 *
 * @param leaseMs  longer than handing it over can take: when it has ended, this process is dead
 * @returns null if another process was first, or the person has read it
 */
export async function claimMail(message: DueMessage, leaseMs: number): Promise<ClaimedMessage | null> {
  const token = randomUUID();
  const claimed = await MessageModel.findOneAndUpdate(
    { ...filterOf(message), unread: true, $expr: { $lte: ['$mail.dueAt', '$$NOW'] } },
    [
      { $set: { 'mail.state': 'sending', 'mail.token': token, 'mail.dueAt': { $add: ['$$NOW', leaseMs] } } },
      { $unset: 'gathers' },
    ],
    { updatePipeline: true, returnDocument: 'after' },
  ).lean();
  return claimed && { ...claimed, mail: { ...claimed.mail, token } };
}

/** How handing over a claimed mail ended; with `inMs`, it is due again after that long. */
export type MailEnd =
  | { state: 'sent' | 'bounced' | 'failed' | 'unknown'; said: string }
  | { state: 'waiting' | 'queued'; said: string; tries: number; inMs: number };

/** Writes how it ended. False if the lease had ended before. */
export async function concludeMail(
  { institutionId, _id, mail }: ClaimedMessage,
  end: MailEnd,
): Promise<boolean> {
  const said = { 'mail.state': end.state, 'mail.said': { $literal: end.said } };
  const next =
    'inMs' in end
      ? [{ $set: { ...said, 'mail.tries': end.tries, 'mail.dueAt': { $add: ['$$NOW', end.inMs] } } }]
      : [{ $set: { ...said, 'mail.endedAt': '$$NOW' } }, { $unset: 'mail.dueAt' }];
  const { modifiedCount } = await MessageModel.updateOne(
    { institutionId, _id, 'mail.state': 'sending', 'mail.token': mail.token },
    [...next, { $unset: 'mail.token' }],
    { updatePipeline: true },
  );
  return modifiedCount === 1;
}

/** A claim whose lease has ended: its process died while the mail may have left. It is never sent again. */
export async function giveUpClaim({ institutionId, _id, mail }: DueMessage): Promise<boolean> {
  const { modifiedCount } = await MessageModel.updateOne(
    {
      institutionId,
      _id,
      'mail.state': 'sending',
      'mail.token': mail.token ?? null,
      $expr: { $lte: ['$mail.dueAt', '$$NOW'] },
    },
    [
      { $set: { 'mail.state': 'unknown', 'mail.endedAt': '$$NOW' } },
      { $unset: ['mail.dueAt', 'mail.token'] },
    ],
    { updatePipeline: true },
  );
  return modifiedCount === 1;
}

/** Adds a mail to those of the day if there is room, as one expression: two processes at once can't both take the last place. */
function takePlace(id: string, kind: MessageKind, day: string): object {
  const ofKind = { $size: { $filter: { input: '$$mails', cond: { $eq: ['$$this.kind', kind] } } } };
  const hasRoom = {
    $and: [
      { $not: [{ $in: [id, '$$mails.id'] }] },
      { $lt: [{ $size: '$$mails' }, MAILS_PER_DAY] },
      { $lt: [ofKind, MESSAGE_RULES[kind].mailsPerDay] },
    ],
  };
  return {
    $let: {
      vars: { mails: { $cond: [{ $eq: ['$mailed.day', day] }, '$mailed.mails', []] } },
      in: { day, mails: { $cond: [hasRoom, { $concatArrays: ['$$mails', [{ id, kind }]] }, '$$mails'] } },
    },
  };
}

/**
 * Takes one of the mails that a person gets in a day. Taking it twice for one message takes it once.
 *
 * @returns false if the caps are reached
 */
export async function takeMailOfDay(
  { institutionId, personId, _id, kind }: DueMessage,
  day: string,
): Promise<boolean> {
  const take = (): Promise<MessageSettingsDoc | null> =>
    MessageSettingsModel.findOneAndUpdate(
      { institutionId, _id: personId },
      [{ $set: { mailed: takePlace(_id, kind, day) } }],
      { updatePipeline: true, upsert: true, returnDocument: 'after' },
    ).lean();
  let settings: MessageSettingsDoc | null;
  try {
    settings = await take();
  } catch (error) {
    // another process has just created it
    if (!isDuplicateKey(error)) throw error;
    settings = await take();
  }
  return settings?.mailed?.mails.some(({ id }) => id === _id) ?? false;
}
