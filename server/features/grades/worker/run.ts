import type { Deps } from '../../../deps.ts';
import type { AgsClient, AgsTarget } from '../../../lti/ags.ts';
import type { ResultRead } from '../../../lti/results.ts';
import { answerOf, type Outcome, type ServiceFault } from '../../../lti/serviceFault.ts';
import type { ServicePlatform } from '../../../lti/token.ts';
import type { RosterStatus } from '../../rosters/rosters.service.ts';
import type { ColumnDoc } from '../columns/column.model.ts';
import { GIVE_UP_MS, retryDelayMs } from './backoff.ts';
import type { ClaimedDelivery } from './claims.ts';
import type { Conclusion } from './conclusion.ts';
import type { Receipts } from './receipts.ts';

export interface DeliverDeps {
  clock: Deps['clock'];
  ags: AgsClient;
  /** What an LMS opens to show the work. */
  launchUrl: string;
  random: () => number;
  zoneOf(institutionId: string): Promise<string>;
  /** What the course's roster says about a person. */
  rosterStatusOf(
    institutionId: string,
    who: Pick<ClaimedDelivery, 'contextId' | 'sub' | 'personId'>,
  ): Promise<RosterStatus>;
}

export interface Job {
  claimed: ClaimedDelivery;
  column: ColumnDoc;
  platform: ServicePlatform;
}

/** One try in progress: what it knows, and what it leaves behind. */
export interface Run {
  deps: DeliverDeps;
  job: Job;
  target: AgsTarget;
  receipts: Receipts;
  pauseMs: number;
  platformFault: boolean;
  /** The LMS did not let us read the result. */
  unread: boolean;
  /** The column's points in the LMS, if this try has seen them. */
  lmsMaximum: number | null;
}

/** How long an error that the LMS explains may last before a person is asked: it seldom passes by itself. */
const EXPLAINED_MS = 3600_000;

export const concludeHeld = (
  reason: Extract<Conclusion, { kind: 'held' }>['reason'],
  lmsMessage: string | null = null,
  shown: ResultRead | null = null,
): Conclusion => ({ kind: 'held', reason, lmsMessage, shown });

/** What the LMS shows as far as is known: a score that was accepted without a check has no value, but its column's points. */
export function toAccepted(run: Run, shown: ResultRead | null): Conclusion {
  const known = run.lmsMaximum === null ? null : { score: null, maximum: run.lmsMaximum };
  return { kind: 'accepted', shown: shown ?? known, unread: run.unread };
}

/** True if a failed call shows that the platform as a whole is in trouble, not only this service or this call. */
function isPlatforms(
  { noToken, reason, retryable, status, unusable }: ServiceFault,
  isRead: boolean,
): boolean {
  if (noToken) return retryable || reason === 'token_refused';
  // one course may turn us away and the next one not
  // reading is optional: one that is refused or fails must not keep scores from being sent
  if (isRead) return status === null && !unusable && retryable;
  return retryable && reason === 'lms_silent';
}

/** Records what a call says about the platform as a whole, and returns its response. */
export function noteAnswer<T>(run: Run, outcome: Outcome<T>, isRead = false): Outcome<T> {
  if (outcome.ok) run.pauseMs = Math.max(run.pauseMs, outcome.pauseMs);
  else {
    const { slowDown, retryAfterMs } = outcome.fault;
    run.platformFault ||= isPlatforms(outcome.fault, isRead);
    if (slowDown) run.pauseMs = Math.max(run.pauseMs, retryAfterMs ?? 2_000);
  }
  return outcome;
}

/** How long this score has been tried in vain; 0 at the first try. */
export function triedForMs({ deps, job }: Run): number {
  const since = job.claimed.triedSince?.getTime();
  return since === undefined ? 0 : deps.clock.now().getTime() - since;
}

/** Reasons that may mean that the person is not in the course any more. */
const ABOUT_PERSON: readonly ServiceFault['reason'][] = ['not_gradable', 'refused'];

/** True for a refusal that every other score of the column would get as well, until somebody gives us access. */
function isColumns({ reason, noToken }: ServiceFault): boolean {
  return reason === 'scope_missing' || (reason === 'token_refused' && !noToken);
}

/** @param wasRead  the call only read, so it cannot have stored anything */
export async function concludeFault(run: Run, fault: ServiceFault, wasRead = false): Promise<Conclusion> {
  const { deps, job } = run;
  const { reason, status } = fault;
  const lmsMessage = answerOf(fault);
  if (fault.retryable) {
    const isExplained = reason === 'lms_error' && status === 500;
    if (triedForMs(run) > (isExplained ? EXPLAINED_MS : GIVE_UP_MS)) return concludeHeld(reason, lmsMessage);
    const delayMs = retryDelayMs(job.claimed.tries + 1, fault.retryAfterMs, deps.random);
    return { kind: 'retry', reason, lmsMessage, delayMs, doubt: !wasRead && !fault.nothingDone };
  }
  const isAboutPerson = status !== null && ABOUT_PERSON.includes(reason);
  if (isAboutPerson && (await hasLeft(run))) return concludeHeld('person_left', lmsMessage);
  return { kind: 'held', reason, lmsMessage, shown: null, isColumns: isColumns(fault) };
}

export async function rosterStatusOf({ deps, job }: Run): Promise<RosterStatus> {
  return deps.rosterStatusOf(job.claimed.institutionId, job.claimed);
}

async function hasLeft(run: Run): Promise<boolean> {
  return (await rosterStatusOf(run)) === 'left';
}
