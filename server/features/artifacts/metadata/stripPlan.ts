import { Refused } from '../checks/refusals.ts';
import type { Source } from '../storage/chunkReader.ts';

/** One range of the file that is kept: unchanged, as given, or zeros where positions must not move. */
export type Piece = { from: number; to: number } | { bytes: Buffer } | { zeros: number };

const PIECES_MAX = 50_000;
/** About what a browser can still show; also sharp's default. */
const PIXELS_MAX = 16_383 ** 2;

/** What of an image is kept, byte by byte: pixels are never re-encoded. */
export class StripPlan {
  readonly pieces: Piece[] = [];
  /** True if anything but padding was omitted or changed. */
  changed = false;
  /** True if there may be metadata in places that we cannot read. */
  mayHoldMore = false;

  keep(from: number, to: number): void {
    const last = this.pieces.at(-1);
    if (last && 'to' in last && last.to === from) last.to = to;
    else if (to > from) this.#add({ from, to });
  }

  drop(): void {
    this.changed = true;
  }

  insert(bytes: Buffer): void {
    this.changed = true;
    this.#add({ bytes });
  }

  /** Inserts bytes at a position of the file, within what is kept from its beginning. */
  insertEarly(place: number, bytes: Buffer): void {
    const [first] = this.pieces;
    if (!first || !('from' in first)) throw new Refused('damaged');
    const split = Math.min(place, first.to);
    const rest = split < first.to ? [{ from: split, to: first.to }] : [];
    this.pieces.splice(0, 1, { from: 0, to: split }, { bytes }, ...rest);
    this.changed = true;
  }

  zeros(count: number): void {
    if (count <= 0) return;
    this.changed = true;
    this.#add({ zeros: count });
  }

  #add(piece: Piece): void {
    if (this.pieces.length >= PIECES_MAX) throw new Refused('too_complex');
    this.pieces.push(piece);
  }
}

/** @throws {Refused} image_too_large, damaged for no pixels at all */
export function checkPixels(width: number, height: number): void {
  if (width <= 0 || height <= 0) throw new Refused('damaged');
  if (width * height > PIXELS_MAX) throw new Refused('image_too_large');
}

/** Exactly `length` bytes. @throws {Refused} damaged if the file ends before */
export async function readExactly(source: Source, position: number, length: number): Promise<Buffer> {
  const data = await source.readAt(position, length);
  if (data.length < length) throw new Refused('damaged');
  return data;
}

const SMALL = 256 * 1024;
const ZEROS = Buffer.alloc(64 * 1024);

/** The bytes that a plan keeps, in constant memory. */
export async function* applyPlan(source: Source, pieces: readonly Piece[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    if ('bytes' in piece) yield piece.bytes;
    // small pieces are adjacent: read from the chunk that is kept, not requested one by one
    else if ('from' in piece && piece.to - piece.from < SMALL)
      yield await source.readAt(piece.from, piece.to - piece.from);
    else if ('from' in piece) yield* source.stream(piece.from, piece.to);
    else {
      for (let left = piece.zeros; left > 0; left -= ZEROS.length)
        yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
    }
  }
}
