import { setTimeout as sleep } from 'node:timers/promises';
import type { NoteEdit } from '../../contract/observationNotes.ts';
import { aNote, toBatches } from '../support/observations.ts';
import { atMost, type BenchOptions, type Figure } from './figure.ts';
import type { Measured } from './launch/measured.ts';
import { makeLessons, type BenchLesson } from './observation/lesson.ts';
import { hangUp } from './page/asks.ts';
import { withBenchWorld } from './page/world.ts';

const LINES = 2_000;
const MEBIBYTE = 1024 ** 2;
const FEW = 20;
const MANY = 200;
/** Somebody who writes without a pause sends this often. */
const EVERY_MS = 2_500;
const LINES_EACH = 5;

const noteLines = (count: number): NoteEdit[] =>
  Array.from({ length: count }, (_, at) =>
    aNote(`${at}: the teacher waits, and two pupils answer.`, at * 1_000),
  );

/** A lesson of 2,000 lines that were written offline, and what each of its requests cost. */
async function offlineFigures(server: Measured, [first, ...others]: BenchLesson[]): Promise<Figure[]> {
  const batches = toBatches(noteLines(LINES));
  const commands: number[] = [];
  await first?.add(noteLines(1));
  await server.commands();
  for (const batch of batches) {
    await first?.add(batch);
    commands.push((await server.commands()).filter((name) => !['hello', 'ping'].includes(name)).length);
  }
  const before = await server.heapBytes();
  for (const lesson of others) for (const batch of toBatches(noteLines(LINES))) await lesson.add(batch);
  const grown = (await server.heapBytes()) - before;
  return [
    atMost('observation: requests for 2,000 lines', batches.length, 5, 'requests'),
    atMost(
      'observation: MongoDB commands for 500 lines, with the look-up of the session',
      Math.max(...commands),
      3,
      'commands',
    ),
    atMost(`observation: memory kept of ${others.length} such lessons`, grown / MEBIBYTE, 8, 'MiB'),
  ];
}

/** What an observer sent, and how long each request took from when it was due. */
interface Sent {
  edits: NoteEdit[];
  waits: number[];
}

/** Sends a few lines at regular times, each fifth request twice as after a lost response. */
async function observe(lesson: BenchLesson, rounds: number, startsInMs: number): Promise<Sent> {
  const sent: Sent = { edits: [], waits: [] };
  const from = performance.now() + startsInMs;
  for (let round = 0; round < rounds; round += 1) {
    const due = from + round * EVERY_MS;
    await sleep(Math.max(0, due - performance.now()));
    const edits = noteLines(LINES_EACH);
    const isRepeated = round % 5 === 4;
    await Promise.all([lesson.add(edits), ...(isRepeated ? [lesson.add(edits)] : [])]);
    sent.waits.push(performance.now() - due);
    sent.edits.push(...edits);
  }
  return sent;
}

function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? NaN;
}

const idsOf = (edits: readonly NoteEdit[]): string[] => edits.map(({ id }) => id);

/** Observers who all write at the same time. */
async function atOnce(lessons: readonly BenchLesson[], rounds: number) {
  const all = await Promise.all(
    lessons.map((lesson, at) => observe(lesson, rounds, (at / lessons.length) * EVERY_MS)),
  );
  let [lost, doubled] = [0, 0];
  for (const [at, lesson] of lessons.entries()) {
    const stored = idsOf(await lesson.stored());
    const known = new Set(stored);
    lost += idsOf(all[at]?.edits ?? []).filter((id) => !known.has(id)).length;
    doubled += stored.length - known.size;
  }
  return { wait: p95(all.flatMap(({ waits }) => waits)), lost, doubled };
}

/** Whether a whole lesson that was observed offline is sent cheaply, and many observers at once safely. */
export async function runObservationBench(options: BenchOptions): Promise<Figure[]> {
  const { quick, say } = options;
  const rounds = quick ? 5 : 20;
  try {
    return await withBenchWorld(options, async (world) => {
      const server = await world.startWaymark(0, true);
      say('a long lesson, offline');
      const figures = await offlineFigures(server, await makeLessons(world, server, quick ? 5 : 20));
      const lessons = await makeLessons(world, server, MANY);
      const few = await atOnce(lessons.slice(0, FEW), rounds);
      say(`${FEW} observers at once: p95 ${few.wait.toFixed(0)} ms`);
      const many = await atOnce(lessons, rounds);
      say(`${MANY} observers at once: p95 ${many.wait.toFixed(0)} ms`);
      return [
        ...figures,
        atMost(`observation: lines lost of ${MANY} observers`, few.lost + many.lost, 0, 'lines'),
        atMost(`observation: lines doubled of ${MANY} observers`, few.doubled + many.doubled, 0, 'lines'),
        atMost(`observation: p95 at ${MANY} observers, of that at ${FEW}`, many.wait / few.wait, 3, 'ratio'),
      ];
    });
  } finally {
    hangUp();
  }
}
