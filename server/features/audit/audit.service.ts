import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { AuditHeadModel, AuditModel, type AuditDoc } from './audit.model.ts';

/** Who acts: a live session, or the operator at the command line (`personId` and `id` null). */
export interface Actor {
  institutionId: string;
  personId: string | null;
  id: string | null;
}

export interface AuditEntry {
  /** `review.approved`, `delivery.sent_again`, …: feature, dot, what happened. */
  action: string;
  subject: { kind: string; id: string };
  /** Flat facts without personal text. */
  facts?: Record<string, string | number | boolean | null>;
}

const GENESIS = '0'.repeat(64);

type Hashed = Omit<AuditDoc, '_id' | 'hash'>;

/** The hash of a line over everything that it says, its predecessor's hash included. */
export function auditHash(line: Hashed): string {
  const facts = Object.entries(line.facts).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = [
    line.institutionId, line.n, line.at.toISOString(), line.personId, line.sessionId, line.action,
    line.subject.kind, line.subject.id, facts, line.previousHash,
  ]; // prettier-ignore
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

async function writeLine(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  entry: AuditEntry,
  session: ClientSession,
): Promise<void> {
  const { institutionId } = actor;
  const head = await AuditHeadModel.findOne({ institutionId }).session(session).lean();
  const line: Hashed = {
    institutionId,
    n: (head?.n ?? 0) + 1,
    at: deps.clock.now(),
    personId: actor.personId,
    sessionId: actor.id,
    action: entry.action,
    subject: entry.subject,
    facts: entry.facts ?? {},
    previousHash: head?.hash ?? GENESIS,
  };
  const hash = auditHash(line);
  // a write to the head makes two transactions conflict, so that one of them starts again
  if (head)
    await AuditHeadModel.updateOne({ institutionId, n: head.n }, { $set: { n: line.n, hash } }, { session });
  else await AuditHeadModel.create([{ _id: randomUUID(), institutionId, n: line.n, hash }], { session });
  await AuditModel.create([{ _id: randomUUID(), ...line, hash }], { session });
}

/**
 * Appends one line to the institution's chain. Inside a transaction it is part of it: what is not audited did not
 * happen. Without one it opens its own, and tries again when two first lines meet.
 */
export async function appendAudit(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  entry: AuditEntry,
  session?: ClientSession,
): Promise<void> {
  if (session) return writeLine(deps, actor, entry, session);
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction((own) => writeLine(deps, actor, entry, own));
    } catch (error) {
      if (!isDuplicateKey(error) || tries >= 5) throw error;
    }
  }
}

/** Walks an institution's chain and names the first number that does not fit, or null when all do. */
export async function findBrokenAuditLine(institutionId: string): Promise<number | null> {
  let previousHash = GENESIS;
  let n = 0;
  for await (const line of AuditModel.find({ institutionId }).sort({ n: 1 }).lean().cursor()) {
    n += 1;
    if (line.n !== n || line.previousHash !== previousHash || auditHash(line) !== line.hash) return n;
    previousHash = line.hash;
  }
  const head = await AuditHeadModel.findOne({ institutionId }).lean();
  return head && (head.n !== n || head.hash !== previousHash) ? n + 1 : null;
}
