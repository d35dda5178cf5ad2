import { part, readOfEach } from '../../combinedRead.ts';
import { getPerson } from '../launches/people.service.ts';
import { getSettings } from '../institutions/settings.service.ts';
import type { Deps } from '../../deps.ts';
import { giveUpClaim } from './mail/claims.ts';
import { mailOne, type Mailed, type MailingDeps } from './mail/mailing.ts';
import { MailConnection, toMailServer, type MailServer } from './mail/smtp.ts';
import { MessageModel, type MessageDoc } from './message.model.ts';

export interface MailerDeps extends Pick<Deps, 'clock' | 'log' | 'sealer'> {
  config: Pick<Deps['config'], 'publicUrl' | 'publicOrigin' | 'mailFrom' | 'smtpUrl'>;
  listInstitutionIds: () => Promise<readonly string[]>;
}

/** What became of the mails of a run, by outcome. */
export type MailedCounts = Partial<Record<Mailed | 'given_up', number>>;

/** Read at once, of one institution. */
const PAGE = 200;
/** Mails on the way at once: mail servers limit the connections of one sender. */
const CONNECTIONS = 4;

/** Due messages of every institution, those that have waited longest first. */
async function listDue({ clock, listInstitutionIds }: MailerDeps): Promise<MessageDoc[]> {
  const now = clock.now();
  const due = await readOfEach(await listInstitutionIds(), (institutionId) =>
    part<MessageDoc>(MessageModel, { institutionId, 'mail.dueAt': { $exists: true, $lte: now } }, [
      { $sort: { 'mail.dueAt': 1 } },
      { $limit: PAGE },
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
  getAddressee: getPerson,
  zoneOf: async (institutionId) => (await getSettings(deps, institutionId)).zone,
});

/** The mails of one run: a few connections share what is due, until nothing is or the mail server can't be reached. */
class MailRun {
  readonly #deps: MailingDeps;
  readonly #server: MailServer;
  readonly #stopping: AbortSignal;
  readonly counts: MailedCounts = {};
  #isReachable = true;

  constructor(deps: MailerDeps, server: MailServer, stopping: AbortSignal) {
    this.#deps = toMailing(deps);
    this.#server = server;
    this.#stopping = stopping;
  }

  get goesOn(): boolean {
    return this.#isReachable && !this.#stopping.aborted;
  }

  /** Mails these messages. @returns how many are settled: postponed, sent or ended */
  async mailAll(due: readonly MessageDoc[]): Promise<number> {
    const waiting = [...due];
    let settled = 0;
    const work = async (): Promise<void> => {
      const connection = new MailConnection(this.#server);
      for (let next = waiting.shift(); next && this.goesOn; next = waiting.shift())
        if (await this.#settle(connection, next)) settled += 1;
      connection.quit();
    };
    await Promise.all(Array.from({ length: Math.min(CONNECTIONS, due.length) }, work));
    return settled;
  }

  #count(outcome: keyof MailedCounts): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1;
  }

  async #settle(connection: MailConnection, message: MessageDoc): Promise<boolean> {
    try {
      if (message.mail.state === 'sending') {
        if (await giveUpClaim(message)) this.#count('given_up');
        return true;
      }
      const mailed = await mailOne(this.#deps, connection, message);
      this.#count(mailed);
      if (mailed === 'unreachable') this.#isReachable = false;
      return true;
    } catch (err) {
      this.#deps.log.error(
        { err, messageId: message._id },
        'a message could not be mailed; the next run tries again',
      );
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
  const run = new MailRun(deps, toMailServer(smtpUrl), stopping);
  for (let settled = 1; settled > 0 && run.goesOn;) settled = await run.mailAll(await listDue(deps));
  return run.counts;
}
