import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A folder that ships with the program (`content`, `lti-config`, `dist/client`), found from the sources (`server/`) and from the
 * build (`dist/server/`).
 *
 * @throws if this installation lacks it
 */
export function getShippedFolder(name: string): string {
  const places = ['../', '../../'].map((up) => fileURLToPath(new URL(`${up}${name}/`, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`this installation has no folder ${name}`);
  return found;
}
