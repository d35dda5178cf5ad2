import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongoose';
import { inTransaction } from '../../db.ts';
import type { ArtifactDoc } from './artifact.model.ts';

/**
 * How long at most one transaction waits for those before it: a database that hangs must not hold up a person's whole queue one
 * by one.
 */
const WAIT_MS = 5_000;

/** The last of each person's transactions in this process that write to their byte counter. */
const last = new Map<string, Promise<unknown>>();

/**
 * Runs a transaction that writes to a person's byte counter (`reserveBytes`, `releaseBytes`). Those of one person run one after the
 * other in this process: all at once, sixty of them would conflict in that document, all but one fail, and each wait longer for
 * its next try. Correctness does not depend on it: two processes still conflict in the document, and the database lets one go
 * first.
 */
export async function inPersonTransaction<T>(
  owner: Pick<ArtifactDoc, 'institutionId' | 'personId'>,
  work: (tx: ClientSession) => Promise<T>,
): Promise<T> {
  const key = `${owner.institutionId}:${owner.personId}`;
  const before = last.get(key);
  const run = async (): Promise<T> => {
    if (before) await Promise.race([before, sleep(WAIT_MS, null, { ref: false })]);
    return inTransaction(work);
  };
  const mine = run();
  const ended = mine.then(
    () => undefined,
    () => undefined,
  );
  last.set(key, ended);
  try {
    return await mine;
  } finally {
    if (last.get(key) === ended) last.delete(key);
  }
}
