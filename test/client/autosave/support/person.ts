import fc from 'fast-check';
import type { ErrorCode } from '../../../../contract/errors.ts';
import { isEverythingSafe, isOnServer } from '../../../../client/src/autosave/textState.ts';
import { DeviceStore } from '../../../../client/src/storage/deviceStore.ts';
import type { KeptEntry } from '../../../../client/src/storage/kept.ts';
import { partKind } from './partSurface.ts';
import { reviewKind, textKind } from './surfaces.ts';
import type { Kind, Surface } from './surfaces.ts';
import { World } from './world.ts';
import type { Fate } from './world.ts';

export type Step =
  | {
      readonly do: 'type' | 'flush' | 'mine' | 'theirs' | 'refetch' | 'close' | 'crash';
      readonly window: number;
    }
  | { readonly do: 'run'; readonly pick: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'fate'; readonly fate: Fate }
  | { readonly do: 'fullDisk' | 'fullHistory'; readonly full: boolean }
  | { readonly do: 'comeBack' };

const window = fc.nat({ max: 1 });
const fates: Fate[] = ['ok', 'ok', 'ok', 'offline', 'lost', 'lost', 'late', 'late'];
const codes: ErrorCode[] = [
  'UNAVAILABLE',
  'RATE_LIMITED',
  'SESSION_OVER',
  'VALIDATION_FAILED',
  'BODY_TOO_LARGE',
  'SUBMISSION_INCOMPLETE',
  'FORBIDDEN',
  'PIECE_LOCKED',
];
const act = <D extends Step['do']>(...kinds: D[]) => fc.constantFrom(...kinds);

/** What may happen, one after the other, to two windows of one person on one device. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: act('type'), window }) },
    { weight: 12, arbitrary: fc.record({ do: act('run'), pick: fc.nat({ max: 9 }) }) },
    { weight: 4, arbitrary: fc.record({ do: act('wait'), seconds: fc.constantFrom(1, 3, 40) }) },
    { weight: 3, arbitrary: fc.record({ do: act('fate'), fate: fc.constantFrom(...fates, ...codes) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: act('flush', 'mine', 'theirs', 'refetch', 'close', 'crash'), window }),
    },
    { weight: 1, arbitrary: fc.record({ do: act('comeBack') }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: act('fullDisk', 'fullHistory'), full: fc.boolean() }),
    },
  ),
  { maxLength: 60, size: 'max' },
);

interface OpenWindow {
  readonly id: number;
  readonly surface: Surface;
  readonly store: Promise<DeviceStore>;
  keptOnDevice: () => boolean;
  /** What was typed last and nothing has replaced since. */
  typed: string | null;
  /** Words that the person gives up for the other window's. */
  givesUp: string | null;
  /** All that was ever shown. */
  readonly seen: Set<string>;
}

/** One person with two windows, who types, chooses, leaves and comes back; after each step nothing may be lost. */
export class Person {
  readonly world = new World();
  readonly kind: Kind;
  readonly open: OpenWindow[] = [];
  /** Words that left an editor and must be on the device or with the server for good. */
  readonly owed = new Set<string>();
  /** Words that the person has let go: replaced by own newer ones, or given up for the other window's. */
  readonly letGo = new Set<string>();
  readonly #isDiskDenied: boolean;
  #windows = 0;
  #texts = 0;
  /** What was found to be wrong while a task ran. */
  readonly faults: string[] = [];

  constructor(kind: 'texts' | 'reviews' | 'parts', isDiskDenied: boolean) {
    this.#isDiskDenied = isDiskDenied;
    const replaced = (id: number, before: string) => this.#replaced(id, before);
    const kinds = { texts: textKind, reviews: () => reviewKind(replaced), parts: () => partKind(replaced) };
    this.kind = kinds[kind]();
    this.world.onGone = (before, after) => this.#gone(before, after);
    this.#add();
    this.#add();
  }

  async do(step: Step): Promise<void> {
    const { world, kind } = this;
    if ('window' in step) this.#act(step.do, step.window);
    if (step.do === 'run') await world.run(step.pick);
    if (step.do === 'wait') await world.wait(step.seconds * 1000);
    if (step.do === 'fate') world.fate = step.fate;
    if (step.do === 'fullDisk') world.isDiskFull = step.full;
    if (step.do === 'fullHistory') kind.isHistoryFull = step.full;
    if (step.do === 'comeBack') world.comeBack();
    await world.run(0).then(() => this.check());
  }

  /** The network and the disk are well again, and nobody types: waits until nothing happens any more. */
  async settle(): Promise<void> {
    const { world } = this;
    world.fate = 'ok';
    world.isDiskFull = false;
    this.kind.isHistoryFull = false;
    const isOver = () => this.open.some(({ surface }) => surface.state().kind === 'signedOut');
    for (let round = 0; round < 20; round += 1) {
      await world.runAll();
      this.check();
      if (!isOver() && world.isQuiet()) break;
      // a session that was over is begun anew by whoever comes back
      if (isOver()) world.comeBack();
      await world.wait(40_000);
    }
  }

  /** What must hold after every step. */
  check(): void {
    for (const one of this.open) this.#checkWindow(one);
    // between the editor and the disk words are on their way
    if (this.world.isDiskIdle()) this.#checkDisk();
    if (this.faults.length > 0) throw new Error(this.faults.join('; '));
  }

