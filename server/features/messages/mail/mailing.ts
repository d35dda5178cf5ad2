import { isAboutOwnWork, MESSAGE_RULES } from '../../../../contract/messages.ts';
import type { Deps } from '../../../deps.ts';
import { wordsFor } from '../../../words/pageWords.ts';
import type { DueMessage, NoMailReason } from '../message.model.ts';
import type { MessageSettingsDoc } from '../messageSettings.model.ts';
import {
  choiceFor,
  findMessageSettings,
  type Agreement,
  isAddressRefused,
  noteRefusedAddress,
} from '../settings.service.ts';
import { unsubscribeUrl } from '../unsubscribe.service.ts';
import { addressOf, isMailable } from './address.ts';
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
import type { MailConnections } from './connections.ts';
import type { Handover, MailConnection } from './smtp.ts';
import { dayIn, quietUntil, retryMailMs, TOO_LATE_MS } from './timing.ts';

/** A person to whom mail goes: what their LMS says. */
export interface Addressee extends Agreement {
  email: string | null;
}

export interface MailingDeps extends Pick<Deps, 'clock' | 'log' | 'sealer'> {
  config: Pick<Deps['config'], 'publicUrl' | 'publicOrigin' | 'mailFrom'>;
  /** Null: there is no such person any more. */
  findAddressee(institutionId: string, personId: string): Promise<Addressee | null>;
  /** Of an institution: for people whose own zone is not known. */
  zoneOf(institutionId: string): Promise<string>;
  /** How long a claim holds, in ms: longer than handing over a mail can take. */
  leaseMs: number;
}

/** What is known when it is decided whether a mail leaves now. */
export interface MailFacts {
  message: Pick<DueMessage, 'kind' | 'changedAt' | 'unread'>;
  addressee: Addressee | null;
  settings: Pick<MessageSettingsDoc, 'choices' | 'refused'> | null;
  zone: string;
  now: Date;
}

export type MailPlan =
  { is: 'none'; reason: NoMailReason } | { is: 'postponed'; until: Date } | { is: 'due'; to: string };

/** Whether a message is mailed now, later, or not at all; the caps of the day come after that. */
export function planMail({ message, addressee, settings, zone, now }: MailFacts): MailPlan {
  if (addressee === null) return { is: 'none', reason: 'no_person' };
  const { email, agreedAt } = addressee;
  const { kind } = message;
  if (email === null || !isMailable(email)) return { is: 'none', reason: 'no_address' };
  if (agreedAt === null && isAboutOwnWork(kind)) return { is: 'none', reason: 'no_consent' };
  if (choiceFor(settings, kind, addressee) !== 'mail') return { is: 'none', reason: 'chosen' };
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

/** What became of a due message: `lost` if another process has it, or the run is over. */
export type Mailed = Handover['kind'] | 'none' | 'postponed' | 'lost';

/** To whom a mail goes, and how it is written. */
interface Reader {
  to: string;
  zone: string;
  locale: string | null;
}

/** Composes and hands over a mail that this process has claimed. */
async function handOver(
  deps: MailingDeps,
  connection: Pick<MailConnection, 'send'>,
  claimed: ClaimedMessage,
  { to, zone, locale }: Reader,
): Promise<Handover> {
  const { config } = deps;
  const { institutionId, personId, kind } = claimed;
  const raw = await composeMail(claimed, {
    from: config.mailFrom,
    to,
    words: wordsFor(locale),
    zone,
    unsubscribeUrl: unsubscribeUrl(deps, { institutionId, personId, kind }),
    host: new URL(config.publicUrl).hostname,
  });
  return connection.send({ from: addressOf(config.mailFrom), to, raw });
}

/** Writes how it ended. */
async function conclude(
  deps: MailingDeps,
  claimed: ClaimedMessage,
  handover: Handover,
  to: string,
): Promise<Mailed> {
  const { institutionId, personId, _id: messageId } = claimed;
  const { kind: outcome, said } = handover;
  if (!(await concludeMail(claimed, toEnd(claimed, handover))))
    deps.log.warn({ messageId }, 'a mail took longer than its lease; it counts as unknown');
  if (handover.kind === 'bounced' && handover.isAddress)
    await noteRefusedAddress(deps, { institutionId, personId }, to);
  if (outcome !== 'sent') deps.log.warn({ messageId, outcome, said }, 'a mail was not accepted');
  return outcome;
}

/** Mails one due message, if it is to be mailed now. */
export async function mailOne(
  deps: MailingDeps,
  connections: MailConnections,
  message: DueMessage,
): Promise<Mailed> {
  const { institutionId, personId, kind } = message;
  const [addressee, settings, ownZone] = await Promise.all([
    deps.findAddressee(institutionId, personId),
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
  const reader = { to: plan.to, zone, locale: settings?.locale ?? null };
  const handed = await connections.use(async (connection) => {
    const claimed = await claimMail(message, deps.leaseMs);
    return claimed && { claimed, handover: await handOver(deps, connection, claimed, reader) };
  });
  return handed ? conclude(deps, handed.claimed, handed.handover, plan.to) : 'lost';
}
