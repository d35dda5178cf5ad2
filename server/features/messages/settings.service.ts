import { createHash } from 'node:crypto';
import {
  DEFAULT_CHOICE,
  DEFAULT_WITHOUT_NOTICE,
  isAboutOwnWork,
  MESSAGE_KINDS,
  type MessageChoice,
  type MessageKind,
  type MessageSettings,
} from '../../../contract/messages.ts';
import { NOTICE_WITH_MAIL } from '../../../contract/sessions.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { isZone } from '../../zones.ts';
import { getPerson, type PersonDoc } from '../launches/people.service.ts';
import { isMailable } from './mail/address.ts';
import { MessageSettingsModel, type MessageSettingsDoc } from './messageSettings.model.ts';

type Whose = Pick<LiveSession, 'institutionId' | 'personId'>;

/** What a person has chosen, or null if nothing is known yet. */
export async function findMessageSettings({
  institutionId,
  personId,
}: Whose): Promise<MessageSettingsDoc | null> {
  return MessageSettingsModel.findOne({ institutionId, _id: personId }).lean();
}

/** How a person wants to get a kind of message. */
export function choiceOf(
  settings: Pick<MessageSettingsDoc, 'choices'> | null,
  kind: MessageKind,
): MessageChoice {
  return settings?.choices?.[kind] ?? DEFAULT_CHOICE;
}

/** To what a person agreed on the welcome page. */
export type Agreement = Pick<PersonDoc, 'agreedAt' | 'agreedNotice'>;

/** Whether the notice that somebody agreed to did not speak of e-mails. */
const agreedBeforeMail = ({ agreedAt, agreedNotice }: Agreement): boolean =>
  // a process of an earlier version may still record consent without it
  agreedAt !== null && (agreedNotice ?? 1) < NOTICE_WITH_MAIL;

/** The same for what is mailed: nobody gets e-mails about their own work to which they did not agree. */
export function choiceFor(
  settings: Pick<MessageSettingsDoc, 'choices'> | null,
  kind: MessageKind,
  agreement: Agreement,
): MessageChoice {
  const isUnasked = isAboutOwnWork(kind) && agreedBeforeMail(agreement);
  return settings?.choices?.[kind] ?? (isUnasked ? DEFAULT_WITHOUT_NOTICE : DEFAULT_CHOICE);
}

const hashOf = (address: string): string =>
  createHash('sha256').update(address.trim().toLowerCase()).digest('base64url');

/** Whether the mail server refused this address for good. Another one, which the LMS names later, is tried again. */
export function isAddressRefused(
  settings: Pick<MessageSettingsDoc, 'refused'> | null,
  address: string,
): boolean {
  return settings?.refused?.addressHash === hashOf(address);
}

/** Everything about a person's messages that they can see and change. */
export async function getMessageSettings(
  { config }: { config: Pick<Deps['config'], 'smtpUrl'> },
  whose: Whose,
): Promise<MessageSettings> {
  const [settings, person] = await Promise.all([
    findMessageSettings(whose),
    getPerson(whose.institutionId, whose.personId),
  ]);
  const email = person.email !== null && isMailable(person.email) ? person.email : null;
  const choices = Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, choiceFor(settings, kind, person)]));
  return {
    choices: choices as Record<MessageKind, MessageChoice>,
    email,
    isRefused: email !== null && isAddressRefused(settings, email),
    agreedBeforeMail: agreedBeforeMail(person),
    isMailSetUp: config.smtpUrl !== undefined,
    zone: settings?.zone ?? null,
  };
}

/** Changes some of a person's settings; those that are not named stay. */
async function change({ institutionId, personId }: Whose, set: Record<string, unknown>): Promise<void> {
  if (Object.keys(set).length === 0) return;
  await MessageSettingsModel.updateOne({ institutionId, _id: personId }, { $set: set }, { upsert: true });
}

/** Chooses how a person gets one kind of message. */
export async function chooseMessages(whose: Whose, kind: MessageKind, choice: MessageChoice): Promise<void> {
  await change(whose, { [`choices.${kind}`]: choice });
}

/**
 * Stores what a person chose, and the time zone of their browser together with the language of their launch: mail goes by them.
 *
 * @throws {AppError} VALIDATION_FAILED for a zone that is none
 */
export async function changeMessageSettings(
  session: Pick<LiveSession, 'institutionId' | 'personId' | 'locale'>,
  {
    choices = {},
    zone,
  }: { choices?: Partial<Record<MessageKind, MessageChoice>> | undefined; zone?: string | undefined },
): Promise<void> {
  if (zone !== undefined && !isZone(zone))
    throw new AppError('VALIDATION_FAILED', 'This is no time zone that is known here. Reload the page.');
  await change(session, {
    ...Object.fromEntries(Object.entries(choices).map(([kind, choice]) => [`choices.${kind}`, choice])),
    ...(zone === undefined ? {} : { zone, locale: session.locale }),
  });
}

/** Notes that the mail server refused a person's address for good: nothing is sent there any more. */
export async function noteRefusedAddress(
  { clock }: Pick<Deps, 'clock'>,
  whose: Whose,
  address: string,
): Promise<void> {
  await change(whose, { refused: { addressHash: hashOf(address), at: clock.now() } });
}
