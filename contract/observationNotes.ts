import { z } from 'zod';
import { Id } from './common.ts';

/**
 * The notes of a lesson, as they are written without a network, on more than one device. What is stored are edits, which are only
 * ever added; what is shown follows from the set of edits alone. So it makes no difference in which order they arrive, how often, or
 * by which way.
 */

/** Longest text of a line, in characters. */
const NOTE_TEXT_MAX = 2_000;
/** Most edits in one request. */
export const NOTE_EDITS_MAX = 500;
/** Largest body of a request, in bytes. */
export const NOTE_BODY_BYTES = 1024 * 1024;
/** Most that one person writes about one lesson, edits of edits included. */
export const NOTE_TOTAL_MAX = 20_000;
/** No lesson is longer. */
export const LESSON_MS_MAX = 24 * 3_600_000;

/** When something was noted, in milliseconds since the start of the lesson; pauses count. */
export const NoteStamp = z.strictObject({
  elapsedMs: z.number().int().min(0).max(LESSON_MS_MAX),
  /** The page was loaded anew meanwhile and nothing but the device's clock knew how long that took. */
  isEstimated: z.boolean(),
});
export type NoteStamp = z.infer<typeof NoteStamp>;

export const NoteValue = z.strictObject({
  /** Empty for a tap on a counter or a tag. */
  text: z.string().max(NOTE_TEXT_MAX),
  stamp: NoteStamp,
  /** Items of the form that it is about: a tag, a counter, look-fors, indicators. */
  itemKeys: z.array(Id).max(12),
  /** What the observer makes of it, as opposed to what they saw and heard. */
  isInterpretation: z.boolean(),
  /** To be looked at together. */
  isMarked: z.boolean(),
});
export type NoteValue = z.infer<typeof NoteValue>;

export const NoteEdit = z.strictObject({
  /** Made on the device, as that of the line is. */
  id: Id,
  lineId: Id,
  /** The edits of this line that the writer saw, and that this one takes the place of. */
  replaces: z.array(Id).max(20),
  /** Null removes the line. */
  value: NoteValue.nullable(),
});
export type NoteEdit = z.infer<typeof NoteEdit>;

/** A line as it stands. It has more than one value if it was edited on two devices that did not know of each other. */
export interface NoteLine {
  lineId: string;
  /** In an order that is the same everywhere; at least one. */
  values: readonly NoteValue[];
}

interface EditsOfLine {
  readonly edits: Map<string, NoteEdit>;
  readonly replaced: Set<string>;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const startOf = ({ values }: NoteLine): number => Math.min(...values.map(({ stamp }) => stamp.elapsedMs));

/** All edits of one person that a device or the server knows, and the lines that follow from them. */
export class NoteEdits {
  readonly #lines = new Map<string, EditsOfLine>();
  #size = 0;

  constructor(edits: Iterable<NoteEdit> = []) {
    for (const edit of edits) this.add(edit);
  }

  /** How many different edits are known. */
  get size(): number {
    return this.#size;
  }

  /** @returns false if it was known */
  add(edit: NoteEdit): boolean {
    const line = this.#lines.get(edit.lineId) ?? { edits: new Map<string, NoteEdit>(), replaced: new Set() };
    if (line.edits.has(edit.id)) return false;
    this.#lines.set(edit.lineId, line);
    line.edits.set(edit.id, edit);
    for (const id of edit.replaces) line.replaced.add(id);
    this.#size += 1;
    return true;
  }

  /** The edits of a line that none took the place of, by id: what the next edit of it `replaces`. */
  headsOf(lineId: string): NoteEdit[] {
    const line = this.#lines.get(lineId);
    if (!line) return [];
    return [...line.edits.values()]
      .filter(({ id }) => !line.replaced.has(id))
      .sort((a, b) => compare(a.id, b.id));
  }

  /** The lines that stand, in the order of the lesson. Who removed a line did not mean what was written into it elsewhere meanwhile. */
  lines(): NoteLine[] {
    return [...this.#lines.keys()]
      .map((lineId) => ({
        lineId,
        values: this.headsOf(lineId).flatMap(({ value }) => (value === null ? [] : [value])),
      }))
      .filter(({ values }) => values.length > 0)
      .sort((a, b) => startOf(a) - startOf(b) || compare(a.lineId, b.lineId));
  }
}
