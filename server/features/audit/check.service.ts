import { AuditHeadModel, AuditModel, PendingAuditModel, type AuditDoc } from './audit.model.ts';
import { INSTALLATION } from './audit.service.ts';
import { auditHash, GENESIS } from './auditHash.ts';
import type { Anchor } from './sealing.ts';

/** Sealing takes seconds: a line that waits longer is waiting for a process that does not run, or was inserted by hand. */
const LONG_MS = 10 * 60_000;
const FAULTS_MOST = 20;

export interface ChainReport {
  /** Where the chain ends. */
  end: Anchor;
  /** Lines waiting to be sealed. */
  pending: number;
  /** Inconsistencies as sentences, from the first line on; empty if the chain is intact. */
  faults: string[];
}

const lines = (from: number, to: number): string =>
  from === to ? `Line ${from} is` : `Lines ${from} to ${to} are`;

/** What is wrong between the previous line and this one, and in this one. */
function faultsOf(before: Anchor, line: AuditDoc): string[] {
  const follows = line.n === before.n + 1;
  const gap = follows ? [] : [`${lines(before.n + 1, line.n - 1)} missing.`];
  if (auditHash(line) !== line.hash)
    return [...gap, `Line ${line.n} was altered: its hash is not that of what it says.`];
  if (follows && line.previousHash !== before.hash)
    return [`Line ${line.n} does not follow line ${before.n}.`];
  return gap;
}

interface WalkResult {
  end: Anchor;
  faults: string[];
  /** Hash of each requested number. */
  hashes: Map<number, string>;
}

async function walk(institutionId: string, wanted: ReadonlySet<number>): Promise<WalkResult> {
  const faults: string[] = [];
  const hashes = new Map<number, string>();
  let end: Anchor = { n: 0, hash: GENESIS };
  for await (const line of AuditModel.find({ institutionId }).sort({ n: 1 }).lean().cursor()) {
    if (faults.length < FAULTS_MOST) faults.push(...faultsOf(end, line));
    if (wanted.has(line.n)) hashes.set(line.n, line.hash);
    end = { n: line.n, hash: line.hash };
  }
  return { end, faults, hashes };
}

/** @param before  the head before the check started: the chain grows while it is checked */
async function faultsOfEnd(
  institutionId: string,
  { end, hashes }: WalkResult,
  before: Anchor | null,
): Promise<string[]> {
  if (!before) return end.n > 0 ? ['The head of the chain is missing: it was deleted.'] : [];
  if (end.n < before.n)
    return end.n === 0
      ? [`The chain was emptied: ${lines(1, before.n).toLowerCase()} missing.`]
      : [`${lines(end.n + 1, before.n)} missing from the end.`];
  if (before.n > 0 && hashes.has(before.n) && hashes.get(before.n) !== before.hash)
    return [`Line ${before.n} is not the one that was sealed under this number.`];
  const after = await AuditHeadModel.findOne({ institutionId }).lean();
  if (!after || after.n < end.n) return [`The head says ${after?.n ?? 0}, but the chain ends at ${end.n}.`];
  return [];
}

async function faultsOfPending(institutionId: string): Promise<string[]> {
  const [late] = await PendingAuditModel.aggregate<{ count: number; since: Date }>([
    { $match: { institutionId, $expr: { $lt: ['$at', { $subtract: ['$$NOW', LONG_MS] }] } } },
    { $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' } } },
  ]);
  if (!late) return [];
  const since = `since ${late.since.toISOString()}`;
  return [`${late.count} ${late.count === 1 ? 'line waits' : 'lines wait'} to be sealed, ${since}.`];
}

function faultOfExpected(expected: Anchor, { end, hashes }: WalkResult): string | null {
  const hash = hashes.get(expected.n);
  if (hash === expected.hash) return null;
  return hash === undefined
    ? `Line ${expected.n}, which was expected, is not there: the chain ends at ${end.n}.`
    : `Line ${expected.n} is not the one that was expected.`;
}

/**
 * Checks an institution's chain and reports every inconsistency: altered lines, missing ones, a missing end or head, a chain that
 * was emptied, lines that were never sealed. Whoever can write to the database can rewrite all of it, so the caller can pass an
 * end that was stored elsewhere.
 *
 * @param expected  number and hash of a line that was once sealed, as logged
 */
export async function checkAuditChain(
  institutionId: string,
  expected: Anchor | null = null,
): Promise<ChainReport> {
  const head = await AuditHeadModel.findOne({ institutionId }).lean();
  // counted before the check: what is sealed meanwhile was pending, and is no sign of an empty chain
  const pending = await PendingAuditModel.countDocuments({ institutionId });
  const walked = await walk(institutionId, new Set([head?.n ?? 0, expected?.n ?? 0]));
  const unexpected = expected && faultOfExpected(expected, walked);
  // an institution's first line records its creation
  const isEmpty = !head && walked.end.n === 0 && pending === 0 && institutionId !== INSTALLATION;
  const faults = [
    ...walked.faults,
    ...(await faultsOfEnd(institutionId, walked, head)),
    ...(isEmpty ? ['There is no line at all, not even that of the institution’s making.'] : []),
    ...(await faultsOfPending(institutionId)),
    ...(unexpected ? [unexpected] : []),
  ];
  return { end: walked.end, pending, faults: faults.slice(0, FAULTS_MOST) };
}
