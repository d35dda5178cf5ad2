import { part, readOfEach } from '../../combinedRead.ts';
import { findPerson } from '../launches/people.service.ts';
import { getSettings } from '../institutions/settings.service.ts';
import type { Deps } from '../../deps.ts';
import { MailConnections } from './mail/connections.ts';
import { endWithoutMail, giveUpClaim, postponeMail } from './mail/claims.ts';
import { mailOne, type Mailed, type MailingDeps } from './mail/mailing.ts';
import { longestMs, MailConnection, SMTP_TIMES, toMailServer, type SmtpTimes } from './mail/smtp.ts';
import { TOO_LATE_MS } from './mail/timing.ts';
import { MessageModel, type DueMessage } from './message.model.ts';

export interface MailerDeps extends Pick<Deps, 'clock' | 'log' | 'sealer'> {
  config: Pick<Deps['config'], 'publicUrl' | 'publicOrigin' | 'mailFrom' | 'smtpUrl'>;
  listInstitutionIds: () => Promise<readonly string[]>;
  /** Shorter ones are for measurements: a claim of a process that died is given up sooner. */
  times?: SmtpTimes;
}

/** What became of the mails of a run, by outcome. */
export type MailedCounts = Partial<Record<Mailed | 'given_up', number>>;

/** Read at once, of one institution. */
const PAGE = 100;
/** Mails on the way at once: mail servers limit the connections of one sender. */
const CONNECTIONS = 4;
/** Mails that are prepared, handed over or concluded at once. */
const AT_ONCE = 2 * CONNECTIONS;
/** Of the longest that handing over a mail takes: a claim that is older belongs to a process that died. */
const LEASE_SHARE = 1.4;
/** After an error of ours. */
const AGAIN_MS = 5 * 60_000;

/** Due messages of every institution, those that have waited longest first. */
async function listDue({ clock, listInstitutionIds }: MailerDeps): Promise<DueMessage[]> {
  const now = clock.now();
  const due = await readOfEach(await listInstitutionIds(), (institutionId) =>
    part<DueMessage>(MessageModel, { institutionId, 'mail.dueAt': { $exists: true, $lte: now } }, [
      { $sort: { 'mail.dueAt': 1 } },
      { $limit: PAGE },
      { $project: { institutionId: 1, personId: 1, kind: 1, changedAt: 1, unread: 1, mail: 1 } },
    ]),
  );
  return [...due.values()].flat();
}

/** Without a mail server, messages are in the inbox alone, and are not mailed later either. */
async function dropDue(deps: MailerDeps): Promise<void> {
  const due = await listDue(deps);
  for (const institutionId of new Set(due.map((message) => message.institutionId)))
    await MessageModel.updateMany(
      { institutionId, 'mail.dueAt': { $exists: true }, 'mail.state': { $ne: 'sending' } },
      { $set: { 'mail.state': 'none', 'mail.reason': 'not_set_up' }, $unset: { 'mail.dueAt': 1 } },
    );
}

const toMailing = (deps: MailerDeps): MailingDeps => ({
  ...deps,
  findAddressee: findPerson,
  zoneOf: async (institutionId) => (await getSettings(deps, institutionId)).zone,
  leaseMs: LEASE_SHARE * longestMs(deps.times ?? SMTP_TIMES),
});

/** The mails of one run, until nothing is due or the mail server can't be reached. */
class MailRun {
  readonly #deps: MailingDeps;
  readonly #connections: MailConnections;
  readonly #stopping: AbortSignal;
  readonly counts: MailedCounts = {};
  #isReachable = true;

  constructor(deps: MailerDeps, connect: () => MailConnection, stopping: AbortSignal) {
    this.#deps = toMailing(deps);
    this.#connections = new MailConnections(CONNECTIONS, connect);
    this.#stopping = stopping;
  }

  get goesOn(): boolean {
    return this.#isReachable && !this.#stopping.aborted;
  }

  /** Mails these messages. @returns how many are settled: postponed, sent or ended */
  async mailAll(due: readonly DueMessage[]): Promise<number> {
    const waiting = [...due];
    let settled = 0;
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next && this.goesOn; next = waiting.shift())
        if (await this.#settle(next)) settled += 1;
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, due.length) }, work));
    return settled;
  }

  end(): void {
    this.#connections.end();
  }

  #count(outcome: keyof MailedCounts): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1;
  }

  async #settle(message: DueMessage): Promise<boolean> {
    try {
      if (message.mail.state === 'sending') {
        if (await giveUpClaim(message)) this.#count('given_up');
        return true;
      }
      const mailed = await mailOne(this.#deps, this.#connections, message);
      this.#count(mailed);
      if (mailed === 'unreachable') {
        this.#isReachable = false;
        this.end();
      }
      return true;
    } catch (err) {
      this.#deps.log.error(
        { err, messageId: message._id },
        'a message could not be mailed; trying again later',
      );
      return this.#putOff(message);
    }
  }

  /** What fails again and again does not stand before the others. A claim that failed is given up when it ends. */
  async #putOff(message: DueMessage): Promise<boolean> {
    const now = this.#deps.clock.now().getTime();
    try {
      if (now - message.changedAt.getTime() > TOO_LATE_MS) await endWithoutMail(message, 'too_late');
      else await postponeMail(message, new Date(now + AGAIN_MS));
      return true;
    } catch {
      // the database is away, and this is the next run's
      return false;
    }
  }
}

/**
 * Sends the mails that are due. Each leaves at most once, whichever process dies when: it is claimed in the database before, and a
 * claim that nobody ends is never sent again (`unknown`). Without `SMTP_URL` due mails are dropped.
 *
 * @param stopping  aborted when the process is shutting down: the rest is left to the next run
 */
export async function sendDueMail(deps: MailerDeps, stopping: AbortSignal): Promise<MailedCounts> {
  const { smtpUrl } = deps.config;
  if (smtpUrl === undefined) {
    await dropDue(deps);
    return {};
  }
  const server = toMailServer(smtpUrl);
  const run = new MailRun(deps, () => new MailConnection(server, deps.times), stopping);
  for (let settled = 1; settled > 0 && run.goesOn;) settled = await run.mailAll(await listDue(deps));
  run.end();
  return run.counts;
}
