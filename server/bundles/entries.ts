import type { Readable } from 'node:stream';
import { BUNDLE_BYTES_MAX, findPathFault, pathIdentity } from '../../contract/bundle.ts';
import { isDatabaseAway } from '../db.ts';
import { AppError } from '../errors.ts';
import { ENTRIES_MAX, RATIO_FREE_BYTES, RATIO_MAX, READ_BYTES_MAX } from './limits.ts';
import { refuse } from './refusals.ts';

/** A file of a folder or zip. */
export interface Entry {
  readonly path: string;
  /** Bytes that it takes there, packed or not. */
  readonly packedSize: number;
  open(): Promise<Readable>;
}

/** A folder or zip whose files were listed and whose names were checked; nothing of them has been read. */
export interface Entries {
  readonly files: ReadonlyMap<string, Entry>;
  close(): Promise<void>;
}

/** What the reader of a zip threw, as BUNDLE_REFUSED; errors of the file system and of the database stay as they are. */
export function toRefusal(error: unknown): unknown {
  if (error instanceof AppError || (error instanceof Error && 'syscall' in error) || isDatabaseAway(error))
    return error;
  return refuse('damaged');
}

/** Collects the entries of a folder or zip and refuses the first that could not be stored on every system. */
export class EntryList {
  readonly #files = new Map<string, Entry>();
  /** Files and folders by what some file systems take them for. */
  readonly #identities = new Map<string, 'file' | 'folder'>();
  #count = 0;

  get files(): ReadonlyMap<string, Entry> {
    return this.#files;
  }

  /** @throws {AppError} BUNDLE_REFUSED: `bad_path`, `duplicate_path`, `too_many_files` */
  addFile(entry: Entry): void {
    this.#check(entry.path);
    const identity = pathIdentity(entry.path);
    if (this.#identities.has(identity)) throw refuse('duplicate_path', entry.path);
    this.#identities.set(identity, 'file');
    this.#addFolders(entry.path);
    this.#files.set(entry.path, entry);
  }

  /** @param path  without a slash at its end; the same faults as for a file */
  addFolder(path: string): void {
    this.#check(path);
    this.#addFolders(`${path}/`);
  }

  #check(path: string): void {
    this.#count += 1;
    if (this.#count > ENTRIES_MAX) throw refuse('too_many_files');
    if (findPathFault(path) !== null) throw refuse('bad_path', path);
  }

  #addFolders(path: string): void {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const identity = pathIdentity(path.slice(0, at));
      if (this.#identities.get(identity) === 'file') throw refuse('duplicate_path', path.slice(0, at));
      this.#identities.set(identity, 'folder');
    }
  }
}

/** Reads files and counts what they unpack to, whatever their headers say. */
export class EntryReader {
  /** What was read last. One for all files: of a large bundle, one file is in memory, and no copy of it. */
  #buffer: Buffer | null = null;
  #total = 0;

  /**
   * All bytes of a file; the buffer is valid until the next read.
   *
   * @throws {AppError} BUNDLE_REFUSED as soon as more than `max` bytes, too many bytes in all or far more than the packed ones arrive
   */
  async read(entry: Entry, max: number): Promise<Buffer> {
    // takes up only as much memory as is written to
    const buffer = (this.#buffer ??= Buffer.allocUnsafeSlow(READ_BYTES_MAX));
    let size = 0;
    for await (const part of this.stream(entry, max)) {
      buffer.set(part, size);
      size += part.length;
    }
    return buffer.subarray(0, size);
  }

  /** The same, in parts. */
  async *stream(entry: Entry, max: number): AsyncGenerator<Buffer> {
    let size = 0;
    try {
      for await (const part of (await entry.open()) as AsyncIterable<Buffer>) {
        size += part.length;
        this.#count(entry, part.length, size);
        if (size > max) throw refuse('file_too_large', entry.path);
        yield part;
      }
    } catch (error) {
      throw toRefusal(error);
    }
  }

  #count({ path, packedSize }: Entry, added: number, size: number): void {
    this.#total += added;
    if (size > RATIO_FREE_BYTES && size > packedSize * RATIO_MAX) throw refuse('bomb', path);
    if (this.#total > BUNDLE_BYTES_MAX) throw refuse('bundle_too_large');
  }
}
