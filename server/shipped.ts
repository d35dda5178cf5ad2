import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A folder that ships beside the program (`content`, `lti-config`, `dist/client`): seen from the sources (`server/`)
 * and from the build (`dist/server/`).
 *
 * @throws when this installation lacks it
 */
export function shippedFolder(name: string): string {
  const places = ['../', '../../'].map((up) => fileURLToPath(new URL(`${up}${name}/`, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`this installation has no folder ${name}`);
  return found;
}
