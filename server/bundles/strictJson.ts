import { NESTING_MAX } from '../../contract/nesting.ts';
import { endSlice } from '../slices.ts';
import { refuse } from './refusals.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An object with the names seen so far, or a list with the number of its current item. */
type Level = { readonly names: Set<string>; name: string } | { item: number };

const pathOf = (levels: readonly Level[]): string =>
  levels.map((level) => ('names' in level ? level.name : level.item)).join('.');

/** Where a string ends that begins at `start`: the place after its closing quote. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}
const BACKSLASH = 0x5c;

const WHITE_SPACE = ' \t\n\r';

/** Characters after which other work gets a turn: about ten milliseconds. */
const SLICE = 256 * 1024;

/** Walks a valid JSON text once, without recursion and in slices. */
class Structure {
  readonly #text: string;
  readonly #levels: Level[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** What it has against the text; null if nothing. */
  async findFault(): Promise<{ fault: 'duplicate_member' | 'too_deep'; at: string } | null> {
    let sliceEnd = SLICE;
    for (let at = 0; at < this.#text.length; at += 1) {
      if (at >= sliceEnd) {
        await endSlice();
        sliceEnd = at + SLICE;
      }
      const mark = this.#text.charAt(at);
      if (mark !== '"') {
        this.#enter(mark);
        if (this.#levels.length > NESTING_MAX) return { fault: 'too_deep', at: '' };
        continue;
      }
      const end = endOfString(this.#text, at);
      if (this.#isName(end) && !this.#addName(this.#text.slice(at, end)))
        return { fault: 'duplicate_member', at: pathOf(this.#levels) };
      at = end - 1;
    }
    return null;
  }

  #enter(mark: string): void {
    const level = this.#levels.at(-1);
    if (mark === '{') this.#levels.push({ names: new Set(), name: '' });
    else if (mark === '[') this.#levels.push({ item: 0 });
    else if (mark === '}' || mark === ']') this.#levels.pop();
    else if (mark === ',' && level && 'item' in level) level.item += 1;
  }

  /** Whether the string that ended here is the name of a member. */
  #isName(end: number): boolean {
    let at = end;
    while (at < this.#text.length && WHITE_SPACE.includes(this.#text.charAt(at))) at += 1;
    return this.#text.charAt(at) === ':';
  }

  /** @returns whether it is new in its object; names are the same however their characters are escaped */
  #addName(quoted: string): boolean {
    const level = this.#levels.at(-1);
    if (!level || !('names' in level)) return true;
    level.name = JSON.parse(quoted) as string;
    if (level.names.has(level.name)) return false;
    level.names.add(level.name);
    return true;
  }
}

/**
 * Parses JSON that must mean the same to every reader: UTF-8 without a byte order mark, no member twice in an object, not nested
 * deeper than content can be.
 *
 * @param path  of the file, for the message
 * @throws {AppError} BUNDLE_REFUSED with the reason
 */
export async function parseStrictJson(bytes: Buffer, path: string): Promise<unknown> {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) throw refuse('byte_order_mark', path);
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    throw refuse('not_utf8', path);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse('not_json', path, error instanceof SyntaxError ? `${error.message}.` : '');
  }
  await endSlice();
  const found = await new Structure(text).findFault();
  if (found) throw refuse(found.fault, path, found.at === '' ? '' : `It is at ${found.at}.`);
  return value;
}
