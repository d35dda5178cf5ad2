import { Refused } from './refusals.ts';
import type { Work } from './work.ts';

/**
 * Characters searched at once, a few milliseconds at most, and how many before them are included because a mark may have begun
 * there.
 */
const SLICE = 16 * 1024;
const OVERLAP = 256;
/** Characters of escapes whose reading counts as one step. */
const SIGNS_OF_A_STEP = 20;
/**
 * What brings macros or objects in texts that Word imports: VBA beside a web page (Edit-Time-Data, ActiveMime), parts of a
 * package or of Word 2003 written as XML, objects and templates in RTF.
 */
const MARKS =
  /activemime|edit-time-data|x-mso\b|\.mso\b|vbaproject|vbadata|macrospresent|macroenabled|macrosheet|attachedtemplate|\\obj(?:data|emb|link|autlink|ocx|html|sub|pub|icemb)|\\template\b/i;
const ENTITY = /&#(?:(\d{1,7})|x([\da-f]{1,6}));?/gi;
const BASE64_PART = /content-transfer-encoding:[ \t]*base64/gi;
const BLANK_LINE = /\r?\n\r?\n/g;

function decode(data: Buffer): string {
  const [a, b] = data;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return data.toString('utf16le');
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c))
    return Buffer.from(data.subarray(0, data.length & ~1))
      .swap16()
      .toString('utf16le');
  // marks are ASCII
  return data.toString('latin1');
}

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** With everything replaced that can stand for other characters: entities, and quoted-printable of web archives. */
function plain(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/=([\da-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(ENTITY, (_all, decimal?: string, hex?: string) =>
      character(decimal === undefined ? parseInt(hex ?? '0', 16) : Number(decimal)),
    );
}

async function refuseMarks(text: string, work: Work): Promise<void> {
  for (let at = 0; at < text.length; at += SLICE) {
    await work.turn();
    const slice = text.slice(Math.max(0, at - OVERLAP), at + SLICE);
    const said = plain(slice);
    // most of the work is in escapes that stand for other characters
    void work.step(1 + Math.floor((slice.length - said.length) / SIGNS_OF_A_STEP));
    if (MARKS.test(slice) || MARKS.test(said)) throw new Refused('macros');
  }
}

/** Where `pattern` next ends in `text`, from a position on; the text's length if it does not match. */
function endOf(pattern: RegExp, text: string, from: number): number {
  const search = new RegExp(pattern);
  search.lastIndex = from;
  return search.exec(text) ? search.lastIndex : text.length;
}

/**
 * Parts of a web archive that it contains as base64. None begins within another, so that all text is read once, however it was
 * made.
 */
function* encodedParts(text: string): Generator<Buffer> {
  for (let at = endOf(BASE64_PART, text, 0); at < text.length; at = endOf(BASE64_PART, text, at)) {
    const body = endOf(BLANK_LINE, text, at);
    const end = text.indexOf('\n--', body);
    at = end < 0 ? text.length : end;
    if (body < at) yield Buffer.from(text.slice(body, at), 'base64');
  }
}

/**
 * Searches a text that Word imports when it opens the document (`altChunk`): a web page, a web archive, RTF, XML.
 *
 * @returns parts of it that may be separate files
 * @throws {Refused} macros
 * @see ECMA-376-1 §17.17.2 (alternative format import)
 */
export async function* checkImported(data: Buffer, work: Work): AsyncGenerator<Buffer> {
  const text = decode(data);
  await refuseMarks(text, work);
  for (const part of encodedParts(text)) {
    await refuseMarks(decode(part), work);
    yield part;
  }
}
