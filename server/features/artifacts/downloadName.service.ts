import { toFileName } from '../../../contract/fileName.ts';
import { downloadName } from './checks/mediaTypes.ts';

/** What a file is saved as: the given name, with an extension that matches its content. */
export function toDownloadName(name: string, mediaType: string): string {
  return downloadName(toFileName(name), mediaType);
}
