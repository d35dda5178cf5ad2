import { createHash } from 'node:crypto';
import type { AuditDoc } from './audit.model.ts';

/** What stands for the hash of the line before the first. */
export const GENESIS = '0'.repeat(64);

/** The hash of a line over everything that it says, its number and its predecessor's hash included. */
export function auditHash(line: Omit<AuditDoc, '_id' | 'hash'>): string {
  const facts = Object.entries(line.facts).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = [
    line.institutionId, line.n, line.at.toISOString(), line.personId, line.sessionId, line.action,
    line.subject.kind, line.subject.id, facts, line.previousHash,
  ]; // prettier-ignore
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
