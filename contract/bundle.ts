import { z } from 'zod';
import { Sha256 } from './common.ts';

/** The newest version of the manifest's format. The content has a `schemaVersion` of its own. */
export const BUNDLE_VERSION = 1;

/** Files of a bundle with a fixed path. */
export const MANIFEST_PATH = 'bundle.json';
export const PATHWAY_PATH = 'pathway.json';
export const FRAMEWORK_PATH = 'framework.json';
/** Folder of the observation form, if the bundle is of one: `forms/<slug>.json`. */
export const FORMS_FOLDER = 'forms/';
/** Folder of all other files; `path` of a file block is below it. */
export const FILES_FOLDER = 'files/';

/** Most files of a bundle, and longest path of one, in characters. */
export const BUNDLE_FILES_MAX = 2000;
const BUNDLE_PATH_MAX = 255;
/** All files together, unpacked; and the zip itself. */
export const BUNDLE_BYTES_MAX = 200 * 1024 ** 2;

/** A file of a bundle as its manifest lists it. */
export const BundledFile = z.strictObject({
  path: z.string().min(1).max(BUNDLE_PATH_MAX),
  size: z.number().int().min(0),
  sha256: Sha256,
});
export type BundledFile = z.infer<typeof BundledFile>;

/** `bundle.json`: what a bundle holds, and its licence. It lists every file except itself. */
export const BundleManifest = z.strictObject({
  schemaVersion: z.literal(BUNDLE_VERSION),
  kind: z.enum(['pathway', 'form']),
  title: z.string().max(255),
  licence: z.string().max(120),
  /** Who made it, and where it comes from. */
  source: z.string().max(500),
  files: z.array(BundledFile).min(1).max(BUNDLE_FILES_MAX),
});
export type BundleManifest = z.infer<typeof BundleManifest>;

/** Why a path is not safe to use on every system. */
export type PathFault =
  'empty' | 'too_long' | 'absolute' | 'backslash' | 'segment' | 'character' | 'reserved';

/** Characters that a file name cannot have on every system, and those that cannot be seen or change the reading direction. */
const BAD_CHARACTER = /[<>:"|?*\p{Cc}\p{Cs}\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/u;
/** Devices of Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** The first reason why a path within a bundle cannot be used; null if it can. Paths have slashes and name a file, not a folder. */
export function findPathFault(path: string): PathFault | null {
  if (path === '') return 'empty';
  if (path.length > BUNDLE_PATH_MAX) return 'too_long';
  if (path.includes('\\')) return 'backslash';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'absolute';
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || /^\.\.?$|[. ]$|^ /.test(segment))) return 'segment';
  if (BAD_CHARACTER.test(path)) return 'character';
  return segments.some((segment) => DEVICE.test(segment)) ? 'reserved' : null;
}

/** The same for all paths that some file system takes for the same: ignoring case and the form of composed characters. */
export function pathIdentity(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

/** Why a bundle is refused. Nothing of a refused bundle is kept. */
export const BundleFault = z.enum([
  // the archive
  'not_found',
  'damaged',
  'encrypted',
  'too_many_files',
  'file_too_large',
  'bundle_too_large',
  'bomb',
  // names
  'bad_path',
  'duplicate_path',
  'not_a_file',
  'unexpected_file',
  // JSON
  'byte_order_mark',
  'not_utf8',
  'not_json',
  'duplicate_member',
  'too_deep',
  // what it says and what it has
  'unknown_version',
  'wrong_content',
  'no_pathway',
  'missing_file',
  'unlisted_file',
  'digest',
  'file_type',
]);
export type BundleFault = z.infer<typeof BundleFault>;

/** Details of BUNDLE_REFUSED. */
export const BundleRefusal = z.strictObject({
  fault: BundleFault,
  /** Of the file that is at fault, in the bundle; null for the bundle itself. */
  path: z.string().nullable(),
});
export type BundleRefusal = z.infer<typeof BundleRefusal>;
