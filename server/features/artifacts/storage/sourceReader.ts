import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import { Refused } from '../checks/refusals.ts';
import { toError } from '../toError.ts';
import type { Source } from './chunkReader.ts';

/** Bytes that are read at once at the beginning of a part: usually no more of it is needed. */
const BEGINNING = 64 * 1024;

/** Lets yauzl read a content of ours as a zip. */
export class SourceReader extends RandomAccessReader {
  readonly #source: Source;

  constructor(source: Source) {
    super();
    this.#source = source;
  }

  /** The directory is read in thousands of small reads: from the chunk that is kept, not each by a separate stream. */
  override read(
    ...[buffer, offset, length, position, callback]: Parameters<RandomAccessReader['read']>
  ): void {
    this.#source.readAt(position, length).then(
      (data) => {
        data.copy(buffer, offset);
        callback(data.length < length ? new Refused('damaged') : null);
      },
      (error: unknown) => callback(toError(error)),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#range(start, end), { objectMode: false });
  }

  /** Beginnings come from the chunk that is kept, as the directory does: thousands of parts need no request each. */
  async *#range(start: number, end: number): AsyncGenerator<Buffer> {
    const from = Math.min(end, start + BEGINNING);
    if (from > start) yield await this.#source.readAt(start, from - start);
    if (from < end) yield* this.#source.stream(from, end);
  }
}
