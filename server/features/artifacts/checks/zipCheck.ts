import { Readable } from 'node:stream';
import mongoose from 'mongoose';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { ChunkMissingError, type Source } from '../storage/chunkReader.ts';
import { Refused } from './refusals.ts';

const ENTRIES_MAX = 20_000;
const UNPACKED_MAX = 4 * 1024 ** 3;
/** Office documents shrink to a twentieth or so; bombs to a thousandth. */
const RATIO_MAX = 200;
/** Below this, the ratio says nothing. */
const RATIO_FREE_BYTES = 64 * 1024 ** 2;
const CONTENT_TYPES = '[Content_Types].xml';
const CONTENT_TYPES_MAX = 1024 * 1024;
const MIMETYPE_MAX = 200;

const OOXML = 'application/vnd.openxmlformats-officedocument.';
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument.';
/** Main parts of documents without macros → media type of the document. */
const MAIN_PARTS: readonly (readonly [string, string])[] = [
  ['wordprocessingml.document', `${OOXML}wordprocessingml.document`],
  ['wordprocessingml.template', `${OOXML}wordprocessingml.template`],
  ['spreadsheetml.sheet', `${OOXML}spreadsheetml.sheet`],
  ['spreadsheetml.template', `${OOXML}spreadsheetml.template`],
  ['presentationml.presentation', `${OOXML}presentationml.presentation`],
  ['presentationml.slideshow', `${OOXML}presentationml.slideshow`],
  ['presentationml.template', `${OOXML}presentationml.template`],
];
const MACROS_IN_TYPES = /macroEnabled|vbaProject|macrosheet|activeX/i;
/** OpenDocument macros: Basic modules (an empty library has none) and scripts. */
const MACROS_IN_NAMES =
  /(^|\/)vbaProject\.bin$|^Basic\/[^/]+\/(?!script-l[bc]\.xml$)[^/]+\.xml$|^Scripts\/.+[^/]$/i;
const OTHER_DOCUMENTS = /^Index\/.*\.iwa$|^Index\.zip$|^META-INF\/container\.xml$/;

class SourceReader extends RandomAccessReader {
  readonly #source: Source;

  constructor(source: Source) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#source.stream(start, end), { objectMode: false });
  }
}

async function readEntry(zip: ZipFile, entry: Entry, max: number): Promise<string> {
  if (entry.isEncrypted()) throw new Refused('old_office');
  if (entry.uncompressedSize > max) throw new Refused('damaged');
  const parts: Buffer[] = [];
  // yauzl ends with an error where the entry unpacks to more than it says
  for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

interface Contents {
  contentTypes: string | null;
  mimetype: string | null;
  otherDocument: boolean;
}

/** Weighs what an archive would unpack to, without unpacking it. */
class Weight {
  #packed = 0;
  #unpacked = 0;
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  add(entry: Entry): void {
    this.#packed += entry.compressedSize;
    this.#unpacked += entry.uncompressedSize;
    // more packed bytes than the file has: entries overlap, the mark of a bomb
    const tooDense = this.#unpacked > RATIO_FREE_BYTES && this.#unpacked > this.#size * RATIO_MAX;
    if (this.#packed > this.#size || this.#unpacked > UNPACKED_MAX || tooDense) throw new Refused('archive');
  }
}

async function readContents(zip: ZipFile, size: number): Promise<Contents> {
  if (zip.entryCount > ENTRIES_MAX) throw new Refused('archive');
  const weight = new Weight(size);
  const contents: Contents = { contentTypes: null, mimetype: null, otherDocument: false };
  for await (const entry of zip.eachEntry()) {
    weight.add(entry);
    const { fileName } = entry;
    if (MACROS_IN_NAMES.test(fileName)) throw new Refused('macros');
    if (OTHER_DOCUMENTS.test(fileName)) contents.otherDocument = true;
    if (fileName === CONTENT_TYPES) {
      // two of them: one for us, another for the reader
      if (contents.contentTypes !== null) throw new Refused('damaged');
      contents.contentTypes = await readEntry(zip, entry, CONTENT_TYPES_MAX);
    }
    if (fileName === 'mimetype') contents.mimetype ??= await readEntry(zip, entry, MIMETYPE_MAX);
  }
  return contents;
}

function typeOf(contents: Contents): string {
  const { contentTypes, mimetype } = contents;
  if (mimetype?.startsWith(OPEN_DOCUMENT)) return mimetype.trim();
  if (contentTypes !== null) {
    if (MACROS_IN_TYPES.test(contentTypes)) throw new Refused('macros');
    const main = MAIN_PARTS.find(([part]) => contentTypes.includes(`${OOXML}${part}.main+xml`));
    if (main) return main[1];
    throw new Refused('other_document');
  }
  throw new Refused(contents.otherDocument || mimetype !== null ? 'other_document' : 'archive');
}

const isOurFault = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoError || error instanceof ChunkMissingError;

/**
 * Reads a zip as an Office (OOXML) or OpenDocument file: its directory, its type and whether it carries macros. Nothing but the
 * type's own entry is unpacked.
 *
 * @returns the document's media type
 * @throws {Refused} archive, macros, old_office (password), other_document, damaged
 */
export async function checkZip(source: Source): Promise<string> {
  let zip: ZipFile | null = null;
  try {
    zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, { autoClose: false });
    return typeOf(await readContents(zip, source.size));
  } catch (error) {
    if (error instanceof Refused || isOurFault(error)) throw error;
    throw new Refused('damaged');
  } finally {
    zip?.close();
  }
}
