import { createHash } from 'node:crypto';
import type { AuditDoc } from './audit.model.ts';

/** Takes the place of the previous hash for the first line. */
export const GENESIS = '0'.repeat(64);

/** The hash of a line over its whole content, including its number and the previous line's hash. */
export function auditHash(line: Omit<AuditDoc, '_id' | 'hash'>): string {
  const facts = Object.entries(line.facts).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = [
    line.institutionId, line.n, line.at.toISOString(), line.personId, line.sessionId, line.action,
    line.subject.kind, line.subject.id, facts, line.previousHash,
  ]; // prettier-ignore
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
