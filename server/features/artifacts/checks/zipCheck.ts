import mongoose from 'mongoose';
import { fromRandomAccessReaderPromise, type Entry, type ZipFile } from 'yauzl';
import { bufferSource, ChunkMissingError } from '../storage/chunkReader.ts';
import { SourceReader } from '../storage/sourceReader.ts';
import { checkEmbedded, createNesting, type Nesting } from './embedded.ts';
import { checkRelationships, documentType, targetName } from './officeParts.ts';
import { checkLibraries, checkManifest, isMacroName, LIBRARIES, MANIFEST } from './openDocument.ts';
import { Refused } from './refusals.ts';
import { pace, type PacedSource, type Work } from './work.ts';

const ENTRIES_MAX = 20_000;
const UNPACKED_MAX = 4 * 1024 ** 3;
/** Office documents shrink to about a twentieth; bombs to a thousandth. */
const RATIO_MAX = 200;
/** Below this, the ratio means nothing. */
const RATIO_FREE_BYTES = 64 * 1024 ** 2;
const CONTENT_TYPES = '[content_types].xml';
const CONTENT_TYPES_MAX = 4 * 1024 ** 2;
const RELATIONSHIPS = /(^|\/)_rels\/[^/]*\.rels$/;
/** A sheet with as many links as Excel allows has 10 MiB of relationships. */
const RELATIONSHIPS_MAX = 16 * 1024 ** 2;
const ALL_RELATIONSHIPS_MAX = 64 * 1024 ** 2;
const MIMETYPE_MAX = 200;
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument.';
/** A VBA project by its usual name; Office finds its own through relationships. */
const VBA_PROJECT = /(^|\/)vbaproject\.bin$/;
const MANIFEST_MAX = 4 * 1024 ** 2;
/** A part in pieces, which readers combine: none of Office's writers creates them. */
const PIECE = /\/\[\d+\](\.last)?\.piece$/;
const OTHER_DOCUMENTS = /^index\/.*\.iwa$|^index\.zip$|^meta-inf\/container\.xml$/;

async function readEntry(zip: ZipFile, entry: Entry, max: number): Promise<Buffer> {
  if (entry.isEncrypted()) throw new Refused('old_office');
  if (entry.uncompressedSize > max) throw new Refused('too_complex');
  const parts: Buffer[] = [];
  // yauzl fails if the entry unpacks to more than it declares
  for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

interface Contents {
  /** Names as Office compares them. */
  seen: Set<string>;
  hasTypes: boolean;
  mediaType: string | null;
  mimetype: string | null;
  otherDocument: boolean;
  /** Bytes of relationships so far. */
  relationships: number;
  /** All except folders. */
  parts: Entry[];
  /** Names of parts that Word imports when it opens the document. */
  imported: Set<string>;
  /** Whether it has the manifest of an OpenDocument package, and parts with the names that macros have in one. */
  hasManifest: boolean;
  hasMacroNames: boolean;
}

const isOpenDocument = ({ mimetype }: Contents): boolean => mimetype?.startsWith(OPEN_DOCUMENT) === true;
const isDocument = (contents: Contents): boolean =>
  contents.hasTypes || contents.hasManifest || isOpenDocument(contents);

/** Calculates what an archive would unpack to, without unpacking it. */
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
    // more packed bytes than the file has: entries overlap, the sign of a bomb
    const tooDense = this.#unpacked > RATIO_FREE_BYTES && this.#unpacked > this.#size * RATIO_MAX;
    if (this.#packed > this.#size || this.#unpacked > UNPACKED_MAX || tooDense) throw new Refused('archive');
  }
}

/** A part's name as Office compares it: ignoring case, with one kind of slash. @see ECMA-376-2 §6.2.2.3 */
function partName(entry: Entry): string {
  return entry.fileName.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();
}

/** What OpenDocument programs read about macros. */
async function readOpenDocument(zip: ZipFile, entry: Entry, work: Work): Promise<void> {
  const name = partName(entry);
  if (MANIFEST.test(name)) await checkManifest(await readEntry(zip, entry, MANIFEST_MAX), work);
  if (LIBRARIES.test(name)) await checkLibraries(await readEntry(zip, entry, MANIFEST_MAX), work);
}

