import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { AuditModel, PendingAuditModel, type AuditEntryDoc, type PendingAuditDoc } from './audit.model.ts';

/** Who acts: a live session, or the operator at the command line (`personId` and `id` null). */
export interface Actor {
  institutionId: string;
  personId: string | null;
  id: string | null;
}

/**
 * The chain for what belongs to no institution: registrations of LMSs, the tool's own keys, the schema. No institution has this
 * id, so the closed list of untenanted collections stays closed.
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

let written = 0;

function toPending(
  { clock }: Pick<Deps, 'clock'>,
  actor: Actor,
  entry: AuditEntry,
  id: string,
): PendingAuditDoc {
  written += 1;
  return {
    _id: id,
    institutionId: actor.institutionId,
    at: clock.now(),
    personId: actor.personId,
    sessionId: actor.id,
    action: entry.action,
    subject: entry.subject,
    facts: entry.facts ?? {},
    serial: written,
  };
}

/**
 * Writes one line of the institution's audit: one insert, of a document that nobody else writes to, so that no two callers wait
 * for each other. Inside a transaction it is part of it: what is not audited did not happen. The sealer numbers and chains it
 * within seconds (`sealAuditLines`).
 */
export async function appendAudit(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  entry: AuditEntry,
  tx?: ClientSession,
): Promise<void> {
  const line = toPending(deps, actor, entry, randomUUID());
  await PendingAuditModel.create([line], { ...(tx ? { session: tx } : {}) });
}

/** The same id for the same session, action and subject in every process; in the form of a UUID of version 8. */
function onceId(actor: Actor, { action, subject }: AuditEntry): string {
  const said = JSON.stringify([actor.institutionId, actor.id, action, subject.kind, subject.id]);
  const hex = createHash('sha256').update(said).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Lines that this process knows to exist: this only saves the look-up. */
const seenAuditIds = new Set<string>();
const SEEN_MAX = 20_000;

/**
 * Writes a line once for each session, action and subject: a video is read in a hundred ranges and a list is requested
 * repeatedly, but each is one read. The id is derived from the content, so that many simultaneous calls write one line; the
 * sealer drops a line that is written again while the first is being sealed.
 */
export async function appendAuditOnce(
  deps: Pick<Deps, 'clock'>,
  actor: Actor & { id: string },
  entry: AuditEntry,
): Promise<void> {
  const id = onceId(actor, entry);
  if (seenAuditIds.has(id)) return;
  const { institutionId } = actor;
  if (!(await AuditModel.exists({ institutionId, _id: id }))) {
    try {
      await PendingAuditModel.create([toPending(deps, actor, entry, id)]);
    } catch (error) {
      if (!isDuplicateKey(error, '_id_')) throw error;
    }
  }
  if (seenAuditIds.size >= SEEN_MAX) seenAuditIds.clear();
  seenAuditIds.add(id);
}

/** A line with its number; null while it waits for one. */
export type ListedAuditLine = AuditEntryDoc & { n: number | null };

/** The newest lines of an institution, newest first: those waiting to be sealed, then the chain from its end. */
export async function listAuditLines(institutionId: string, limit: number): Promise<ListedAuditLine[]> {
  // waiting ones first: a line that is sealed between the two reads is then found in both, not in neither
  const pending = await PendingAuditModel.find({ institutionId })
    .sort({ at: -1, serial: -1, _id: -1 })
    .limit(limit)
    .lean();
  const sealed = await AuditModel.find({ institutionId }).sort({ n: -1 }).limit(limit).lean();
  const numbered = new Set(sealed.map((line) => line._id));
  const waiting = pending.filter((line) => !numbered.has(line._id));
  return [...waiting.map((line) => ({ ...line, n: null })), ...sealed].slice(0, limit);
}
