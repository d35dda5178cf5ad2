import {
  NOTE_BODY_BYTES,
  NOTE_EDITS_MAX,
  NoteEdits,
  type NoteEdit,
  type NoteLine,
  type NoteStamp,
  type NoteValue,
} from '../../../../../contract/observationNotes.ts';
import type { StoredWhere } from '../../../storage/deviceStore.ts';
import { LessonClock, type ClockMark, type DeviceClocks } from './lessonClock.ts';
import type { NotesDevice } from './notesDevice.ts';

/** The server, as far as notes need it. All of it may be called again when no answer came. */
export interface NotesServer {
  /** Says that the lesson began so long ago. Resolves also if the server knew. */
  begin(elapsedMs: number): Promise<void>;
  add(edits: readonly NoteEdit[]): Promise<{ n: number }>;
  after(n: number): Promise<{ edits: NoteEdit[]; n: number; more: boolean; elapsedMs: number | null }>;
}

export interface LessonPorts {
  device: NotesDevice;
  server: NotesServer;
  clocks: DeviceClocks;
}

const encoder = new TextEncoder();
const bytesOf = (edit: NoteEdit): number => encoder.encode(JSON.stringify(edit)).length + 1;

/** As many of the edits as one request takes. */
function firstBatch(edits: Iterable<NoteEdit>): NoteEdit[] {
  const batch: NoteEdit[] = [];
  let room = NOTE_BODY_BYTES - 100;
  for (const edit of edits) {
    room -= bytesOf(edit);
    if (room < 0 || batch.length === NOTE_EDITS_MAX) break;
    batch.push(edit);
  }
  return batch;
}

const keyOf = ({ lineId, id }: NoteEdit): string => `${lineId}/${id}`;

/**
 * The notes of one lesson in one window. Whatever is written is on the device before anything is sent; `sync` may be called at any
 * time, be broken off, and be called again.
 */
export class LessonNotes {
  readonly #ports: LessonPorts;
  readonly #edits = new NoteEdits();
  readonly #unsent = new Map<string, NoteEdit>();
  #clock: LessonClock | null = null;
  #known = 0;
  #isBegun = false;
  #syncing: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();

  private constructor(ports: LessonPorts) {
    this.#ports = ports;
  }

  /** Opens what this device knows of a lesson; nothing is requested. */
  static async open(ports: LessonPorts): Promise<LessonNotes> {
    const notes = new LessonNotes(ports);
    const { lesson, sent, unsent } = await ports.device.read();
    for (const edit of [...sent, ...unsent]) notes.#edits.add(edit);
    for (const edit of unsent) notes.#unsent.set(keyOf(edit), edit);
    if (lesson) {
      notes.#known = lesson.known;
      notes.#isBegun = lesson.isBegun;
      if (lesson.clock) notes.#clock = new LessonClock(ports.clocks, lesson.clock);
    }
    return notes;
  }

  lines(): NoteLine[] {
    return this.#edits.lines();
  }

  /** Edits that the server is not known to have. */
  get unsent(): number {
    return this.#unsent.size;
  }

  /** Whether they survive a reload; only then "kept on this device" is true. */
  kept(): StoredWhere {
    return this.#ports.device.kept();
  }

  /** The time of the lesson; null before it begins. */
  stamp(): NoteStamp | null {
    return this.#clock?.stamp() ?? null;
  }

  /** Calls after lines, their number or what was sent changed. @returns a function that stops it */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  };

  /** Starts the clock of the lesson; the server is told by the next `sync`. Starting it twice changes nothing. */
  async begin(): Promise<void> {
    if (this.#clock) return;
    this.#clock = new LessonClock(this.#ports.clocks, null);
    await this.#ports.device.putLesson(this.#lesson());
  }

  /** Writes a line, or removes it (null). It takes the place of all that this window knows of the line. */
  async write(lineId: string, value: NoteValue | null): Promise<StoredWhere> {
    const replaces = this.#edits.headsOf(lineId).map(({ id }) => id);
    const edit: NoteEdit = { id: crypto.randomUUID(), lineId, replaces: replaces.slice(0, 20), value };
    this.#edits.add(edit);
    this.#unsent.set(keyOf(edit), edit);
    this.#tell();
    return this.#ports.device.putUnsent(edit, this.#lesson());
  }

  /**
   * Sends what the server does not have and asks for what this device does not have. Calls at the same time are one.
   *
   * @throws what the server's calls throw: everything is kept, and the next call goes on from there
   */
  sync(): Promise<void> {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = null;
    });
    return this.#syncing;
  }

  async #sync(): Promise<void> {
    await this.#sendBegin();
    while (this.#unsent.size > 0) await this.#send(firstBatch(this.#unsent.values()));
    await this.#fetch();
  }

  async #sendBegin(): Promise<void> {
    const stamp = this.stamp();
    if (this.#isBegun || stamp === null) return;
    await this.#ports.server.begin(stamp.elapsedMs);
    this.#isBegun = true;
    await this.#ports.device.putLesson(this.#lesson());
  }

  async #send(batch: readonly NoteEdit[]): Promise<void> {
    const { n } = await this.#ports.server.add(batch);
    // what another device added in between is fetched afterwards
    if (n === this.#known + 1) this.#known = n;
    for (const edit of batch) this.#unsent.delete(keyOf(edit));
    await this.#ports.device.putSent(batch, this.#lesson());
    this.#tell();
  }

  async #fetch(): Promise<void> {
    for (let more = true; more;) {
      const reply = await this.#ports.server.after(this.#known);
      more = reply.more;
      for (const edit of reply.edits) {
        this.#edits.add(edit);
        this.#unsent.delete(keyOf(edit));
      }
      this.#known = Math.max(this.#known, reply.n);
      if (reply.elapsedMs !== null) this.#follow(reply.elapsedMs);
      await this.#ports.device.putSent(reply.edits, this.#lesson());
      this.#tell();
    }
  }

  /** A second device of the observer learns from the server when the lesson began. */
  #follow(elapsedMs: number): void {
    this.#isBegun = true;
    const { clocks } = this.#ports;
    this.#clock ??= new LessonClock(clocks, { elapsedMs, wall: clocks.wall(), isEstimated: true });
    this.#clock.correct(elapsedMs);
  }

  #lesson() {
    const clock: ClockMark | null = this.#clock?.mark() ?? null;
    return { known: this.#known, clock, isBegun: this.#isBegun };
  }

  #tell(): void {
    for (const changed of this.#listeners) changed();
  }
}
