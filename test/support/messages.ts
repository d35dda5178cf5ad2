import { randomUUID } from 'node:crypto';
import { MessageModel, type MessageDoc } from '../../server/features/messages/message.model.ts';
import { MessageSettingsModel } from '../../server/features/messages/messageSettings.model.ts';
import { PersonModel } from '../../server/features/launches/person.model.ts';

/** A time zone in which it is this hour. */
export function zoneAtHour(now: Date, hour: number): string {
  const ahead = ((hour - now.getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/** Somebody who has agreed, with an address and a zone in which it is noon. */
export async function addReader(
  institutionId: string,
  given: { email?: string | null; agreedAt?: Date | null; locale?: string } = {},
): Promise<{ institutionId: string; personId: string; email: string }> {
  const personId = randomUUID();
  const { email = `${personId}@example.org`, agreedAt = new Date(), locale = 'en' } = given;
  const facts = { platformId: randomUUID(), sub: randomUUID(), claimsHash: 'x', createdAt: new Date() };
  await PersonModel.create({ _id: personId, institutionId, ...facts, email, agreedAt });
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
  const _id = randomUUID();
  const at = new Date(Date.now() - 1_000);
  await MessageModel.create({
    _id,
    institutionId,
    personId,
    kind: 'approved',
    events: [randomUUID()],
    facts: { pathwayTitle: 'Assessment technology', moduleTitle: 'Explore' },
    target: { page: 'home' },
    createdAt: at,
    changedAt: at,
    unread: true,
    mail: { state: 'queued', tries: 0, dueAt: at },
    ...given,
  });
  return _id;
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
