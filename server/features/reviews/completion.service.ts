import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { whatIsEarned } from '../../../contract/pathwayRules.ts';
import type { RuleFacts } from '../../../contract/rules.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isAwarded, recordAward } from '../awards/awards.service.ts';
import {
  getVersion,
  listModules,
  type ModuleRead,
  type PathwayVersionRead,
} from '../catalog/catalog.service.ts';
import type { AttemptDoc } from '../enrolments/attempts.service.ts';
import {
  completeEnrolment,
  getEnrolment,
  listAttempts,
  listEnrolmentsOf,
  takeDecisionOrder,
  type EnrolmentDoc,
} from '../enrolments/enrolments.service.ts';
import {
  getRuleFacts,
  progressOf,
  toCompletionFacts,
  toPathwayRules,
} from '../enrolments/ruleFacts.service.ts';
import { recordProgress, type Decided } from '../grades/grades.service.ts';
import { findDecisionBehind } from './decisionBehind.service.ts';

type Clocked = Pick<Deps, 'clock'>;

/** The number and time that an enrolment took in this transaction. */
interface Taken {
  order: number;
  at: Date;
}

/** An enrolment that may have been completed, in a transaction that has taken its number. */
export interface SettledWork {
  enrolment: EnrolmentDoc;
  version: PathwayVersionRead;
  modules: readonly ModuleRead[];
  attempts: AttemptDoc[];
  taken: Taken;
}

/** The decision behind it all; null if there is none: a track was chosen, another version, or the link was opened. */
export type Cause = Pick<Decided, 'decisionId' | 'decidedAt' | 'submittedAt'> | null;

/** Takes the enrolment's number, unless its decision has, and reads its work as it is then. */
async function readWork(enrolment: EnrolmentDoc, tx: ClientSession, taken?: Taken): Promise<SettledWork> {
  const { institutionId, _id, versionId } = enrolment;
  const number = taken ?? (await takeDecisionOrder(institutionId, _id, tx));
  const [version, modules] = await Promise.all([
    getVersion(institutionId, versionId),
    listModules(institutionId, versionId),
  ]);
  const attempts = await listAttempts(institutionId, _id, tx);
  return { enrolment, version, modules, attempts, taken: number };
}

async function completionFacts(work: SettledWork, tx: ClientSession): Promise<RuleFacts> {
  const { enrolment, version, attempts } = work;
  return toCompletionFacts(await getRuleFacts(enrolment, version, attempts, tx), enrolment);
}

/** How much of a pathway is done, as a score counts it. */
export async function progressOfWork(work: SettledWork, tx: ClientSession) {
  return progressOf(work.version.completes, await completionFacts(work, tx));
}

async function awardBadge(work: SettledWork, cause: Cause, tx: ClientSession): Promise<string[]> {
  const { enrolment, version, taken } = work;
  const { institutionId, _id: enrolmentId, personId, pathwayKey, versionId } = enrolment;
  const { badge, n, contentHash, strand, completes } = version;
  if (!badge || (await isAwarded({ institutionId, enrolmentId }, badge.key, tx))) return [];
  await recordAward(
    {
      _id: randomUUID(),
      institutionId,
      achievementKey: badge.key,
      achievement: badge.achievement,
      personId,
      enrolmentId,
      pathwayKey,
      versionId,
      version: n,
      contentHash,
      strand,
      badgeLevel: badge.level,
      moduleId: null,
      attemptId: null,
      levels: [],
      rule: { name: 'pathway-completed', version: 1, completes },
      submissionId: null,
      submissionDigest: null,
      decisionId: cause?.decisionId ?? null,
      awardedAt: taken.at,
    },
    tx,
  );
  return [badge.key];
}

/** Completes an enrolment and awards the pathway's badge if its rule holds. @returns keys of what it was awarded now */
async function settle(work: SettledWork, cause: Cause, tx: ClientSession): Promise<string[]> {
  const { enrolment, version, modules } = work;
  const facts = await completionFacts(work, tx);
  if (!whatIsEarned(toPathwayRules(version, modules), facts).completed) return [];
  await completeEnrolment(enrolment.institutionId, enrolment._id, tx);
  return awardBadge(work, cause, tx);
}

