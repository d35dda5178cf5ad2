import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { documentOf } from '../../../contract/richText.ts';
import type { Client } from './client.ts';
import { acknowledge, type Journal } from './journal.ts';

/** A teacher's attempt at one module, with the bearer of its launch. */
export interface Assigned {
  client: Client;
  attemptId: string;
  /** Keys of what the module asks for. */
  module: { prompts: string[]; criteria: string[] };
}

const PAUSE_MS = 150;
const FILE_BYTES = 300_000;
/** Pause of a person between two actions. */
const pause = (): Promise<void> => sleep(PAUSE_MS * (0.5 + Math.random()));

/** Notes whatever a client would not repeat. @returns whether it was taken */
function isTaken(journal: Journal, what: string, answer: { status: number; body: unknown }): boolean {
  if (answer.status < 300) return true;
  journal.refused.push(`${what}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  return false;
}

async function writeTexts(
  journal: Journal,
  { client, attemptId, module }: Assigned,
  saves: number,
): Promise<void> {
  const writing = module.prompts.map((pieceKey) => ({ pieceKey, draftId: randomUUID(), revision: 0 }));
  for (let n = 0; n < saves; n += 1) {
    const piece = writing[n % writing.length];
    if (!piece) return;
    const { pieceKey, draftId } = piece;
    const text = `What ${randomUUID()} of my students did.`;
    const entry = `${attemptId} ${pieceKey}`;
    const known = journal.texts.get(entry) ?? { attemptId, pieceKey, acknowledged: '', unsure: [] };
    journal.texts.set(entry, known);
    known.unsure.push(text);
    const body = { draftId, baseRevision: piece.revision, document: documentOf(text) };
    const answer = await client.call(attemptEndpoints.saveDraft, {
      params: { id: attemptId, pieceKey },
      body,
    });
    if (!isTaken(journal, 'a text', answer)) return;
    piece.revision = answer.body.revision;
    known.acknowledged = text;
    known.unsure = [];
    acknowledge(journal);
    await pause();
  }
}

async function handIn(journal: Journal, { client, attemptId, module }: Assigned): Promise<void> {
  const data = Buffer.from(randomBytes(FILE_BYTES / 2).toString('hex'));
  const clientId = randomUUID();
  await client.upload(data, { attemptId, clientId, criteria: module.criteria });
  journal.files.push({ attemptId, clientId, sha256: createHash('sha256').update(data).digest('hex') });
  acknowledge(journal);
  await pause();
  const url = `https://example.org/${randomUUID()}`;
  const link = { url, name: 'The check', criteria: module.criteria, requirementKey: null };
  const answer = await client.call(attemptEndpoints.addLink, { params: { id: attemptId }, body: link });
  if (!isTaken(journal, 'a link', answer)) return;
  journal.links.push({ attemptId, url });
  acknowledge(journal);
}

/** Works one attempt through: texts, a file, a link, the submission. */
export async function workThrough(journal: Journal, assigned: Assigned, saves: number): Promise<void> {
  const { client, attemptId } = assigned;
  await writeTexts(journal, assigned, saves);
  await handIn(journal, assigned);
  for (let tries = 0; ; tries += 1) {
    const answer = await client.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
    // the file's check may take a moment
    if (answer.status === 422 && tries < 40) {
      await sleep(500);
      continue;
    }
    if (!isTaken(journal, 'a submission', answer)) return;
    journal.submissions.push({ attemptId, submissionId: answer.body.id });
    return acknowledge(journal);
  }
}

async function approve(journal: Journal, client: Client, reviewId: string): Promise<void> {
  const params = { id: reviewId };
  const started = await client.call(reviewEndpoints.start, { params, body: {} });
  if (!isTaken(journal, 'a start', started)) return;
  const judgements = started.body.openCriteria.map((criterionKey) => ({
    criterionKey,
    level: 'meets' as const,
    comment: '',
  }));
  const body = { judgements, summary: '' };
  const decided = await client.call(reviewEndpoints.approve, { params, body });
  if (!isTaken(journal, 'a decision', decided)) return;
  journal.approvals.push({ reviewId });
  acknowledge(journal);
}

/** Approves whatever waits, until `signal` and the queue is empty, or until `giveUpAt`. */
export async function reviewAll(
  journal: Journal,
  client: Client,
  how: { signal: AbortSignal; giveUpAt: number },
): Promise<void> {
  while (performance.now() < how.giveUpAt) {
    const isLast = how.signal.aborted;
    const queue = await client.call(reviewEndpoints.queue);
    for (const { id } of queue.body.rows) await approve(journal, client, id);
    if (isLast && queue.body.rows.length === 0) return;
    if (queue.body.rows.length === 0) await sleep(500);
  }
}
