import { Refused } from './refusals.ts';
import type { Work } from './work.ts';

const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER = 512;
const ENTRY = 128;
const MINI_SECTOR = 64;
/** Sector numbers above this give the purpose of a sector, or mark the end of a chain. */
const LAST_SECTOR = 0xfffffffa;
const STREAM = 2;
const ROOT = 5;
/** FAT sectors that the header itself lists. */
const IN_HEADER = 109;

export const isCompoundFile = (head: Buffer): boolean => head.subarray(0, SIGNATURE.length).equals(SIGNATURE);

/** One stream of a compound file: like a file in a folder, wherever the folder is. */
export interface CompoundStream {
  name: string;
  size: number;
  /** Its first bytes; at least eight if it has that many. */
  head(): Buffer;
  content(): Buffer;
}

interface Entry {
  name: string;
  type: number;
  start: number;
  size: number;
}

function damaged(): never {
  throw new Refused('damaged');
}

/**
 * Sectors in chains: a table says for each which one follows. No sector is in two chains: the total read is no more than the
 * file.
 */
class Chains {
  readonly #table: Buffer;
  readonly #used: Uint8Array;

  constructor(table: Buffer) {
    this.#table = table;
    this.#used = new Uint8Array(table.length / 4);
  }

  /** The sector numbers of a chain; as many as `size` bytes need. */
  follow(start: number, count = Infinity): number[] {
    const sectors: number[] = [];
    for (let at = start; at < LAST_SECTOR && sectors.length < count; at = this.#table.readUInt32LE(4 * at)) {
      if (at >= this.#used.length || this.#used[at] === 1) damaged();
      this.#used[at] = 1;
      sectors.push(at);
    }
    return sectors;
  }
}

/** The parts of a compound file through which others are found. @see [MS-CFB] §2 */
class CompoundFile {
  readonly #data: Buffer;
  readonly #shift: number;
  readonly #miniCutoff: number;
  readonly #chains: Chains;
  readonly #miniChains: Chains;
  readonly #mini: Buffer;
  readonly entries: readonly Entry[];

  constructor(data: Buffer) {
    if (data.length < HEADER) damaged();
    this.#data = data;
    this.#shift = data.readUInt16LE(30);
    if (this.#shift !== 9 && this.#shift !== 12) damaged();
    this.#miniCutoff = data.readUInt32LE(56);
    this.#chains = new Chains(this.#readFat());
    this.entries = this.#readDirectory();
    const root = this.entries.find(({ type }) => type === ROOT);
    this.#mini = root ? this.#join(this.#chains.follow(root.start)) : Buffer.alloc(0);
    this.#miniChains = new Chains(this.#join(this.#chains.follow(data.readUInt32LE(60))));
  }

  open({ name, start, size }: Entry): CompoundStream {
    const isMini = size < this.#miniCutoff;
    const length = isMini ? MINI_SECTOR : 1 << this.#shift;
    const chains = isMini ? this.#miniChains : this.#chains;
    const sectors = chains.follow(start, Math.ceil(size / length));
    const join = (numbers: readonly number[]): Buffer =>
      isMini
        ? Buffer.concat(numbers.map((n) => this.#mini.subarray(n * MINI_SECTOR, (n + 1) * MINI_SECTOR)))
        : this.#join(numbers);
    const read = (numbers: readonly number[]): Buffer => join(numbers).subarray(0, size);
    return { name, size, head: () => read(sectors.slice(0, 1)), content: () => read(sectors) };
  }

  #sector(n: number): Buffer {
    const at = (n + 1) << this.#shift;
    return this.#data.subarray(at, at + (1 << this.#shift));
  }

  #join(numbers: readonly number[]): Buffer {
    return Buffer.concat(numbers.map((n) => this.#sector(n)));
  }

  #readFat(): Buffer {
    const perSector = (1 << this.#shift) / 4;
    const most = Math.ceil(this.#data.length >> this.#shift);
    const places: number[] = [];
    const note = (from: Buffer, count: number): void => {
      for (let i = 0; i < count; i++) {
        const n = from.readUInt32LE(4 * i);
        if (n < LAST_SECTOR && places.length <= most) places.push(n);
      }
    };
    note(this.#data.subarray(76), IN_HEADER);
    // the rest of the list, a sector at a time; its last number leads to the next
    let next = this.#data.readUInt32LE(68);
    for (let hops = 0; next < LAST_SECTOR && hops <= most; hops++) {
      const list = this.#sector(next);
      if (list.length < 4 * perSector) damaged();
      note(list, perSector - 1);
      next = list.readUInt32LE(4 * (perSector - 1));
    }
    const fat = this.#join(places);
    return fat.subarray(0, fat.length - (fat.length % 4));
  }

  #readDirectory(): Entry[] {
    const directory = this.#join(this.#chains.follow(this.#data.readUInt32LE(48)));
    const entries: Entry[] = [];
    for (let at = 0; at + ENTRY <= directory.length; at += ENTRY) {
      const bytes = Math.max(0, Math.min(62, directory.readUInt16LE(at + 64) - 2));
      entries.push({
        name: directory.toString('utf16le', at, at + bytes - (bytes % 2)),
        type: directory[at + 66] ?? 0,
        start: directory.readUInt32LE(at + 116),
        // the upper half is not used by any file that fits into memory, and may contain anything in old ones
        size: directory.readUInt32LE(at + 120),
      });
    }
    return entries;
  }
}

/**
 * The streams of a compound file, the format of old Office and of OLE objects, in any of its storages.
 *
 * @throws {Refused} damaged if its tables lead nowhere, too_complex
 */
export async function* compoundStreams(data: Buffer, work: Work): AsyncGenerator<CompoundStream> {
  const file = new CompoundFile(data);
  for (const entry of file.entries) {
    if (entry.type !== STREAM || entry.size === 0 || entry.size > data.length) continue;
    const turn = work.step() ?? work.bytes(entry.size);
    if (turn) await turn;
    yield file.open(entry);
  }
}
