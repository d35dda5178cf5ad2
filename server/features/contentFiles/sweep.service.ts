import type { ClientSession } from 'mongoose';
import { part, readOfEach } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { releaseContentBytes } from '../artifacts/contentUsage.service.ts';
import { ContentFileModel, TO_SWEEP, type ContentFileDoc } from './contentFile.model.ts';
import { dropContentFile } from './contentFiles.service.ts';

const BATCH = 100;
/** A file that a draft refers to is looked at again after this. */
const AGAIN_MS = 24 * 3_600_000;

export interface ContentSweepDeps extends Pick<Deps, 'clock' | 'log'> {
  listInstitutionIds(): Promise<readonly string[]>;
  /** Whether an open draft refers to a file, as this transaction sees it. */
  isInDraft(institutionId: string, sha256: string, tx: ClientSession): Promise<boolean>;
}

/** What one sweep did. */
export interface ContentSweepResult {
  /** Files that nothing refers to. */
  dropped: number;
  /** Bytes whose storing or dropping a process did not finish. */
  finished: number;
}

/**
 * Decides about a stored file in one transaction: a draft that begins to refer to it meanwhile, or a version that is published,
 * conflicts with it.
 *
 * @returns whether its bytes are nobody's now
 */
async function release(deps: ContentSweepDeps, file: ContentFileDoc): Promise<boolean> {
  const { _id, institutionId, sha256, size } = file;
  const now = deps.clock.now();
  const unused = { _id, institutionId, state: 'stored', published: false, sweepAt: { $lte: now } } as const;
  return inTransaction(async (tx) => {
    const isUsed = await deps.isInDraft(institutionId, sha256, tx);
    const set = isUsed ? { sweepAt: new Date(now.getTime() + AGAIN_MS) } : { state: 'dropped' };
    const { matchedCount } = await ContentFileModel.updateOne(unused, { $set: set }, { session: tx });
    if (isUsed || matchedCount === 0) return false;
    await releaseContentBytes(institutionId, size, tx);
    return true;
  });
}

async function sweepOne(
  deps: ContentSweepDeps,
  file: ContentFileDoc,
  swept: ContentSweepResult,
): Promise<void> {
  if (file.state === 'stored') {
    if (!(await release(deps, file))) return;
    swept.dropped += 1;
  } else swept.finished += 1;
  await dropContentFile(file);
}

const dueAt = (institutionId: string, now: Date) => ({ institutionId, sweepAt: { ...TO_SWEEP, $lte: now } });

async function findWithDue(deps: ContentSweepDeps): Promise<string[]> {
  const now = deps.clock.now();
  const firstDue = (institutionId: string) =>
    part<{ _id: string }>(ContentFileModel, dueAt(institutionId, now), [
      { $limit: 1 },
      { $project: { _id: 1 } },
    ]);
  const found = await readOfEach(await deps.listInstitutionIds(), firstDue);
  return [...found].filter(([, due]) => due.length > 0).map(([id]) => id);
}

/**
 * Lets go of the files of content that neither a draft nor a published version refers to, some time after they were last used, and
 * of bytes that a killed process left. Safe to run at any time and in several processes; up to a hundred of each institution a run.
 */
export async function sweepContentFiles(deps: ContentSweepDeps): Promise<ContentSweepResult> {
  const swept: ContentSweepResult = { dropped: 0, finished: 0 };
  for (const institutionId of await findWithDue(deps)) {
    const due = await ContentFileModel.find(dueAt(institutionId, deps.clock.now()))
      .readConcern('majority')
      .sort({ sweepAt: 1 })
      .limit(BATCH)
      .lean();
    for (const file of due) {
      try {
        await sweepOne(deps, file, swept);
      } catch (error) {
        deps.log.error({ err: error, contentFileId: file._id }, 'a file of content could not be swept');
      }
    }
  }
  return swept;
}
