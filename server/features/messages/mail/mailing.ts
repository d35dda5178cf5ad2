import { MESSAGE_RULES, type MessageRule } from '../../../../contract/messages.ts';
import type { Deps } from '../../../deps.ts';
import { wordsFor } from '../../../words/pageWords.ts';
import type { MessageDoc, NoMailReason } from '../message.model.ts';
import type { MessageSettingsDoc } from '../messageSettings.model.ts';
import { choiceOf, findMessageSettings, isAddressRefused, noteRefusedAddress } from '../settings.service.ts';
import { unsubscribeUrl } from '../unsubscribe.service.ts';
import {
  claimMail,
  concludeMail,
  endWithoutMail,
  postponeMail,
  takeMailOfDay,
  type ClaimedMessage,
  type MailEnd,
} from './claims.ts';
import { composeMail } from './compose.ts';
import type { Handover, MailConnection } from './smtp.ts';
import { dayIn, quietUntil, retryMailMs, TOO_LATE_MS } from './timing.ts';

/** A person to whom mail goes: what their LMS says. */
export interface Addressee {
  email: string | null;
  agreedAt: Date | null;
}

export interface MailingDeps extends Pick<Deps, 'clock' | 'log' | 'sealer'> {
  config: Pick<Deps['config'], 'publicUrl' | 'publicOrigin' | 'mailFrom'>;
  getAddressee(institutionId: string, personId: string): Promise<Addressee>;
  /** Of an institution: for people whose own zone is not known. */
  zoneOf(institutionId: string): Promise<string>;
}

/** What is known when it is decided whether a mail leaves now. */
export interface MailFacts {
  message: Pick<MessageDoc, 'kind' | 'changedAt' | 'unread'>;
  addressee: Addressee;
  settings: Pick<MessageSettingsDoc, 'choices' | 'refused'> | null;
  zone: string;
  now: Date;
}

export type MailPlan =
  { is: 'none'; reason: NoMailReason } | { is: 'postponed'; until: Date } | { is: 'due'; to: string };

/** Of their own work people are told by mail once they have agreed to its being kept; nobody is asked that for a duty. */
const FOR_WORK: readonly MessageRule['to'][] = ['author', 'participants'];

/** Whether a message is mailed now, later, or not at all; the caps of the day come after that. */
export function planMail({ message, addressee, settings, zone, now }: MailFacts): MailPlan {
  const { email, agreedAt } = addressee;
  if (email === null) return { is: 'none', reason: 'no_address' };
  if (agreedAt === null && FOR_WORK.includes(MESSAGE_RULES[message.kind].to))
    return { is: 'none', reason: 'no_consent' };
  if (choiceOf(settings, message.kind) !== 'mail') return { is: 'none', reason: 'chosen' };
  if (isAddressRefused(settings, email)) return { is: 'none', reason: 'address_refused' };
  if (!message.unread) return { is: 'none', reason: 'read_before' };
  if (now.getTime() - message.changedAt.getTime() > TOO_LATE_MS) return { is: 'none', reason: 'too_late' };
  const until = quietUntil(zone, now);
  return until ? { is: 'postponed', until } : { is: 'due', to: email };
}

/** After the mail server could not be reached, or wants nothing of us. */
const UNREACHABLE_MS = 5 * 60_000;

function toEnd({ mail: { tries } }: ClaimedMessage, handover: Handover): MailEnd {
  const { kind, said } = handover;
  if (kind === 'unreachable') return { state: 'queued', said, tries, inMs: UNREACHABLE_MS };
  if (kind !== 'later') return { state: kind, said };
  const inMs = retryMailMs(tries + 1);
  return inMs === null ? { state: 'failed', said } : { state: 'waiting', said, tries: tries + 1, inMs };
}

/** What became of a due message: `stopped` if the mail server can't be reached, so that the others wait as well. */
export type Mailed = Handover['kind'] | 'none' | 'postponed' | 'lost';

/** The address of `Waymark <no-reply@waymark.example>`: the envelope has no names. */
const addressOf = (from: string): string => /<([^<>]+)>/.exec(from)?.[1] ?? from;

/** Composes and hands over a mail that this process has claimed. */
async function sendClaimed(
  deps: MailingDeps,
  connection: Pick<MailConnection, 'send'>,
  claimed: ClaimedMessage,
  { to, zone, locale }: { to: string; zone: string; locale: string | null },
): Promise<Mailed> {
  const { config, log } = deps;
  const { institutionId, personId, kind } = claimed;
  const raw = await composeMail(claimed, {
    from: config.mailFrom,
    to,
    words: wordsFor(locale),
    zone,
    unsubscribeUrl: unsubscribeUrl(deps, { institutionId, personId, kind }),
    host: new URL(config.publicUrl).hostname,
  });
  const handover = await connection.send({ from: addressOf(config.mailFrom), to, raw });
  if (!(await concludeMail(claimed, toEnd(claimed, handover))))
    log.warn({ messageId: claimed._id }, 'a mail took longer than its lease; it counts as unknown');
  if (handover.kind === 'bounced' && handover.isAddress)
    await noteRefusedAddress(deps, { institutionId, personId }, to);
  if (handover.kind !== 'sent')
    log.warn(
      { messageId: claimed._id, outcome: handover.kind, said: handover.said },
      'a mail was not accepted',
    );
  return handover.kind;
}

/** Mails one due message, if it is to be mailed now. */
export async function mailOne(
  deps: MailingDeps,
  connection: Pick<MailConnection, 'send'>,
  message: MessageDoc,
): Promise<Mailed> {
  const { institutionId, personId, kind } = message;
  const [addressee, settings, ownZone] = await Promise.all([
    deps.getAddressee(institutionId, personId),
    findMessageSettings({ institutionId, personId }),
    deps.zoneOf(institutionId),
  ]);
  const zone = settings?.zone ?? ownZone;
  const now = deps.clock.now();
  const plan = planMail({ message, addressee, settings, zone, now });
  if (plan.is === 'none') {
    await endWithoutMail(message, plan.reason);
    return 'none';
  }
  if (plan.is === 'postponed') {
    await postponeMail(message, plan.until);
    return 'postponed';
  }
  if (!(await takeMailOfDay(message, dayIn(zone, now)))) {
    await endWithoutMail(message, 'too_many');
    deps.log.debug({ kind, most: MESSAGE_RULES[kind].mailsPerDay }, 'a person had the mails of the day');
    return 'none';
  }
  const claimed = await claimMail(message);
  if (!claimed) return 'lost';
  return sendClaimed(deps, connection, claimed, { to: plan.to, zone, locale: settings?.locale ?? null });
}
