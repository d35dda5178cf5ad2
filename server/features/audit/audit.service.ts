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

/**
 * Whose chain holds what belongs to no institution: registrations of LMSs, the tool's own keys, the schema. No institution
 * has this id, so the closed list of untenanted collections stays closed.
 */
export const INSTALLATION = '00000000-0000-0000-0000-000000000000';

/** The command line as actor: in an institution's chain, or in the installation's. */
export function operatorOf(institutionId: string = INSTALLATION): Actor {
  return { institutionId, personId: null, id: null };
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

interface Writing {
  actor: Actor;
  entry: AuditEntry;
  /** Id of the line, where it may stand once only. */
  id?: string;
}

async function writeLine(
  deps: Pick<Deps, 'clock'>,
  { actor, entry, id = randomUUID() }: Writing,
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
  await AuditModel.create([{ _id: id, ...line, hash }], { session });
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
  if (session) return writeLine(deps, { actor, entry }, session);
  return writeAlone(deps, { actor, entry });
}

async function writeAlone(deps: Pick<Deps, 'clock'>, writing: Writing): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction((own) => writeLine(deps, writing, own));
    } catch (error) {
      if (!isDuplicateKey(error, 'audit_') || tries >= 5) throw error;
    }
  }
}

/** The same for the same session, action and subject, in every process; in the form of a UUID of version 8. */
function onceId(actor: Actor, { action, subject }: AuditEntry): string {
  const said = JSON.stringify([actor.institutionId, actor.id, action, subject.kind, subject.id]);
  const hex = createHash('sha256').update(said).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Lines that this process knows to stand: only spares the look. */
const standing = new Set<string>();
const MOST_STANDING = 20_000;

/**
 * Appends a line once for each session, action and subject: a film is read in a hundred ranges and a list asked for
 * again and again, but it is one reading. Two calls at once write one line, since its id is made of what it says.
 */
export async function appendAuditOnce(
  deps: Pick<Deps, 'clock'>,
  actor: Actor & { id: string },
  entry: AuditEntry,
): Promise<void> {
  const id = onceId(actor, entry);
  if (standing.has(id)) return;
  const { institutionId } = actor;
  if (!(await AuditModel.exists({ institutionId, _id: id }))) {
    try {
      await writeAlone(deps, { actor, entry, id });
    } catch (error) {
      if (!isDuplicateKey(error, '_id_')) throw error;
    }
  }
  if (standing.size >= MOST_STANDING) standing.clear();
  standing.add(id);
}

/** The newest lines of a chain, newest first. */
export async function listAuditLines(institutionId: string, limit: number): Promise<AuditDoc[]> {
  return AuditModel.find({ institutionId }).sort({ n: -1 }).limit(limit).lean();
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
