import { BUNDLE_BYTES_MAX, type BundleFault, type BundleRefusal } from '../../contract/bundle.ts';
import { CONTENT_FILE_BYTES_MAX } from '../../contract/contentFiles.ts';
import { AppError } from '../errors.ts';
import { ENTRIES_MAX } from './limits.ts';

const MIB = 1024 ** 2;

/** What is wrong and what to do about it; `{path}` is the file at fault. */
const SENTENCES: Readonly<Record<BundleFault, string>> = {
  not_found:
    'There is no bundle here: name a folder that contains pathway.json or a form in the folder forms, or a zip of its contents.',
  damaged: 'This is not a zip file, or it is damaged. Make it again.',
  encrypted: '{path} has a password. Make the zip without one.',
  too_many_files: `There are more than ${ENTRIES_MAX.toLocaleString('en')} files and folders in it. Remove those that no module uses.`,
  file_too_large: `{path} is too large: pathway.json may have 5 MB, other files ${CONTENT_FILE_BYTES_MAX / MIB} MiB. Link to it instead.`,
  bundle_too_large: `All files together have more than ${BUNDLE_BYTES_MAX / MIB} MiB. Link to the largest instead.`,
  bomb: '{path} unpacks to far more than any document does. Remove it.',
  bad_path:
    '{path} is a name that cannot be used everywhere: it leads out of the bundle or has characters that some systems do not allow. Rename it.',
  duplicate_path: '{path} is in it twice, or differs from another file only by case or accents. Rename one.',
  not_a_file: '{path} is a link or a device. Replace it with the file itself.',
  unexpected_file:
    '{path} does not belong in a bundle: it holds bundle.json and framework.json, and pathway.json with the folder files, or one form in the folder forms. Remove it. If everything is in one folder, zip what is in that folder.',
  byte_order_mark: '{path} begins with a byte order mark. Save it as UTF-8 without one.',
  not_utf8: '{path} is not encoded as UTF-8. Save it as UTF-8.',
  not_json: '{path} is not JSON.',
  duplicate_member: '{path} has the same member twice in one object, and it is not clear which one counts.',
  too_deep: '{path} is nested too deeply.',
  unknown_version:
    '{path} has a schema version that this Waymark does not know. Update Waymark, or export it again.',
  wrong_content: '{path} does not have the form that its schema describes.',
  no_pathway:
    'There is no pathway.json at the top of it, and no form in the folder forms. If it is in a folder, zip what is in that folder.',
  missing_file: '{path} is not in it. Add it, or remove what refers to it.',
  unlisted_file: '{path} is not listed in bundle.json. List it there or remove it.',
  digest: '{path} is not the file that was described: its size or SHA-256 differs. Export the bundle again.',
  file_type: '{path} is not of a kind that can be handed out, or not of the kind that pathway.json says.',
};

/**
 * The error for a bundle that is refused: BUNDLE_REFUSED, with the reason in its message and `BundleRefusal` in its details.
 *
 * @param path  of the file at fault, in the bundle
 * @param more  what exactly was found, as a sentence
 */
export function refuse(fault: BundleFault, path: string | null = null, more = ''): AppError {
  const sentence = SENTENCES[fault].replace('{path}', () => path ?? 'The bundle');
  const details: BundleRefusal = { fault, path };
  return new AppError('BUNDLE_REFUSED', more === '' ? sentence : `${sentence} ${more}`, { details });
}
