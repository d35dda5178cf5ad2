import { posix } from 'node:path';
import type { Entry, ZipFile } from 'yauzl';
import { isZip } from './signatures.ts';
import { Refused } from './refusals.ts';
import type { Work } from './work.ts';

/** Bytes of embedded packages that are held in memory to be read: one at a time. */
const PACKAGE_MAX = 32 * 1024 ** 2;
/** Bytes that are unpacked of all that is embedded in one file, at any depth. */
const EMBEDDED_MAX = 1024 ** 3;
/** A workbook in a presentation in a document. */
const DEPTH_MAX = 4;
/** Where Office and OpenDocument put what is embedded; what a relationship names may lie anywhere. */
const EMBEDDED_NAMES = /(^|\/)embeddings\/[^/]+$|^object \d+$/;
const CFB = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
/** A directory entry of a compound file, and the name that a VBA project's stream has in it. @see [MS-CFB] §2.6, [MS-OVBA] §2.2.1 */
const CFB_ENTRY = 128;
const VBA_STREAM = '_VBA_PROJECT';

/** How deep a package lies in others, and what may still be unpacked of what is embedded. */
export interface Nesting {
  depth: number;
  bytesLeft: { count: number };
}

export const outermost = (): Nesting => ({ depth: 0, bytesLeft: { count: EMBEDDED_MAX } });

/** Name of the part that a relationship leads to, as Office compares names. @param rels  name of the `.rels` part */
export function targetName(rels: string, target: string): string {
  const folder = posix.dirname(posix.dirname(rels));
  let plain = target;
  try {
    plain = decodeURIComponent(target);
  } catch {
    // no escapes but a sign of percent
  }
  return posix
    .join('/', folder, posix.isAbsolute(plain) ? posix.relative(`/${folder}`, plain) : plain)
    .slice(1);
}

export const isEmbeddedName = (name: string): boolean => EMBEDDED_NAMES.test(name);

/** Finds a VBA project's stream among a compound file's directory entries, which begin at multiples of their length. */
export class VbaInCompoundFile {
  #carry: Buffer = Buffer.alloc(0);

  /** @throws {Refused} macros */
  add(part: Buffer): void {
    const data = Buffer.concat([this.#carry, part]);
    const end = data.length - (data.length % CFB_ENTRY);
    for (let at = 0; at < end; at += CFB_ENTRY) {
      if (data[at] !== 0x5f || data.readUInt16LE(at + 64) !== 2 * (VBA_STREAM.length + 1)) continue;
      const name = data.toString('utf16le', at, at + 2 * VBA_STREAM.length);
      if (name.toUpperCase() === VBA_STREAM) throw new Refused('macros');
    }
    this.#carry = Buffer.from(data.subarray(end));
  }
}

/** What is held in memory, in all checks of this process: they come one after the other. */
let holding: Promise<unknown> = Promise.resolve();

function holdingAlone<T>(work: () => Promise<T>): Promise<T> {
  const mine = holding.then(work);
  holding = mine.catch(() => undefined);
  return mine;
}

type Kind = 'package' | 'compound' | 'other';

function kindOf(head: Buffer): Kind {
  if (head.subarray(0, CFB.length).equals(CFB)) return 'compound';
  return isZip(head) ? 'package' : 'other';
}

interface Unpacking {
  zip: ZipFile;
  work: Work;
  bytesLeft: Nesting['bytesLeft'];
}

/** An entry's bytes as they unpack, the first piece long enough to tell what they are. */
async function* unpack(entry: Entry, { zip, work, bytesLeft }: Unpacking): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    const part = chunk as Buffer;
    bytesLeft.count -= part.length;
    if (bytesLeft.count < 0) throw new Refused('too_complex');
    const turn = work.bytes(part.length);
    if (turn) await turn;
    if (head) head = Buffer.concat([head, part]);
    if (head && head.length < CFB.length) continue;
    yield head ?? part;
    head = null;
  }
}

/** Reads an embedded part: a compound file is searched as it comes. @returns a package's bytes; null for what is none */
async function readEmbedded(entry: Entry, unpacking: Unpacking): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  const vba = new VbaInCompoundFile();
  let kind: Kind | null = null;
  for await (const part of unpack(entry, unpacking)) {
    kind ??= kindOf(part);
    if (kind === 'other') return null;
    if (kind === 'compound') vba.add(part);
    else if (entry.uncompressedSize > PACKAGE_MAX) throw new Refused('too_complex');
    else parts.push(part);
  }
  return kind === 'package' ? Buffer.concat(parts) : null;
}

/**
 * Looks into what is embedded in a package: packages within it are checked as the whole is, compound files are searched for VBA. Only
 * macros, or too much of it, say no; what else is embedded stays the owner's.
 *
 * @param checkPackage  reads an embedded package; it may throw {Refused}
 * @throws {Refused} macros, too_complex
 */
export async function checkEmbedded(
  { zip, entries, work }: { zip: ZipFile; entries: readonly Entry[]; work: Work },
  nesting: Nesting,
  checkPackage: (data: Buffer, nesting: Nesting) => Promise<unknown>,
): Promise<void> {
  const inner = { ...nesting, depth: nesting.depth + 1 };
  const look = async (entry: Entry): Promise<void> => {
    if (inner.depth > DEPTH_MAX) throw new Refused('too_complex');
    const data = await readEmbedded(entry, { zip, work, bytesLeft: nesting.bytesLeft });
    if (data) await checkPackage(data, inner);
  };
  for (const entry of entries) {
    if (entry.isEncrypted()) continue;
    try {
      // what lies deeper is held while its outer one is: it must not wait for it
      await (nesting.depth === 0 ? holdingAlone(() => look(entry)) : look(entry));
    } catch (error) {
      if (!(error instanceof Refused) || error.code === 'macros' || error.code === 'too_complex') throw error;
    }
  }
}
