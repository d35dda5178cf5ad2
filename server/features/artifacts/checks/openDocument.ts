import { Refused } from './refusals.ts';
import type { Work } from './work.ts';
import { eachTag } from './xmlTags.ts';

/** Where OpenDocument packages list the types of their parts. */
export const MANIFEST = /(^|\/)meta-inf\/manifest\.xml$/;
/** Lists of Basic libraries, each of which may be elsewhere. */
export const LIBRARIES = /(^|\/)(basic|dialogs)\/([^/]+\/)?(script|dialog)-l[bc]\.xml$/;

const LIBRARY_LIST = /^script-l[bc]\.xml$/;

/**
 * Macros of OpenDocument packages, and of documents within them: Basic modules (an empty library has none), scripts, and VBA that
 * was kept unchanged. By folder, in one pass: a pattern over the whole name would try a name of 4 MB from each of its slashes.
 *
 * @param name  as names are compared: in lower case, with `/`
 */
export function isMacroName(name: string): boolean {
  const folders = name.split('/');
  const file = folders.pop() ?? '';
  if ([...folders, file].some((part) => part.startsWith('_ms_vba_') || part.startsWith('_vba_project')))
    return true;
  if (file === '') return false;
  if (folders.includes('scripts')) return true;
  return folders.at(-2) === 'basic' && folders.at(-1) !== '' && !LIBRARY_LIST.test(file);
}

/**
 * Returns if a manifest names no macros and no password: what is encrypted cannot be inspected, and so neither can its macros.
 *
 * @param data  `META-INF/manifest.xml`
 * @throws {Refused} macros, old_office (password), damaged, too_complex
 * @see OpenDocument 1.3 part 2 §4
 */
export async function checkManifest(data: Buffer, work: Work): Promise<void> {
  const onTag = (name: string, attributes: ReadonlyMap<string, string>): void => {
    if (name === 'encryption-data') throw new Refused('old_office');
    const path = (attributes.get('full-path') ?? '').replaceAll('\\', '/').toLowerCase();
    if (name === 'file-entry' && isMacroName(path)) throw new Refused('macros');
  };
  await eachTag(data, work, onTag, 'plain');
}

/**
 * Returns if no library of a list is elsewhere: such a library would be loaded with the document.
 *
 * @throws {Refused} macros, damaged, too_complex
 */
export async function checkLibraries(data: Buffer, work: Work): Promise<void> {
  const onTag = (name: string, attributes: ReadonlyMap<string, string>): void => {
    if (name !== 'library') return;
    const isLinked = attributes.get('link')?.trim().toLowerCase() === 'true';
    if (isLinked || attributes.has('href')) throw new Refused('macros');
  };
  await eachTag(data, work, onTag, 'plain');
}
