import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { part, readOfEach } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import { isDuplicateKey } from '../../errors.ts';
import {
  AuditHeadModel,
  AuditModel,
  PendingAuditModel,
  type AuditDoc,
  type AuditHeadDoc,
  type PendingAuditDoc,
} from './audit.model.ts';
import { auditHash, GENESIS } from './auditHash.ts';

const BATCH = 500;
/** After this long, a sealer that died is replaced. */
const LEASE_MS = 8_000;

/** The head of a chain does not match its lines: somebody removed one of them. A person must look before it continues. */
class BrokenHeadError extends Error {
  constructor(institutionId: string, what: string) {
    super(`the audit of ${institutionId} can't be sealed: ${what}; see \`audit check\``);
    this.name = 'BrokenHeadError';
  }
}

async function ensureHead(institutionId: string): Promise<void> {
  if (await AuditHeadModel.exists({ institutionId })) return;
  // a deleted head is not silently recreated; `audit resume` recreates it, with a line that records this
  if (await AuditModel.exists({ institutionId }))
    throw new BrokenHeadError(institutionId, 'it has lines and no head');
  try {
    await AuditHeadModel.create([{ _id: randomUUID(), institutionId, n: 0, hash: GENESIS }]);
  } catch (error) {
    if (!isDuplicateKey(error, 'audit_head')) throw error;
  }
}

/** @returns whether this sealer may continue the chain, for `LEASE_MS` by the database's clock */
async function takeLease(institutionId: string, sealer: string): Promise<boolean> {
  await ensureHead(institutionId);
  const free = [{ sealer }, { leaseUntil: null }, { $expr: { $lt: ['$leaseUntil', '$$NOW'] } }];
  const taken = await AuditHeadModel.updateOne(
    { institutionId, $or: free },
    [{ $set: { sealer, leaseUntil: { $add: ['$$NOW', LEASE_MS] } } }],
    { updatePipeline: true },
  );
  return taken.matchedCount === 1;
}

/** Lets others seal at once when a process shuts down. */
export async function releaseLease(institutionId: string, sealer: string): Promise<void> {
  await AuditHeadModel.updateOne({ institutionId, sealer }, { $set: { sealer: null, leaseUntil: null } });
}

/** Which of these institutions have waiting lines. */
export async function findWithPending(institutionIds: readonly string[]): Promise<string[]> {
  const first = (institutionId: string) =>
    part<{ _id: string }>(PendingAuditModel, { institutionId }, [{ $limit: 1 }, { $project: { _id: 1 } }]);
  const found = await readOfEach(institutionIds, first);
  return institutionIds.filter((institutionId) => (found.get(institutionId) ?? []).length > 0);
}

async function hasPending(institutionId: string): Promise<boolean> {
  return (await PendingAuditModel.exists({ institutionId })) !== null;
}

/** The end of a chain. */
export type Anchor = Pick<AuditHeadDoc, 'n' | 'hash'>;

/** The lines with their numbers and hashes, appended to the end of a chain. */
function chain(anchor: Anchor, pending: readonly PendingAuditDoc[]): AuditDoc[] {
  let { n, hash } = anchor;
  return pending.map(({ _id, institutionId, at, personId, sessionId, action, subject, facts }) => {
    n += 1;
    const said = { institutionId, at, personId, sessionId, action, subject, facts };
    const line = { ...said, n, previousHash: hash };
    hash = auditHash(line);
    return { _id, ...line, hash };
  });
}

/** Omits the lines that are already in the chain: those written once per session may wait twice. */
async function dropSealed(
  institutionId: string,
  pending: readonly PendingAuditDoc[],
  tx: ClientSession,
): Promise<PendingAuditDoc[]> {
  const ids = pending.map((line) => line._id);
  const known = await AuditModel.find({ institutionId, _id: { $in: ids } }, { _id: 1 })
    .session(tx)
    .lean();
  const sealed = new Set(known.map((line) => line._id));
  return pending.filter((line) => !sealed.has(line._id));
}

interface Batch extends Anchor {
  lines: number;
  /** There may be more. */
  full: boolean;
}

/**
 * Moves one batch of waiting lines into the chain. The lines, the head and the removal of the waiting ones are one transaction,
 * so that a sealer that is killed leaves nothing half done, and of two sealers that both believe they hold the chain one
 * restarts.
 *
 * @returns null if another sealer holds the chain now
 */
async function sealBatch(institutionId: string, sealer: string): Promise<Batch | null> {
  return inTransaction(async (tx) => {
    const head = await AuditHeadModel.findOne({ institutionId, sealer }).session(tx).lean();
    if (!head) return null;
    // only committed lines are visible: one that is committed later gets a later number, whenever it was written
    const pending = await PendingAuditModel.find({ institutionId })
      .sort({ at: 1, serial: 1, _id: 1 })
      .limit(BATCH)
      .session(tx)
      .lean();
    const lines = chain(head, await dropSealed(institutionId, pending, tx));
    const { n, hash } = lines.at(-1) ?? head;
    const full = pending.length === BATCH;
    if (pending.length === 0) return { n, hash, lines: 0, full };
    await AuditHeadModel.updateOne(
      { institutionId, sealer, n: head.n },
      { $set: { n, hash } },
      { session: tx },
    );
    if (lines.length > 0) await AuditModel.insertMany(lines, { session: tx });
    await PendingAuditModel.deleteMany(
      { institutionId, _id: { $in: pending.map((line) => line._id) } },
      { session: tx },
    );
    return { n, hash, lines: lines.length, full };
  });
}

/**
 * Seals what is waiting in one institution, in the order in which it was written, as far as it is committed.
 *
 * @param seal.onSealed  called with the chain's new end after each batch, to store it outside of the database
 * @returns false if another sealer holds the chain
 * @throws {BrokenHeadError} if the chain has lines and no head
 */
export async function sealPending(
  institutionId: string,
  seal: { sealer: string; onSealed(anchor: Anchor): void },
): Promise<boolean> {
  while (await hasPending(institutionId)) {
    if (!(await takeLease(institutionId, seal.sealer))) return false;
    const batch = await sealBatch(institutionId, seal.sealer);
    if (!batch) return false;
    if (batch.lines > 0) seal.onSealed({ n: batch.n, hash: batch.hash });
    if (!batch.full) return true;
  }
  return true;
}

/**
 * Gives a chain a new head, at its last line, if the head was lost or is behind its lines (after restoring one collection from a
 * backup). The caller writes a line that records this.
 *
 * @returns the chain's end, or null if the head needs no repair
 */
export async function restoreHead(institutionId: string): Promise<Anchor | null> {
  const head = await AuditHeadModel.findOne({ institutionId }).lean();
  const last = await AuditModel.findOne({ institutionId }).sort({ n: -1 }).lean();
  if (!last || (head && head.n >= last.n)) return null;
  const end = { n: last.n, hash: last.hash };
  await AuditHeadModel.updateOne(
    { institutionId },
    { $set: end, $setOnInsert: { _id: randomUUID() } },
    { upsert: true },
  );
  return end;
}