  #checkDisk(): void {
    const onDisk = this.#onDisk();
    const isThere = (text: string) => onDisk.has(text) || this.#isSafe(text);
    const isLetGo = (text: string) => !this.kind.hasHistory && this.letGo.has(text);
    for (const text of this.owed)
      if (!isThere(text) && !isLetGo(text)) this.faults.push(`${text} is nowhere`);
    for (const { typed, surface, keptOnDevice } of this.open) {
      if (typed === null || surface.state().kind === 'saved' || !keptOnDevice()) continue;
      if (!isThere(typed) && !isLetGo(typed)) this.faults.push(`${typed} is not on the device`);
    }
  }

  #checkWindow({ typed, surface }: OpenWindow): void {
    const state = surface.state();
    const shown = surface.shown();
    if (typed === null) return;
    // it is in the editor, or was given away for something
    if (shown !== typed && !this.#isSafe(typed)) this.faults.push(`${typed} went from the editor`);
    if (shown === typed && isOnServer(state) && !this.kind.has(typed))
      this.faults.push(`${typed} is said to be on the server`);
  }

  #add(): void {
    const id = this.#windows++;
    const disk = this.#isDiskDenied ? null : this.world.openDisk();
    const device = new DeviceStore(disk);
    const store = Promise.resolve(device);
    const surface = this.kind.open({ world: this.world, id, openStore: () => store });
    const made: OpenWindow = {
      id,
      surface,
      store,
      keptOnDevice: () => device.kept() === 'device',
      typed: null,
      givesUp: null,
      seen: new Set([surface.shown()]),
    };
    surface.subscribe(() => this.#look(made));
    this.open.push(made);
  }

  /** Sees what a window shows, each time that it changes. */
  #look(one: OpenWindow): void {
    const shown = one.surface.shown();
    one.seen.add(shown);
    const theirs = one.surface.theirs();
    if (theirs !== null) one.seen.add(theirs);
    if (one.typed === null || shown === one.typed || one.typed !== one.givesUp) return;
    if (!this.kind.hasHistory) this.letGo.add(one.typed);
    else if (one.keptOnDevice()) this.owed.add(one.typed);
    one.typed = null;
  }

  #act(what: Step['do'], index: number): void {
    const one = this.open[index];
    if (!one) return;
    const { surface } = one;
    if (what === 'type') this.#type(one);
    if (what === 'flush') void surface.flush().then((isIn) => this.#flushed(one, isIn));
    if (what === 'mine') void surface.resolve('mine');
    if (what === 'theirs') {
      one.givesUp = surface.state().kind === 'conflict' ? surface.shown() : null;
      if (one.givesUp !== null && !this.kind.hasHistory) this.letGo.add(one.givesUp);
      void surface.resolve('theirs').then(() => (one.givesUp = null));
    }
    if (what === 'refetch') surface.refetch();
    if (what === 'crash') this.#end(index);
    // whom leaving asks, stays
    if (what === 'close' && isEverythingSafe(surface.texts())) {
      if (one.typed !== null) this.owed.add(one.typed);
      this.#end(index);
    }
  }

  #type(one: OpenWindow): void {
    const text = `w${one.id}.${this.#texts++}`;
    const before = one.surface.shown();
    const { typed } = one;
    one.typed = null;
    one.surface.type(text);
    const isTaken = one.surface.shown() === text;
    one.typed = isTaken ? text : typed;
    if (isTaken && before !== '') this.letGo.add(before);
  }

  #end(index: number): void {
    const [gone] = this.open.splice(index, 1);
    gone?.surface.stop();
    this.#add();
  }

  /** A flush says that all is in: what is shown may be handed in. */
  #flushed(one: OpenWindow, isIn: boolean): void {
    const shown = one.surface.shown();
    if (isIn && shown === one.typed && !this.kind.has(shown)) this.faults.push(`${shown} is said to be in`);
  }

  #onDisk(): Set<string> {
    return new Set([...this.world.disk.values()].map((entry) => this.kind.wordsOf(entry)));
  }

  /** The server has these words, or later ones of the same window. */
  #isSafe(text: string): boolean {
    if (this.kind.has(text)) return true;
    const [author, number] = this.#origin(text);
    for (let later = number + 1; later < this.#texts; later += 1)
      if (this.kind.has(`w${author}.${later}`)) return true;
    return false;
  }

  #origin(text: string): readonly [number, number] {
    const [author = '', number = ''] = text.slice(1).split('.');
    return [Number(author), Number(number)];
  }

  #gone(before: KeptEntry, after: KeptEntry | null): void {
    const text = this.kind.wordsOf(before);
    const next = after ? this.kind.wordsOf(after) : null;
    if (text === next || this.#isSafe(text)) return;
    // own newer words took their place
    if (next !== null && this.#origin(next)[0] === this.#origin(text)[0]) return;
    if (!this.kind.hasHistory && this.letGo.has(text)) return;
    this.faults.push(`${text} went from the device`);
  }

  /** Where there is no history, nothing may be replaced that its replacer has not seen. */
  #replaced(window: number, before: string): void {
    const by = this.open.find(({ id }) => id === window);
    if (before === '' || !by || by.seen.has(before)) return;
    this.faults.push(`${before} was replaced unseen`);
  }
}
