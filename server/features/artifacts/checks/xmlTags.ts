import { SaxesParser } from 'saxes';
import { Refused } from './refusals.ts';
import type { Work } from './work.ts';

/** Characters parsed at once. */
const PART = 16 * 1024;
/** What parsing them costs, whatever they are: a package in a package may have texts of its own, and so on. */
const STEPS_OF_A_PART = 80;
/** Encodings that Office writes and reads; in others, Office could read the same bytes differently than we do. */
const ENCODINGS = /^(utf-8|utf-16|us-ascii|ascii|iso-8859-1|windows-1252)$/i;

/** What we read is three levels deep. */
const DEPTH_MAX = 32;
/** Attributes of one tag; with all namespaces that Office declares, a root has forty. */
const ATTRIBUTES_MAX = 200;

/** Prefixes are cut off, not looked up: the lookup goes up all levels for each name. */
const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function decode(data: Buffer): string {
  const [a, b] = data;
  const utf16 = (a === 0xff && b === 0xfe) || (a === 0x3c && b === 0) ? 'utf-16le' : null;
  const encoding = utf16 ?? ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c) ? 'utf-16be' : 'utf-8');
  return new TextDecoder(encoding).decode(data);
}

/**
 * Reads XML in slices and reports each tag with its attributes, names without their prefixes. Entities are XML's own five and
 * numbers; a DOCTYPE, which could declare others, is refused.
 *
 * @param doctype  `plain` accepts one that declares nothing itself, as OpenOffice wrote it
 * @throws {Refused} damaged if it is not well formed, too_complex
 */
export async function eachTag(
  data: Buffer,
  work: Work,
  onTag: (name: string, attributes: ReadonlyMap<string, string>) => void,
  doctype: 'none' | 'plain' = 'none',
): Promise<void> {
  const parser = new SaxesParser({ xmlns: false });
  const refuse = (): never => {
    throw new Refused('damaged');
  };
  parser.on('error', refuse);
  parser.on('doctype', (text) => {
    if (doctype === 'none' || text.includes('[')) refuse();
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !ENCODINGS.test(encoding)) refuse();
  });
  let depth = 0;
  let count = 0;
  // they are put together only at the tag's end, all at once
  parser.on('attribute', () => {
    count += 1;
    if (count > ATTRIBUTES_MAX) throw new Refused('too_complex');
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    count = 0;
    if (depth > DEPTH_MAX) throw new Refused('too_complex');
    void work.step();
    onTag(
      localName(name),
      new Map(Object.entries(attributes).map(([key, value]) => [localName(key), value])),
    );
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  const text = decode(data);
  for (let at = 0; at < text.length; at += PART) {
    void work.step(STEPS_OF_A_PART);
    parser.write(text.slice(at, at + PART));
    await work.turn();
  }
  parser.close();
}
