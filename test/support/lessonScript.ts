import fc from 'fast-check';
import type { NoteEdit, NoteLine, NoteValue } from '../../contract/observationNotes.ts';
import { LessonNotes, type NotesServer } from '../../client/src/features/observations/notes/lessonNotes.ts';
import { NotesDevice } from '../../client/src/features/observations/notes/notesDevice.ts';
import type { DeviceStore } from '../../client/src/storage/deviceStore.ts';

export const LESSON_DEVICES = 2;

/**
 * What becomes of a request. `lost`: the server does it, and no answer comes. `twice`: it arrives twice. `late`: it arrives when
 * nobody waits for it any more, after others.
 */
const fate = fc.constantFrom('ok', 'ok', 'offline', 'lost', 'twice', 'late');
export type Fate = 'ok' | 'offline' | 'lost' | 'twice' | 'late';

const device = fc.integer({ min: 0, max: LESSON_DEVICES - 1 });
/** What one observer does on their devices, and what happens to these. */
export const lessonStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('write' as const), device, line: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('remove' as const), device, line: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('sync' as const),
      device,
      fates: fc.array(fate, { minLength: 1, maxLength: 3 }),
    }),
  },
  // both at the same time
  { weight: 1, arbitrary: fc.record({ what: fc.constant('sync both' as const) }) },
  // the page dies and is opened again
  { weight: 2, arbitrary: fc.record({ what: fc.constant('reload' as const), device }) },
  // what was under way arrives
  { weight: 1, arbitrary: fc.record({ what: fc.constant('arrive' as const) }) },
);
export type LessonStep = typeof lessonStep extends fc.Arbitrary<infer S> ? S : never;

class NoAnswer extends Error {}

/** The way to a server, on which requests meet their fates. */
class Way implements NotesServer {
  fates: Fate[] = [];
  readonly #server: NotesServer;
  readonly #underWay: (() => Promise<unknown>)[];

  constructor(server: NotesServer, underWay: (() => Promise<unknown>)[]) {
    this.#server = server;
    this.#underWay = underWay;
  }

  begin = (elapsedMs: number) => this.#send(() => this.#server.begin(elapsedMs));
  add = (edits: readonly NoteEdit[]) => this.#send(() => this.#server.add(edits));
  after = (n: number) => this.#send(() => this.#server.after(n));

  async #send<T>(request: () => Promise<T>): Promise<T> {
    const met = this.fates.shift() ?? 'ok';
    if (met === 'late') this.#underWay.push(request);
    if (met === 'late' || met === 'offline') throw new NoAnswer('nothing came back');
    if (met === 'twice') await request();
    const answer = await request();
    if (met === 'lost') throw new NoAnswer('nothing came back');
    return answer;
  }
}

const value = (text: string, elapsedMs: number): NoteValue => ({
  text,
  stamp: { elapsedMs, isEstimated: false },
  itemKeys: [],
  isInterpretation: false,
  isMarked: false,
});

const LINES = Array.from({ length: 6 }, (_, at) => `0000000${at}-0000-4000-8000-000000000000`);
const textsOf = (lines: readonly NoteLine[], lineId: string | undefined): string[] =>
  lines.filter((line) => line.lineId === lineId).flatMap(({ values }) => values.map(({ text }) => text));

/** One lesson of one observer on several devices, and what the script of it says must come out. */
export class LessonScript {
  readonly #ways: Way[];
  readonly #underWay: (() => Promise<unknown>)[] = [];
  readonly #stores: readonly (() => Promise<DeviceStore>)[];
  readonly #observationId: string;
  #open: LessonNotes[] = [];
  #time = 0;
  /** What nobody who saw it has replaced. */
  readonly #standing = new Map<string, Set<string>>();

  /** @param stores  one for each device: what survives its pages */
  constructor(
    observationId: string,
    servers: readonly NotesServer[],
    stores: readonly (() => Promise<DeviceStore>)[],
  ) {
    this.#observationId = observationId;
    this.#ways = servers.map((server) => new Way(server, this.#underWay));
    this.#stores = stores;
  }

  /** Plays all of it; at the end everything arrives and every device is told. */
  async play(steps: readonly LessonStep[]): Promise<void> {
    for (let at = 0; at < LESSON_DEVICES; at += 1) await this.#reload(at);
    await this.#open[0]?.begin();
    for (const step of steps) await this.#do(step);
    await this.#arrive();
    for (const way of this.#ways) way.fates = [];
    for (const notes of [...this.#open, ...this.#open]) await notes.sync();
  }

  /** The lines as each device shows them. */
  shown(): NoteLine[][] {
    return this.#open.map((notes) => notes.lines());
  }

  get unsent(): number {
    return this.#open.reduce((sum, notes) => sum + notes.unsent, 0);
  }

  /** The texts of each line, as the script says. */
  expected(): [string, string[]][] {
    return [...this.#standing]
      .filter(([, texts]) => texts.size > 0)
      .map(([lineId, texts]): [string, string[]] => [lineId, [...texts].sort()])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async #do(step: LessonStep): Promise<void> {
    switch (step.what) {
      case 'write':
      case 'remove':
        return this.#write(step.device, LINES[step.line] ?? '', step.what === 'write');
      case 'reload':
        return this.#reload(step.device);
      case 'arrive':
        return this.#arrive();
      case 'sync':
        return this.#sync(step.device, step.fates);
      case 'sync both':
        await Promise.all([0, 1].map((at) => this.#sync(at, [])));
    }
  }

  async #write(at: number, lineId: string, isText: boolean): Promise<void> {
    const notes = this.#open[at];
    if (!notes) throw new Error('there is no such device');
    const seen = textsOf(notes.lines(), lineId);
    const standing = this.#standing.get(lineId) ?? new Set<string>();
    for (const text of seen) standing.delete(text);
    this.#time += 1;
    const text = `said at ${this.#time}`;
    if (isText) standing.add(text);
    this.#standing.set(lineId, standing);
    await notes.write(lineId, isText ? value(text, this.#time) : null);
  }

  async #sync(at: number, fates: readonly Fate[]): Promise<void> {
    const way = this.#ways[at];
    if (way) way.fates = [...fates];
    await this.#open[at]?.sync().catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
    });
  }

  async #arrive(): Promise<void> {
    for (const request of this.#underWay.splice(0).reverse()) await request();
  }

  async #reload(at: number): Promise<void> {
    const [store, server] = [await this.#stores[at]?.(), this.#ways[at]];
    if (!store || !server) throw new Error('there is no such device');
    const clocks = { monotonic: () => this.#time, wall: () => this.#time };
    const device = new NotesDevice(store, this.#observationId);
    this.#open[at] = await LessonNotes.open({ device, server, clocks });
  }
}

/** The texts of each line, for comparing with `expected`. */
export function toTexts(lines: readonly NoteLine[]): [string, string[]][] {
  return lines
    .map(({ lineId }): [string, string[]] => [lineId, textsOf(lines, lineId).sort()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