/** Tells the grade columns of a whole pathway how much of it is done now. Nothing without any decision: a score is one's result. */
export async function recordFollowing(
  deps: Clocked,
  work: SettledWork,
  cause: Cause,
  tx: ClientSession,
): Promise<void> {
  const { enrolment, attempts, taken } = work;
  const { institutionId, pathwayKey, _id: enrolmentId } = enrolment;
  const decided = cause ?? (await findDecisionBehind({ ...work, order: taken.order }, tx));
  if (!decided) return;
  const { decisionId, decidedAt, submittedAt } = decided;
  const progress = await progressOfWork(work, tx);
  const attemptIds = attempts.map(({ _id }) => _id);
  const news = { enrolmentId, order: taken.order, decisionId, decidedAt, submittedAt };
  await recordProgress(deps, { institutionId, pathwayKey, attemptIds, progress, ...news }, tx);
}

/** What happened in an enrolment. */
export interface Happened {
  enrolment: EnrolmentDoc;
  /** If its decision has taken the enrolment's number already. */
  taken?: Taken;
  /** Keys of achievements that were awarded in this transaction. */
  awarded: readonly string[];
  cause: Cause;
}

/**
 * Completes what is complete now: the pathway in which something happened, and every other one of this person whose rules ask about
 * what was awarded, and so on. Each enrolment takes a number, so that of two transactions about the same the second sees everything
 * that the first wrote. Scores of the others follow; that of the first is for the caller.
 *
 * @returns the work in which it happened
 */
export async function settlePathways(
  deps: Clocked,
  { enrolment, taken, awarded, cause }: Happened,
  tx: ClientSession,
): Promise<SettledWork> {
  const first = await readWork(enrolment, tx, taken);
  const works = new Map([[enrolment._id, first]]);
  let fresh = [...awarded, ...(await settle(first, cause, tx))];
  const all = fresh.length > 0 ? await listEnrolmentsOf(enrolment, tx) : [];
  while (fresh.length > 0) {
    const keys = new Set(fresh);
    fresh = [];
    for (const other of all.filter(({ state }) => state !== 'withdrawn')) {
      const { awardsAsked } = await getVersion(other.institutionId, other.versionId);
      if (!awardsAsked.some((key) => keys.has(key))) continue;
      const work = works.get(other._id) ?? (await readWork(other, tx));
      works.set(other._id, work);
      fresh.push(...(await settle(work, cause, tx)));
    }
  }
  works.delete(enrolment._id);
  for (const work of works.values()) await recordFollowing(deps, work, cause, tx);
  return first;
}

/** The same where no decision is behind it, with the scores of the enrolment itself. */
export async function settleAndRecord(
  deps: Clocked,
  enrolment: EnrolmentDoc,
  tx: ClientSession,
): Promise<void> {
  const work = await settlePathways(deps, { enrolment, awarded: [], cause: null }, tx);
  await recordFollowing(deps, work, null, tx);
}

/**
 * Completes a pathway whose rule holds although nothing happened in it: everything that it asks for was awarded before it was begun,
 * or its version has had a badge since before there were any. Costs nothing if there is nothing to do, except one command for a
 * completed pathway with a badge.
 *
 * @param facts  that decide about completion
 * @returns whether there was something to do
 */
export async function settleAtOpening(
  deps: Clocked,
  enrolment: EnrolmentDoc,
  facts: RuleFacts,
): Promise<boolean> {
  const { institutionId, _id: enrolmentId, versionId, state } = enrolment;
  const [version, modules] = await Promise.all([
    getVersion(institutionId, versionId),
    listModules(institutionId, versionId),
  ]);
  if (state === 'withdrawn' || !whatIsEarned(toPathwayRules(version, modules), facts).completed) return false;
  const { badge } = version;
  const isSettled =
    state === 'completed' && (!badge || (await isAwarded({ institutionId, enrolmentId }, badge.key)));
  if (isSettled) return false;
  // its person may have moved to another version since
  await inTransaction(async (tx) =>
    settleAndRecord(deps, await getEnrolment(institutionId, enrolmentId, tx), tx),
  );
  return true;
}
