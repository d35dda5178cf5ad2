import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession, PipelineStage } from 'mongoose';
import { ENROLMENT, statesBefore } from '../../../contract/states.ts';
import { join, part, readTogether, type ReadPart } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { listModules, pathwayPart, type ModuleRead } from '../catalog/catalog.service.ts';
import { ensureOpenRun, openRunJoin, runJoin, type RunRead } from '../catalog/runs.service.ts';
import { AttemptModel, type AttemptDoc } from './attempt.model.ts';
import { EnrolmentModel, type EnrolmentDoc } from './enrolment.model.ts';

export type { EnrolmentDoc } from './enrolment.model.ts';

export interface OpenedEnrolment {
  enrolment: EnrolmentDoc;
  attempts: AttemptDoc[];
  /** This call created all of the attempts: before it there was nothing that could be approved. */
  isBegun: boolean;
}

/** What exists of the caller's work in a pathway's open run. */
export interface FoundWork {
  run: RunRead[];
  enrolment: EnrolmentDoc[];
  attempts: AttemptDoc[];
}

/** Joins `FoundWork` to a document that names a pathway by its key in `local`. */
export function foundWorkJoins(
  { institutionId, personId }: Pick<LiveSession, 'institutionId' | 'personId'>,
  local: string,
): PipelineStage.Lookup[] {
  return [
    openRunJoin(institutionId, local),
    join(EnrolmentModel, { institutionId, local: 'run._id', foreign: 'runId', as: 'enrolment' }, [
      { $match: { personId } },
    ]),
    join(AttemptModel, { institutionId, local: 'enrolment._id', foreign: 'enrolmentId', as: 'attempts' }, [
      { $sort: { position: 1 } },
    ]),
  ];
}

/** Does what must happen before there is anything that could be approved. Called if that does not exist yet. */
export type BeforeWork = (enrolment: EnrolmentDoc, planned: readonly AttemptDoc[]) => Promise<void>;

/**
 * Finds the caller's enrolment in the pathway's open run, or creates it with one attempt for each module of the newest version.
 * Opening it from another course adds that course; it never creates second work.
 *
 * @throws {AppError} NOT_FOUND for a pathway that is not published, PATHWAY_RETIRED for somebody who is not in it yet
 */
export async function openEnrolment(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  pathwayKey: string,
): Promise<OpenedEnrolment> {
  const joins = foundWorkJoins(session, 'key');
  const { found } = await readTogether({
    found: pathwayPart<FoundWork>(session.institutionId, pathwayKey, joins),
  });
  const [pathway] = found;
  if (!pathway?.versionId) throw notFound('This pathway');
  return completeWork(deps, session, { ...pathway, pathwayKey, versionId: pathway.versionId });
}

const retired = (): AppError =>
  new AppError(
    'PATHWAY_RETIRED',
    'This pathway is not open to new people any more. Ask the people who run your course for another one.',
  );

/** The same after it was looked up: creates what is missing, and reads nothing if nothing exists. */
export async function completeWork(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  found: FoundWork & { pathwayKey: string; versionId: string; retiredAt?: Date | null },
  beforeWork: BeforeWork = () => Promise.resolve(),
): Promise<OpenedEnrolment> {
  const { institutionId, personId, contextId } = session;
  const { pathwayKey, versionId } = found;
  if (found.retiredAt && !found.enrolment[0]) throw retired();
  const run = found.run[0] ?? (await ensureOpenRun(deps, institutionId, pathwayKey));
  const which = { institutionId, personId, pathwayKey, runId: run._id };
  const enrolment = found.enrolment[0] ?? (await createEnrolment(deps, session, { ...which, versionId }));
  if (contextId && !enrolment.contextIds.includes(contextId)) {
    await EnrolmentModel.updateOne(
      { institutionId, _id: enrolment._id },
      { $addToSet: { contextIds: contextId } },
    );
    enrolment.contextIds.push(contextId);
  }
  return { enrolment, ...(await completeAttempts(deps, enrolment, found.attempts, beforeWork)) };
}

type Which = Pick<EnrolmentDoc, 'institutionId' | 'personId' | 'pathwayKey' | 'runId'>;

async function createEnrolment(
  { clock }: Pick<Deps, 'clock'>,
  session: LiveSession,
  { versionId, ...which }: Which & Pick<EnrolmentDoc, 'versionId'>,
): Promise<EnrolmentDoc> {
  const made: EnrolmentDoc = {
    _id: randomUUID(),
    ...which,
    versionId,
    state: 'active',
    contextIds: session.contextId ? [session.contextId] : [],
    practice: session.practice,
    createdAt: clock.now(),
    tracks: [],
    leftTracks: [],
    decisionOrder: 0,
    lastDecidedAt: null,
  };
  try {
    await EnrolmentModel.create(made);
    return made;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await EnrolmentModel.findOne(which).lean();
    if (!other) throw error;
    return other;
  }
}

