import { isSame } from '../../../../contract/studioMerge.ts';
import { Part } from '../../../../contract/studioParts.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';

/** A part as the server stores it, which trims the ends of lines. */
function asStored(value: Part | null): Part | null {
  return Part.nullable().safeParse(value).data ?? value;
}

/** What the server had of each part at the revisions that this window works on: what two changes are compared with. */
export class PartCopies {
  readonly #byKey = new Map<PartKey, Map<number, Part | null>>();
  readonly #sent = new Map<PartKey, (Part | null)[]>();

  record(key: PartKey, revision: number, value: Part | null): void {
    const copies = this.#byKey.get(key) ?? new Map<number, Part | null>();
    copies.set(revision, asStored(value));
    this.#byKey.set(key, copies);
  }

  /** The part at a revision; null if it was not there, or is not known. */
  at(key: PartKey, revision: number): Part | null {
    return this.#byKey.get(key)?.get(revision) ?? null;
  }

  /** Revisions before this one are no longer worked on. */
  forgetBefore(key: PartKey, revision: number): void {
    const copies = this.#byKey.get(key);
    for (const known of [...(copies?.keys() ?? [])]) if (known < revision) copies?.delete(known);
  }

  /** Remembers what is being sent, in case its response is lost. */
  sending(key: PartKey, value: Part | null): void {
    this.#sent.set(key, [...(this.#sent.get(key) ?? []), value].slice(-20));
  }

  answered(key: PartKey): void {
    this.#sent.delete(key);
  }

  /** What this window typed, if it is what the server stored; otherwise what the server has. */
  asTyped(key: PartKey, stored: Part | null): Part | null {
    const typed = this.#sent.get(key)?.find((value) => isSame(asStored(value), stored));
    return typed === undefined ? stored : typed;
  }
}
