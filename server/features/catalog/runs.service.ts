import { randomUUID } from 'node:crypto';
import type { ClientSession, PipelineStage } from 'mongoose';
import { RUN, statesBefore } from '../../../contract/states.ts';
import { join, part, readOfEach } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { inTransaction } from '../../db.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import { addMessageEvent } from '../messages/messages.service.ts';
import { PathwayModel } from './pathway.model.ts';
import { RunModel, type RunDoc } from './run.model.ts';

/** A run as other features read it. */
export type RunRead = Readonly<RunDoc>;

const runEntry = (action: string, id: string, facts: Record<string, string | null> = {}) => ({
  action,
  subject: { kind: 'run', id },
  facts,
});

/**
 * The run that is open now; opened without dates if the pathway has none yet. Two simultaneous calls open one.
 *
 * @param title  shown to people: "Autumn round"
 */
export async function ensureOpenRun(
  deps: Pick<Deps, 'clock'>,
  institutionId: string,
  pathwayKey: string,
  title = '',
): Promise<RunDoc> {
  const open = await findOpenRun(institutionId, pathwayKey);
  if (open) return open;
  try {
    const run = {
      _id: randomUUID(),
      institutionId,
      pathwayKey,
      title,
      state: 'open' as const,
      openedAt: deps.clock.now(),
    };
    return await inTransaction(async (tx) => {
      const [made] = await RunModel.create([run], { session: tx });
      if (!made) throw notFound('This round');
      await appendAudit(deps, operatorOf(institutionId), runEntry('run.opened', run._id, { pathwayKey }), tx);
      return made.toObject();
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await findOpenRun(institutionId, pathwayKey);
    if (!other) throw error;
    return other;
  }
}

/** The run that participants of a pathway work in; an index allows one open run per pathway. Null if none is open. */
export async function findOpenRun(institutionId: string, pathwayKey: string): Promise<RunDoc | null> {
  return RunModel.findOne({ institutionId, pathwayKey, state: 'open' }).lean();
}

const pathwayTitleJoin = (institutionId: string): PipelineStage.Lookup =>
  join(PathwayModel, { institutionId, local: 'pathwayKey', foreign: 'key', as: 'pathway' }, [
    { $project: { title: 1 } },
  ]);

/** Joins the run that a document names by its id, as `run`. */
export function runJoin(institutionId: string, local: string): PipelineStage.Lookup {
  return join(RunModel, { institutionId, local, foreign: '_id', as: 'run' });
}

/** Joins the open run of the pathway that a document names by its key, as `run`. */
export function openRunJoin(institutionId: string, local: string): PipelineStage.Lookup {
  return join(RunModel, { institutionId, local, foreign: 'pathwayKey', as: 'run' }, [
    { $match: { state: 'open' } },
  ]);
}

/** The runs of an institution, or of one pathway if it is named, newest first. */
export async function listRuns(institutionId: string, pathwayKey?: string): Promise<RunDoc[]> {
  return RunModel.find({ institutionId, ...(pathwayKey === undefined ? {} : { pathwayKey }) })
    .sort({ openedAt: -1 })
    .limit(500)
    .lean();
}

/** An open run with a date to submit by, and its pathway's title. */
export interface DatedRun extends Pick<RunDoc, '_id' | 'institutionId'> {
  submitBy: Date;
  pathwayTitle: string;
}

/** Open runs whose date to submit by lies between two times, of each of these institutions. */
export async function listRunsDue(
  institutionIds: readonly string[],
  { from, until }: { from: Date; until: Date },
): Promise<DatedRun[]> {
  const due = await readOfEach(institutionIds, (institutionId) =>
    part<RunDoc & { submitBy: Date; pathway: { title: string }[] }>(
      RunModel,
      { institutionId, state: 'open', submitBy: { $gt: from, $lte: until } },
      [pathwayTitleJoin(institutionId)],
    ),
  );
  return [...due.values()]
    .flat()
    .map(({ pathway, ...run }) => ({ ...run, pathwayTitle: pathway[0]?.title ?? '' }));
}

/** A run in any state. @throws {AppError} NOT_FOUND */
export async function getRun(institutionId: string, runId: string): Promise<RunDoc> {
  const run = await RunModel.findOne({ institutionId, _id: runId }).lean();
  if (!run) throw notFound('This round');
  return run;
}

/** Tells the people of a run that its date to submit by is another one now. */
async function tellMovedDate({ clock }: Pick<Deps, 'clock'>, run: RunDoc, tx: ClientSession): Promise<void> {
  const { institutionId, pathwayKey, _id: runId, submitBy: date } = run;
  const pathway = await PathwayModel.findOne({ institutionId, key: pathwayKey }, { title: 1 })
    .session(tx)
    .lean();
  const at = clock.now();
  const news = { institutionId, kind: 'date_moved', key: `date_moved:${randomUUID()}`, at } as const;
  const facts = { pathwayTitle: pathway?.title ?? '', date };
  await addMessageEvent({ ...news, facts, target: { page: 'home' } }, { runId }, tx);
}

/** Sets the dates of a run; null clears one, an absent one stays. @throws {AppError} NOT_FOUND */
export async function setRunDates(
  deps: Pick<Deps, 'clock'>,
  institutionId: string,
  runId: string,
  dates: Partial<Pick<RunDoc, 'submitBy' | 'reviewBy'>>,
): Promise<RunDoc> {
  return inTransaction(async (tx) => {
    const before = await RunModel.findOneAndUpdate(
      { institutionId, _id: runId },
      { $set: dates },
      { session: tx, returnDocument: 'before' },
    ).lean();
    if (!before) throw notFound('This round');
    const run = { ...before, ...dates };
    if (run.submitBy?.getTime() !== before.submitBy?.getTime()) await tellMovedDate(deps, run, tx);
    const facts = {
      submitBy: run.submitBy?.toISOString() ?? null,
      reviewBy: run.reviewBy?.toISOString() ?? null,
    };
    await appendAudit(deps, operatorOf(institutionId), runEntry('run.dated', runId, facts), tx);
    return run;
  });
}

/** Closes a run to new work; everything in it stays readable. False if it was archived before. */
export async function archiveRun(
  deps: Pick<Deps, 'clock'>,
  institutionId: string,
  runId: string,
): Promise<boolean> {
  return inTransaction(async (tx) => {
    const done = await RunModel.updateOne(
      { institutionId, _id: runId, state: { $in: statesBefore(RUN, 'archived') } },
      { $set: { state: 'archived', archivedAt: deps.clock.now() } },
      { session: tx },
    );
    if (done.modifiedCount === 0) return false;
    await appendAudit(deps, operatorOf(institutionId), runEntry('run.archived', runId), tx);
    return true;
  });
}