/**
 * The id of an enrolment's attempt on a module, in the form of a UUID of version 8: known before the attempt exists, and the same
 * for whoever creates it.
 */
function attemptIdOf(enrolmentId: string, moduleKey: string): string {
  const hex = createHash('sha256').update(`${enrolmentId}:${moduleKey}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An attempt on a module, as it is before anybody began: what the enrolment does not store yet. */
export function newAttempt(enrolment: EnrolmentDoc, module: ModuleRead, now: Date): AttemptDoc {
  const { institutionId, personId, pathwayKey } = enrolment;
  return {
    _id: attemptIdOf(enrolment._id, module.key),
    institutionId,
    enrolmentId: enrolment._id,
    personId,
    pathwayKey,
    moduleKey: module.key,
    moduleId: module._id,
    position: module.position,
    state: 'not_started',
    round: 1,
    stepsDone: [],
    selfLevels: [],
    links: [],
    settled: [],
    openCriteria: null,
    submissionId: null,
    lastDecisionId: null,
    changedAt: now,
  };
}

/** One attempt for each module; what is missing (after a crash between two writes) is created now. */
async function completeAttempts(
  { clock }: Pick<Deps, 'clock'>,
  enrolment: EnrolmentDoc,
  found: AttemptDoc[],
  beforeWork: BeforeWork,
): Promise<Pick<OpenedEnrolment, 'attempts' | 'isBegun'>> {
  const { institutionId, _id, versionId } = enrolment;
  const modules = await listModules(institutionId, versionId);
  const missing = modules.filter((module) => !found.some((attempt) => attempt.moduleKey === module.key));
  if (missing.length === 0) return { attempts: found, isBegun: false };
  const now = clock.now();
  const planned = missing.map((module) => newAttempt(enrolment, module, now));
  if (found.length === 0) await beforeWork(enrolment, planned);
  try {
    await AttemptModel.insertMany(planned, { ordered: false });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // another window was first
    return { attempts: await listAttempts(institutionId, _id), isBegun: false };
  }
  const attempts = [...found, ...planned].sort((a, b) => a.position - b.position);
  return { attempts, isBegun: found.length === 0 };
}

/** The attempts of an enrolment, in the order of the pathway. */
export async function listAttempts(
  institutionId: string,
  enrolmentId: string,
  tx?: ClientSession,
): Promise<AttemptDoc[]> {
  const attempts = await AttemptModel.find({ institutionId, enrolmentId })
    .session(tx ?? null)
    .lean();
  return attempts.sort((a, b) => a.position - b.position);
}

/** An attempt as its neighbours need it. */
export type Neighbour = Pick<AttemptDoc, '_id' | 'moduleKey' | 'position' | 'state'>;

/** An attempt with its enrolment, the run of that, and all attempts of it. */
export interface AttemptInPlace extends AttemptDoc {
  enrolment: EnrolmentDoc[];
  run: RunRead[];
  neighbours: Neighbour[];
}

/** Joins all attempts of the current attempt's enrolment, as `neighbours`. */
const neighboursJoin = (
  institutionId: string,
  more: readonly PipelineStage.UnionWithPipelineStage[] = [],
): PipelineStage.Lookup =>
  join(AttemptModel, { institutionId, local: 'enrolmentId', foreign: 'enrolmentId', as: 'neighbours' }, [
    { $project: { moduleKey: 1, position: 1, state: 1 } },
    ...more,
  ]);

/**
 * The caller's own attempt in its context and with what is joined to it, read together with what else belongs to a page; nothing for
 * another person's.
 */
export function attemptInPlacePart<Joined = unknown>(
  who: SessionIds,
  attemptId: string,
  joined: readonly PipelineStage.UnionWithPipelineStage[] = [],
): ReadPart<AttemptInPlace & Joined> {
  const { institutionId, personId } = who;
  return part(AttemptModel, { institutionId, _id: attemptId, personId }, [
    join(EnrolmentModel, { institutionId, local: 'enrolmentId', foreign: '_id', as: 'enrolment' }),
    runJoin(institutionId, 'enrolment.runId'),
    neighboursJoin(institutionId, [{ $sort: { position: 1 } }]),
    ...joined,
  ]);
}

/** An attempt with all of its enrolment. */
export interface AttemptAmongOthers extends AttemptDoc {
  enrolment: EnrolmentDoc[];
  neighbours: Neighbour[];
}

/** Joins, as `attempt`, the one whose id is in `local`, with its enrolment, its neighbours and with what is joined to it. */
export function amongOthersJoin(
  institutionId: string,
  local: string,
  joined: readonly PipelineStage.UnionWithPipelineStage[],
): PipelineStage.Lookup {
  return join(AttemptModel, { institutionId, local, foreign: '_id', as: 'attempt' }, [
    join(EnrolmentModel, { institutionId, local: 'enrolmentId', foreign: '_id', as: 'enrolment' }),
    neighboursJoin(institutionId),
    ...joined,
  ]);
}

/** An enrolment with its run and attempts. */
export interface EnrolmentInPlace extends EnrolmentDoc {
  run: RunRead[];
  attempts: AttemptDoc[];
}

/**
 * The caller's own enrolment with its attempts in order and with what is joined to both (`_id`, `attempts._id`), read together
 * with what else belongs to a page; nothing for another person's.
 */
export function enrolmentInPlacePart<Joined = unknown>(
  { institutionId, personId }: SessionIds,
  enrolmentId: string,
  joined: readonly PipelineStage.UnionWithPipelineStage[] = [],
): ReadPart<EnrolmentInPlace & Joined> {
  return part(EnrolmentModel, { institutionId, _id: enrolmentId, personId }, [
    runJoin(institutionId, 'runId'),
    join(AttemptModel, { institutionId, local: '_id', foreign: 'enrolmentId', as: 'attempts' }, [
      { $sort: { position: 1 } },
    ]),
    ...joined,
  ]);
}

/** The caller's own enrolment. @throws {AppError} NOT_FOUND, for another person's too */
export async function getOwnEnrolment(session: LiveSession, enrolmentId: string): Promise<EnrolmentDoc> {
  const { institutionId, personId } = session;
  const enrolment = await EnrolmentModel.findOne({ institutionId, _id: enrolmentId, personId }).lean();
  if (!enrolment) throw notFound('This pathway');
  return enrolment;
}

/** An enrolment: only for code that has checked the right to it in another way. @throws {AppError} NOT_FOUND */
export async function getEnrolment(
  institutionId: string,
  enrolmentId: string,
  tx?: ClientSession,
): Promise<EnrolmentDoc> {
  const enrolment = await EnrolmentModel.findOne({ institutionId, _id: enrolmentId })
    .session(tx ?? null)
    .lean();
  if (!enrolment) throw notFound('This pathway');
  return enrolment;
}

/** The caller's enrolment in a given run, or null. */
export async function findOwnEnrolmentInRun(
  session: LiveSession,
  pathwayKey: string,
  runId: string,
): Promise<EnrolmentDoc | null> {
  const { institutionId, personId } = session;
  return EnrolmentModel.findOne({ institutionId, personId, pathwayKey, runId }).lean();
}

/**
 * The number of a decision in an enrolment, its time by the database's clock, and the version that the person works on then. The
 * first step of its transaction: of two at the same time the second restarts and sees everything that the first wrote. Numbers may
 * have gaps.
 *
 * @throws {AppError} NOT_FOUND
 */
export async function takeDecisionOrder(
  institutionId: string,
  enrolmentId: string,
  tx: ClientSession,
): Promise<{ order: number; at: Date; versionId: string }> {
  const enrolment = await EnrolmentModel.findOneAndUpdate(
    { institutionId, _id: enrolmentId },
    [
      {
        $set: {
          decisionOrder: { $add: [{ $ifNull: ['$decisionOrder', 0] }, 1] },
          lastDecidedAt: { $max: ['$$NOW', '$lastDecidedAt'] },
        },
      },
    ],
    { updatePipeline: true, returnDocument: 'after', session: tx },
  ).lean();
  if (!enrolment?.lastDecidedAt) throw notFound('This pathway');
  const { decisionOrder: order, lastDecidedAt: at, versionId } = enrolment;
  return { order, at, versionId };
}

/**
 * Chooses a track of an enrolment, or leaves it; the others stay as they are, whatever another window does.
 *
 * @returns whether it was not so before
 */
export async function setTrack(
  { institutionId, _id }: Pick<EnrolmentDoc, 'institutionId' | '_id'>,
  { track, chosen }: { track: string; chosen: boolean },
  tx: ClientSession,
): Promise<boolean> {
  const [before, update] = chosen
    ? [{ tracks: { $ne: track } }, { $push: { tracks: track }, $pull: { leftTracks: track } }]
    : [{ tracks: track }, { $pull: { tracks: track }, $addToSet: { leftTracks: track } }];
  const changed = await EnrolmentModel.updateOne({ institutionId, _id, ...before }, update, { session: tx });
  return changed.modifiedCount === 1;
}

/** The enrolments of a person, in whatever run. @param tx  to see what it has written */
export async function listEnrolmentsOf(
  { institutionId, personId }: { readonly institutionId: string; readonly personId: string },
  tx?: ClientSession,
): Promise<EnrolmentDoc[]> {
  return EnrolmentModel.find({ institutionId, personId })
    .session(tx ?? null)
    .lean();
}

/** What completes the pathway is done. Inside the transaction of what completed it. */
export async function completeEnrolment(
  institutionId: string,
  enrolmentId: string,
  tx: ClientSession,
): Promise<void> {
  await EnrolmentModel.updateOne(
    { institutionId, _id: enrolmentId, state: { $in: statesBefore(ENROLMENT, 'completed') } },
    { $set: { state: 'completed' } },
    { session: tx },
  );
}
