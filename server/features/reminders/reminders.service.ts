import type { Deps } from '../../deps.ts';
import type { RepeatedJob } from '../../jobs/jobs.ts';
import { listRunsDue } from '../catalog/runs.service.ts';
import { findLastHeld } from '../grades/deliveries/heldNews.service.ts';
import { sendDueMail } from '../messages/mailer.service.ts';
import { addMessageEventOnce } from '../messages/messages.service.ts';
import { tellPending } from '../messages/telling.service.ts';
import { RECIPIENTS } from './recipients.service.ts';

const DAY_MS = 24 * 3600_000;
/** A date is near when so many days are left: enough for a weekend and a piece of work. */
const NEAR_DAYS = 3;

type ReminderDeps = Pick<Deps, 'clock'>;

/** Notes every date that has come near. */
async function noteNearDates({ clock }: ReminderDeps, institutionIds: readonly string[]): Promise<void> {
  const from = clock.now();
  const until = new Date(from.getTime() + NEAR_DAYS * DAY_MS);
  for (const { institutionId, _id: runId, submitBy, pathwayTitle } of await listRunsDue(institutionIds, {
    from,
    until,
  }))
    await addMessageEventOnce(
      {
        institutionId,
        kind: 'date_near',
        key: `date_near:${runId}:${submitBy.getTime()}`,
        facts: { pathwayTitle, date: submitBy },
        target: { page: 'home' },
        at: from,
      },
      { runId },
    );
}

/** Notes that scores wait for an admin: again only once another one does. */
async function noteHeldScores({ clock }: ReminderDeps, institutionIds: readonly string[]): Promise<void> {
  for (const [institutionId, heldAt] of await findLastHeld(institutionIds))
    await addMessageEventOnce(
      {
        institutionId,
        kind: 'admin_needed',
        key: `admin_needed:${heldAt.getTime()}`,
        facts: {},
        target: { page: 'deliveries' },
        at: clock.now(),
      },
      {},
    );
}

/** Notes what no request causes: dates that come near, and scores that wait for an admin. It may be repeated. */
export async function noteReminders(deps: ReminderDeps, institutionIds: readonly string[]): Promise<void> {
  await noteNearDates(deps, institutionIds);
  await noteHeldScores(deps, institutionIds);
}

type MessagesDeps = Pick<Deps, 'clock' | 'log' | 'sealer' | 'config'>;

/** The periodic jobs that note reminders, tell people what happened, and mail it. */
export function messageJobs(
  deps: MessagesDeps,
  listInstitutionIds: () => Promise<readonly string[]>,
): RepeatedJob[] {
  return [
    {
      name: 'messages.remind',
      every: '1 hour',
      run: async () => noteReminders(deps, await listInstitutionIds()),
    },
    {
      name: 'messages.tell',
      every: '1 minute',
      run: (stopping) => tellPending({ ...deps, listInstitutionIds, recipients: RECIPIENTS }, stopping),
    },
    {
      // by itself: with a slow mail server a run may take hours, and what is told in the inbox does not wait for it
      name: 'messages.send',
      every: '1 minute',
      run: (stopping) => sendDueMail({ ...deps, listInstitutionIds }, stopping),
    },
  ];
}
