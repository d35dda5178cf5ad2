import { randomUUID } from 'node:crypto';
import { beginUpload } from '../../../server/features/artifacts/uploads/beginUpload.ts';
import { median } from '../figure.ts';
import { artifactDeps, sessionOf } from '../../support/files/artifactServer.ts';

const AT_ONCE = 60;
const ROUNDS = 5;
const deps = artifactDeps();

/** Milliseconds until a person who has uploaded before has begun an upload. */
async function begin(personId: string): Promise<number> {
  const started = performance.now();
  await beginUpload(deps, sessionOf(personId), {
    size: 1000,
    metadata: { attemptId: randomUUID(), filename: 'plan.pdf', clientId: randomUUID(), criteria: '' },
  });
  return performance.now() - started;
}

/** How long a beginning takes alone, and the slowest of sixty people's at once: medians of five rounds. */
export async function measureBeginnings(): Promise<{ aloneMs: number; slowestMs: number }> {
  const people = Array.from({ length: AT_ONCE }, () => randomUUID());
  // connections and counters are there
  await Promise.all(people.map(begin));
  const alone: number[] = [];
  const slowest: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    for (const personId of people.slice(0, 5)) alone.push(await begin(personId));
    slowest.push(Math.max(...(await Promise.all(people.map(begin)))));
  }
  return { aloneMs: median(alone), slowestMs: median(slowest) };
}
