import type { ImportFault } from '../../../contract/frameworks.ts';
import { FRAMEWORK_FILE_MAX_BYTES } from '../../../contract/frameworks.ts';

/** The text of a file, or why it cannot be read. */
export type TextOrFault = { text: string; fault?: undefined } | { text?: undefined; fault: ImportFault };

/** A fault that concerns a file as a whole. */
export const fileFault = (message: string): ImportFault => ({ row: null, place: '', message });

const MEBIBYTE = 1024 * 1024;

/** Why a file of this size is not read at all; null if it is. @param bytes  its size */
function findSizeFault(bytes: number): ImportFault | null {
  if (bytes === 0) return fileFault('The file is empty.');
  if (bytes <= FRAMEWORK_FILE_MAX_BYTES) return null;
  const [has, may] = [bytes, FRAMEWORK_FILE_MAX_BYTES].map((size) => (size / MEBIBYTE).toFixed(1));
  return fileFault(`The file has ${has} MiB, and at most ${may} MiB can be imported. Split the framework.`);
}

/** Decodes a file, with or without a byte order mark. Its size is checked before anything else. */
export function readUtf8(file: Uint8Array): TextOrFault {
  const fault = findSizeFault(file.byteLength);
  if (fault) return { fault };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(file) };
  } catch {
    return { fault: fileFault('The file is not UTF-8. Save it as “CSV UTF-8” or “UTF-8” and try again.') };
  }
}
