import { posix } from 'node:path';
import { Refused } from './refusals.ts';
import type { Work } from './work.ts';
import { eachTag } from './xmlTags.ts';

const OOXML = 'application/vnd.openxmlformats-officedocument.';
/**
 * Main parts of documents without macros: what is between OOXML and `.main+xml`, and between OOXML and nothing for the document.
 */
const MAIN_PARTS = [
  'wordprocessingml.document',
  'wordprocessingml.template',
  'spreadsheetml.sheet',
  'spreadsheetml.template',
  'presentationml.presentation',
  'presentationml.slideshow',
  'presentationml.template',
];
/** Content types of VBA projects, ActiveX controls, Excel 4 macro sheets and of documents that may hold them. */
const MACRO_TYPES = /macroenabled|vbaproject|vbadata|macrosheet|activex/i;
/** What Office follows to a VBA project, a control or a macro sheet: the last part of a relationship's type. */
const MACRO_RELATIONSHIPS =
  /\/(vbaproject\w*|wordvbadata|xlmacrosheet|xlintlmacrosheet|control|activexcontrolbinary)$/i;
/** What Word imports into a document when it opens it: another document, a web page, RTF, XML. @see ECMA-376-1 §17.17.2 */
const IMPORTED = /\/afchunk$/i;
const TEMPLATE = /\/attachedtemplate$/i;
/** A template on the disk of whoever wrote the document: other machines do not have it. */
const LOCAL = /^(?:file:\/{0,3})?[a-z]:[\\/]|^file:\/{3}(?![\\/])|^\/(?![\\/])/i;

/** True if opening the document would fetch a template, or a part, from elsewhere: a server, a share. */
function isFetched(target: string): boolean {
  const plain = target.trim();
  // without a scheme it is a name relative to the document
  const hasPlace = /^[a-z][a-z\d+.-]*:|^[\\/]{2}/i.test(plain);
  return hasPlace && !LOCAL.test(plain);
}

/**
 * The document's media type by what its parts are declared as; null if it is none that we accept.
 *
 * @param data  `[Content_Types].xml`
 * @throws {Refused} macros, damaged, too_complex
 * @see ECMA-376-2 §7.2.3 (content types)
 */
export async function documentType(data: Buffer, work: Work): Promise<string | null> {
  let found: string | null = null;
  await eachTag(data, work, (name, attributes) => {
    if (name !== 'Default' && name !== 'Override') return;
    const type = attributes.get('ContentType') ?? '';
    if (MACRO_TYPES.test(type)) throw new Refused('macros');
    const main = MAIN_PARTS.find((part) => type.trim().toLowerCase() === `${OOXML}${part}.main+xml`);
    if (main !== undefined) found ??= `${OOXML}${main}`;
  });
  return found;
}

/**
 * Returns if nothing that a part refers to runs or brings macros, whatever its name.
 *
 * @param data  a `.rels` part
 * @returns targets of what Word imports, as written there
 * @throws {Refused} macros, damaged, too_complex
 * @see ECMA-376-2 §6.5 (relationships)
 */
export async function checkRelationships(data: Buffer, work: Work): Promise<string[]> {
  const imported: string[] = [];
  await eachTag(data, work, (name, attributes) => {
    if (name !== 'Relationship') return;
    const type = (attributes.get('Type') ?? '').trim();
    const outside = attributes.get('TargetMode')?.trim().toLowerCase() === 'external';
    const target = attributes.get('Target') ?? '';
    const fetched = (TEMPLATE.test(type) || IMPORTED.test(type)) && outside && isFetched(target);
    if (MACRO_RELATIONSHIPS.test(type) || fetched) throw new Refused('macros');
    if (IMPORTED.test(type) && !outside) imported.push(target);
  });
  return imported;
}

/** Longest target of a relationship, in characters, that is followed: no part name is that long. */
const TARGET_MAX = 4096;

/**
 * Name of the part that a relationship leads to, as Office compares names.
 *
 * @param rels  name of the `.rels` part
 * @throws {Refused} too_complex
 */
export function targetName(rels: string, target: string): string {
  if (target.length > TARGET_MAX) throw new Refused('too_complex');
  const folder = posix.dirname(posix.dirname(rels));
  let plain = target;
  try {
    plain = decodeURIComponent(target);
  } catch {
    // no escapes, only a percent sign
  }
  return posix
    .join('/', folder, posix.isAbsolute(plain) ? posix.relative(`/${folder}`, plain) : plain)
    .slice(1)
    .toLowerCase();
}
