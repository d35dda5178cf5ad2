import { randomUUID } from 'node:crypto';
import { NOTICE } from '../../contract/sessions.ts';
import { MessageModel, type MessageDoc } from '../../server/features/messages/message.model.ts';
import { MessageSettingsModel } from '../../server/features/messages/messageSettings.model.ts';
import { PersonModel } from '../../server/features/launches/person.model.ts';

/** A time zone in which it is this hour. */
export function zoneAtHour(now: Date, hour: number): string {
  const ahead = ((hour - now.getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

function toReader(institutionId: string, _id: string) {
  const facts = { platformId: randomUUID(), sub: randomUUID(), claimsHash: 'x', createdAt: new Date() };
  const agreed = { agreedAt: new Date(), agreedNotice: NOTICE };
  return { _id, institutionId, ...facts, email: `${_id}@example.org`, ...agreed };
}

function toDueMessage(whose: { institutionId: string; personId: string }, at: Date): MessageDoc {
  return {
    _id: randomUUID(),
    ...whose,
    kind: 'approved',
    events: [randomUUID()],
    facts: { pathwayTitle: 'Assessment technology', moduleTitle: 'Explore' },
    target: { page: 'home' },
    createdAt: at,
    changedAt: at,
    unread: true,
    mail: { state: 'queued', tries: 0, dueAt: at },
  };
}

/** Somebody who has agreed, with an address and a zone in which it is noon. */
export async function addReader(
  institutionId: string,
  given: { email?: string | null; agreedAt?: Date | null; agreedNotice?: number; locale?: string } = {},
): Promise<{ institutionId: string; personId: string; email: string }> {
  const personId = randomUUID();
  const { locale = 'en', ...of } = given;
  const { email } = await PersonModel.create({ ...toReader(institutionId, personId), ...of });
  await MessageSettingsModel.create({
    _id: personId,
    institutionId,
    zone: zoneAtHour(new Date(), 12),
    locale,
  });
  return { institutionId, personId, email: email ?? '' };
}

/** A message that is due. */
export async function addDueMessage(
  { institutionId, personId }: { institutionId: string; personId: string },
  given: Partial<MessageDoc> = {},
): Promise<string> {
  const message = toDueMessage({ institutionId, personId }, new Date(Date.now() - 1_000));
  await MessageModel.create({ ...message, ...given });
  return message._id;
}

/** What became of a message's mail. */
export async function mailOf(institutionId: string, messageId: string): Promise<MessageDoc['mail']> {
  const message = await MessageModel.findOne({ institutionId, _id: messageId }).lean();
  if (!message) throw new Error('there is no such message');
  return message.mail;
}

/** What waits is due now, and so are leases. */
export async function letTimePass(institutionId: string): Promise<void> {
  await MessageModel.updateMany(
    { institutionId, 'mail.dueAt': { $exists: true } },
    { $set: { 'mail.dueAt': new Date(Date.now() - 1_000) } },
  );
}

/** As many people, each with a message whose mail is due: for measurements. */
export async function addDueMails(institutionId: string, count: number): Promise<void> {
  const at = new Date(Date.now() - 1_000);
  const zone = zoneAtHour(at, 12);
  for (let done = 0; done < count; done += 1_000) {
    const ids = Array.from({ length: Math.min(1_000, count - done) }, () => randomUUID());
    await PersonModel.insertMany(ids.map((id) => toReader(institutionId, id)));
    await MessageSettingsModel.insertMany(ids.map((_id) => ({ _id, institutionId, zone, locale: 'en' })));
    await MessageModel.insertMany(ids.map((personId) => toDueMessage({ institutionId, personId }, at)));
  }
}
