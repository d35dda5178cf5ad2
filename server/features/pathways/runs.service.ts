import { randomUUID } from 'node:crypto';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import { RunModel, type RunDoc } from './run.model.ts';

/** A run as other features read it. */
export type RunRead = Readonly<RunDoc>;

/**
 * The run that is open now; opened without dates when the pathway has none yet. Two calls at once open one.
 *
 * @param title  shown to people: "Autumn round"
 */
export async function ensureOpenRun(
  { clock }: Pick<Deps, 'clock'>,
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
      openedAt: clock.now(),
    };
    return (await RunModel.create(run)).toObject();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await findOpenRun(institutionId, pathwayKey);
    if (!other) throw error;
    return other;
  }
}

export async function findOpenRun(institutionId: string, pathwayKey: string): Promise<RunDoc | null> {
  return RunModel.findOne({ institutionId, pathwayKey, state: 'open' }).lean();
}

export async function getRun(institutionId: string, runId: string): Promise<RunDoc> {
  const run = await RunModel.findOne({ institutionId, _id: runId }).lean();
  if (!run) throw notFound('This round');
  return run;
}

/** Sets the dates of a run; null takes one away. */
export async function setRunDates(
  institutionId: string,
  runId: string,
  dates: Pick<RunDoc, 'submitBy' | 'reviewBy'>,
): Promise<void> {
  await RunModel.updateOne({ institutionId, _id: runId }, { $set: dates });
}

/** Closes a run for new work; everything in it stays readable. False when it was archived before. */
export async function archiveRun(
  { clock }: Pick<Deps, 'clock'>,
  institutionId: string,
  runId: string,
): Promise<boolean> {
  const done = await RunModel.updateOne(
    { institutionId, _id: runId, state: 'open' },
    { $set: { state: 'archived', archivedAt: clock.now() } },
  );
  return done.modifiedCount === 1;
}
