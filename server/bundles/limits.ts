import { BUNDLE_FILES_MAX } from '../../contract/bundle.ts';
import { CONTENT_FILE_BYTES_MAX } from '../../contract/contentFiles.ts';

/** Most entries of a folder or zip, folders included. */
export const ENTRIES_MAX = BUNDLE_FILES_MAX;
/** Largest `pathway.json`. */
export const PATHWAY_BYTES_MAX = 5_000_000;
/** Largest observation form: it has no long texts. */
export const FORM_BYTES_MAX = 2_000_000;
/** Largest `bundle.json`: 2,000 files with long names. */
export const MANIFEST_BYTES_MAX = 2 * 1024 ** 2;
/** Largest `framework.json`. */
export const FRAMEWORK_BYTES_MAX = 20 * 1024 ** 2;
/** Largest file of any kind. */
export const READ_BYTES_MAX = Math.max(CONTENT_FILE_BYTES_MAX, FRAMEWORK_BYTES_MAX);
/** Text and Office documents shrink to about a twentieth, bombs to a thousandth. */
export const RATIO_MAX = 200;
/** Below this, the ratio means nothing. */
export const RATIO_FREE_BYTES = 1024 ** 2;
