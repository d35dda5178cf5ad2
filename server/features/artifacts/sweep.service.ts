import { part, readOfEach } from '../../combinedRead.ts';
import { ArtifactModel, TO_SWEEP, WITHOUT_TAIL, type ArtifactDoc } from './artifact.model.ts';
import { checkArtifact, collectGarbage } from './artifactChecks.ts';
import { deleteFiles, removeContent } from './artifactRemoval.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';

const BATCH = 100;

/** What one sweep did. */
export interface SweepResult {
  /** Uploads that nobody finished within a week, and bundles that were imported or not within a day. */
  expired: number;
  /** Checks run on behalf of a process that died, or retried. */
  checked: number;
  /** Artifacts whose leftover files were deleted. */
  collected: number;
  /** Tombstones whose stragglers' chunks were deleted. */
  forgotten: number;
}

export interface SweepDeps extends ArtifactDeps {
  listInstitutionIds(): Promise<readonly string[]>;
}

async function sweepOne(deps: ArtifactDeps, doc: ArtifactDoc): Promise<keyof SweepResult> {
  const { _id, institutionId, fileId, garbage } = doc;
  const key = { institutionId, artifactId: _id };
  if (doc.removedAt) {
    await deleteFiles(institutionId, [fileId, ...garbage]);
    await ArtifactModel.deleteOne({ _id, institutionId });
    return 'forgotten';
  }
  if (doc.state === 'uploading') {
    await removeContent(deps, key, { state: 'uploading' });
    return 'expired';
  }
  if (doc.state === 'checking') {
    await checkArtifact(deps, key);
    return 'checked';
  }
  if (doc.purpose === 'bundle' && doc.state === 'ready') {
    await removeContent(deps, key, { state: 'ready' });
    return 'expired';
  }
  // nothing is kept of what was refused, of the others everything but the garbage
  if (doc.state === 'refused') await deleteFiles(institutionId, [fileId]);
  await collectGarbage(doc);
  return 'collected';
}

/** A query for what is due, through its index; as a majority has it, since content is deleted based on the result. */
export function findDue(institutionId: string, now: Date) {
  return ArtifactModel.find({ institutionId, sweepAt: { ...TO_SWEEP, $lte: now } }, WITHOUT_TAIL)
    .readConcern('majority')
    .sort({ sweepAt: 1 });
}

/** The institutions that have something to sweep. */
async function findWithDue(deps: SweepDeps): Promise<string[]> {
  const now = deps.clock.now();
  const firstDue = (institutionId: string) =>
    part<{ _id: string }>(ArtifactModel, { institutionId, sweepAt: { ...TO_SWEEP, $lte: now } }, [
      { $limit: 1 },
      { $project: { _id: 1 } },
    ]);
  const found = await readOfEach(await deps.listInstitutionIds(), firstDue);
  return [...found].filter(([, due]) => due.length > 0).map(([id]) => id);
}

async function sweepInstitution(
  deps: ArtifactDeps,
  institutionId: string,
  swept: SweepResult,
): Promise<void> {
  const now = deps.clock.now();
  const due = await findDue(institutionId, now).limit(BATCH).lean();
  for (const doc of due) {
    try {
      swept[await sweepOne(deps, doc)] += 1;
    } catch (error) {
      deps.log.error({ err: error, artifactId: doc._id }, 'an artifact could not be swept');
    }
  }
}

/**
 * Finishes what was left open: uploads that nobody continued, checks whose process died, files to be deleted, tombstones. Safe to
 * run at any time and in several processes; up to a hundred artifacts of each institution per run.
 */
export async function sweepArtifacts(deps: SweepDeps, institutionId?: string): Promise<SweepResult> {
  const swept: SweepResult = { expired: 0, checked: 0, collected: 0, forgotten: 0 };
  const ids = institutionId === undefined ? await findWithDue(deps) : [institutionId];
  for (const id of ids) await sweepInstitution(deps, id, swept);
  return swept;
}
