import type { Entry, ZipFile } from 'yauzl';
import { isCompoundFile } from './compoundFile.ts';
import { checkImported } from './importedText.ts';
import { checkCompound, type Inner } from './oleMacros.ts';
import { Refused } from './refusals.ts';
import { isZip } from './signatures.ts';
import type { Work } from './work.ts';

/** Bytes of embedded content that are held in memory for reading: one at a time. */
const HELD_MAX = 32 * 1024 ** 2;
/** Bytes unpacked from everything embedded in one file, at any depth. */
const EMBEDDED_MAX = 1024 ** 3;
/** For example a workbook in an OLE object in a presentation in a document. */
const DEPTH_MAX = 4;
/** Bytes by which a part is identified. */
const HEAD_BYTES = 8;
/** Opening a part counts as this many steps. */
const STEPS_OF_A_PART = 20;
/** The end of a zip's directory, and its length without a comment. @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT §4.3.16 */
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');
const ZIP_END_BYTES = 22;

/** How deep something is nested, and how much of what is embedded may still be unpacked. */
export interface Nesting {
  depth: number;
  bytesLeft: { count: number };
}

export const createNesting = (): Nesting => ({ depth: 0, bytesLeft: { count: EMBEDDED_MAX } });

/** A package that is being inspected. */
export interface Package {
  zip: ZipFile;
  entries: readonly Entry[];
  /** Those of them that are texts which Office imports when it opens the document. */
  imported: ReadonlySet<Entry>;
  work: Work;
}

/** Reads an embedded package; it may throw {Refused}. */
export type CheckPackage = (data: Buffer, nesting: Nesting) => Promise<unknown>;

/** What is held in memory, in all checks of this process: one after the other. */
let lastCheck: Promise<unknown> = Promise.resolve();

function runAlone<T>(work: () => Promise<T>): Promise<T> {
  const mine = lastCheck.then(work);
  lastCheck = mine.catch(() => undefined);
  return mine;
}

const isContainer = (head: Buffer): boolean => isCompoundFile(head) || isZip(head);

/** Refusals of embedded content that apply to the whole file; otherwise what is embedded is the owner's business. */
const isOfTheWhole = ({ code }: Refused): boolean =>
  code === 'macros' || code === 'too_complex' || code === 'old_office';

async function ignoreOtherRefusals(check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof Refused) || isOfTheWhole(error)) throw error;
  }
}

function takeBytes({ bytesLeft }: Nesting, count: number): void {
  bytesLeft.count -= count;
  if (bytesLeft.count < 0) throw new Refused('too_complex');
}

/** A zip without any bytes after its end: readers differ on whether these are allowed. */
function wholeZip(data: Buffer): Buffer {
  const at = data.lastIndexOf(ZIP_END);
  if (at < 0 || at + ZIP_END_BYTES > data.length) return data;
  return data.subarray(0, at + ZIP_END_BYTES + data.readUInt16LE(at + ZIP_END_BYTES - 2));
}

/**
 * Inspects embedded content that is completely in memory: a package, an OLE object, an old Office file, and what they contain.
 */
async function checkContainer(
  data: Buffer,
  { nesting, work, checkPackage }: { nesting: Nesting; work: Work; checkPackage: CheckPackage },
): Promise<void> {
  const inner = { ...nesting, depth: nesting.depth + 1 };
  if (inner.depth > DEPTH_MAX) throw new Refused('too_complex');
  if (isZip(data)) return ignoreOtherRefusals(() => checkPackage(wholeZip(data), inner));
  const checkInner = async (one: Inner): Promise<void> => {
    if (!isContainer(one.head)) return;
    takeBytes(nesting, one.size);
    await checkContainer(one.content(), { nesting: inner, work, checkPackage });
  };
  return ignoreOtherRefusals(async () => {
    for await (const one of checkCompound(data, work)) await checkInner(one);
  });
}

/** A part's bytes as they are unpacked. */
async function* unpack({ zip, work }: Package, entry: Entry, nesting: Nesting): AsyncGenerator<Buffer> {
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    const part = chunk as Buffer;
    takeBytes(nesting, part.length);
    const turn = work.bytes(part.length);
    if (turn) await turn;
    yield part;
  }
}

async function headOf(pack: Package, entry: Entry, nesting: Nesting): Promise<Buffer> {
  const turn = pack.work.step(STEPS_OF_A_PART);
  if (turn) await turn;
  let head: Buffer = Buffer.alloc(0);
  for await (const part of unpack(pack, entry, nesting)) {
    head = Buffer.concat([head, part]);
    if (head.length >= HEAD_BYTES) break;
  }
  return head;
}

async function readWhole(pack: Package, entry: Entry, nesting: Nesting): Promise<Buffer> {
  if (entry.uncompressedSize > HELD_MAX) throw new Refused('too_complex');
  const parts: Buffer[] = [];
  for await (const part of unpack(pack, entry, nesting)) parts.push(part);
  return Buffer.concat(parts);
}

async function checkPart(
  pack: Package,
  entry: Entry,
  { nesting, checkPackage }: { nesting: Nesting; checkPackage: CheckPackage },
): Promise<void> {
  const isImported = pack.imported.has(entry);
  const { work } = pack;
  if (!isImported && !isContainer(await headOf(pack, entry, nesting))) return;
  const look = async (): Promise<void> => {
    const data = await readWhole(pack, entry, nesting);
    if (isContainer(data)) await checkContainer(data, { nesting, work, checkPackage });
    else if (isImported)
      for await (const one of checkImported(data, work))
        if (isContainer(one)) await checkContainer(one, { nesting, work, checkPackage });
  };
  // deeper content is held while its outer content is: it must not wait for it
  await (nesting.depth === 0 ? runAlone(look) : look());
}

/**
 * Inspects what is embedded in a package, whatever its parts are called and whoever names them: packages within it are checked
 * like the whole, OLE objects and old Office files are searched for macros, texts that Office imports for anything that would
 * bring some. Only macros, a password, or too much of it lead to a refusal; any other embedded content is the owner's business.
 *
 * @throws {Refused} macros, old_office, too_complex
 */
export async function checkEmbedded(
  pack: Package,
  nesting: Nesting,
  checkPackage: CheckPackage,
): Promise<void> {
  for (const entry of pack.entries) {
    if (entry.isEncrypted() || entry.uncompressedSize < HEAD_BYTES) continue;
    await checkPart(pack, entry, { nesting, checkPackage });
  }
}
