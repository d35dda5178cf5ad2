import { compoundStreams } from './compoundFile.ts';
import { Refused } from './refusals.ts';
import type { Work } from './work.ts';

/** A directory entry of a compound file, and the name that a VBA project's stream has in it. @see [MS-CFB] §2.6, [MS-OVBA] §2.2.1 */
const ENTRY = 128;
const VBA_STREAM = '_VBA_PROJECT';
/** Bytes between two turns of the event loop. */
const SLICE = 1024 ** 2;

/**
 * A password-protected Office file is stored in it whole: nobody can tell what it contains, and Excel knows a password that it
 * tries without asking.
 */
const ENCRYPTED = 'encryptedpackage';
/** What Windows' Packager, or any OLE server, embedded unchanged. */
const NATIVE = '\u0001ole10native';
const WORKBOOKS: ReadonlySet<string> = new Set(['workbook', 'book']);
/** Records of an old workbook, and the kind of sheet that holds Excel 4 macros. @see [MS-XLS] §2.4.28, §2.4.117 */
const BOUND_SHEET = 0x85;
const FILE_PASS = 0x2f;
const END_OF_RECORDS = 0x0a;
const MACRO_SHEET = 1;

/** Also if the tables that lead to it are damaged: an entry begins at a multiple of its length. */
async function refuseVba(data: Buffer, work: Work): Promise<void> {
  for (let at = 0; at + ENTRY <= data.length; at += ENTRY) {
    if (at % SLICE === 0) await work.bytes(SLICE);
    if (data[at] !== 0x5f || data.readUInt16LE(at + 64) !== 2 * (VBA_STREAM.length + 1)) continue;
    const name = data.toString('utf16le', at, at + 2 * VBA_STREAM.length);
    if (name.toUpperCase() === VBA_STREAM) throw new Refused('macros');
  }
}

/** Checks the list of sheets at the beginning of an old workbook. @throws {Refused} macros, old_office */
function refuseMacroSheets(workbook: Buffer): void {
  for (let at = 0; at + 4 <= workbook.length;) {
    const type = workbook.readUInt16LE(at);
    const next = at + 4 + workbook.readUInt16LE(at + 2);
    if (type === FILE_PASS) throw new Refused('old_office');
    if (type === BOUND_SHEET && workbook[at + 9] === MACRO_SHEET) throw new Refused('macros');
    if (type === END_OF_RECORDS) return;
    at = next;
  }
}

/** Something within a file that may itself be a file. */
export interface Inner {
  /** Its first bytes; at least eight if it has that many. */
  head: Buffer;
  size: number;
  content(): Buffer;
}

const innerOf = (data: Buffer): Inner => ({ head: data, size: data.length, content: () => data });

/** What may be a file in a native stream: all of it, or what Packager wrote after its names. */
function nativeFiles(native: Buffer): Inner[] {
  const files = [innerOf(native.subarray(4))];
  let at = 6;
  // label and name, each terminated by a zero
  for (let i = 0; i < 2; i++) at = native.indexOf(0, at) + 1 || native.length;
  at += 4;
  if (at + 4 > native.length) return files;
  at += 4 + native.readUInt32LE(at);
  if (at + 4 > native.length) return files;
  return [...files, innerOf(native.subarray(at + 4, at + 4 + native.readUInt32LE(at)))];
}

/**
 * Searches an OLE object or an old Office file for VBA and Excel 4 macros.
 *
 * @returns what it contains that may itself be a file
 * @throws {Refused} macros, old_office (password), damaged, too_complex
 */
export async function* checkCompound(data: Buffer, work: Work): AsyncGenerator<Inner> {
  await refuseVba(data, work);
  for await (const stream of compoundStreams(data, work)) {
    const name = stream.name.toLowerCase();
    if (name === ENCRYPTED) throw new Refused('old_office');
    if (WORKBOOKS.has(name)) refuseMacroSheets(stream.content());
    if (name === NATIVE) yield* nativeFiles(stream.content());
    else yield { head: stream.head(), size: stream.size, content: () => stream.content() };
  }
}