/** What Office reads to find its parts. */
async function readPart(zip: ZipFile, entry: Entry, contents: Contents, work: Work): Promise<void> {
  const name = partName(entry);
  if (name === 'mimetype') contents.mimetype ??= (await readEntry(zip, entry, MIMETYPE_MAX)).toString('utf8');
  const isTypes = name === CONTENT_TYPES;
  if (!isTypes && !RELATIONSHIPS.test(name)) return;
  // two of them: one for us, another for the reader
  if (contents.seen.has(name)) throw new Refused('damaged');
  contents.seen.add(name);
  if (isTypes) {
    contents.hasTypes = true;
    contents.mediaType = await documentType(await readEntry(zip, entry, CONTENT_TYPES_MAX), work);
    return;
  }
  contents.relationships += entry.uncompressedSize;
  if (contents.relationships > ALL_RELATIONSHIPS_MAX) throw new Refused('too_complex');
  for (const target of await checkRelationships(await readEntry(zip, entry, RELATIONSHIPS_MAX), work))
    contents.imported.add(targetName(name, target));
}

async function readContents(zip: ZipFile, source: PacedSource): Promise<Contents> {
  if (zip.entryCount > ENTRIES_MAX) throw new Refused('archive');
  const weight = new Weight(source.size);
  const contents: Contents = {
    seen: new Set(),
    hasTypes: false,
    mediaType: null,
    mimetype: null,
    otherDocument: false,
    relationships: 0,
    parts: [],
    imported: new Set(),
    hasManifest: false,
    hasMacroNames: false,
  };
  for await (const entry of zip.eachEntry()) {
    weight.add(entry);
    const name = partName(entry);
    if (VBA_PROJECT.test(name)) throw new Refused('macros');
    if (MANIFEST.test(name)) contents.hasManifest = true;
    if (isMacroName(name)) contents.hasMacroNames = true;
    if (PIECE.test(name)) throw new Refused('damaged');
    if (OTHER_DOCUMENTS.test(name)) contents.otherDocument = true;
    if (!name.endsWith('/')) contents.parts.push(entry);
    await readPart(zip, entry, contents, source.work);
    await readOpenDocument(zip, entry, source.work);
  }
  // in an archive a folder of scripts is just a folder
  if (contents.hasMacroNames && isDocument(contents)) throw new Refused('macros');
  return contents;
}

function typeOf(contents: Contents): string {
  const { hasTypes, mediaType, mimetype, otherDocument } = contents;
  if (mimetype !== null && isOpenDocument(contents)) return mimetype.trim();
  if (mediaType !== null) return mediaType;
  throw new Refused(hasTypes || otherDocument || mimetype !== null ? 'other_document' : 'archive');
}

const isOurFault = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoError || error instanceof ChunkMissingError;

async function checkPackage(source: PacedSource, nesting: Nesting): Promise<string> {
  let zip: ZipFile | null = null;
  try {
    zip = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, { autoClose: false });
    const contents = await readContents(zip, source);
    // nested content may be of any type, and is inspected all the same
    const type = nesting.depth === 0 ? typeOf(contents) : '';
    const { parts: entries, imported: names } = contents;
    const imported = new Set(entries.filter((entry) => names.has(partName(entry))));
    await checkEmbedded({ zip, entries, imported, work: source.work }, nesting, (data, inner) =>
      checkPackage(pace(bufferSource(data), source.work), inner),
    );
    return type;
  } catch (error) {
    if (error instanceof Refused || isOurFault(error)) throw error;
    throw new Refused('damaged');
  } finally {
    zip?.close();
  }
}

/**
 * Reads a zip as an Office (OOXML) or OpenDocument file: its directory, its type and whether it contains or loads macros, itself
 * or in embedded content. Of each part the beginning is unpacked; parts that can contain macros are unpacked completely.
 *
 * @returns the document's media type
 * @throws {Refused} archive, macros, old_office (password), other_document, damaged, too_complex
 */
export function checkZip(source: PacedSource): Promise<string> {
  return checkPackage(source, createNesting());
}
