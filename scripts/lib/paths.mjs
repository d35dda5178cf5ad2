// @ts-check
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's own folder, whatever folder a command was called from. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A path inside the checkout.
 *
 * @param {...string} parts
 * @returns {string}
 */
export function inRoot(...parts) {
  return join(ROOT, ...parts);
}

/**
 * The JavaScript file behind a package's command, to run with this very Node: no shell, no `.cmd` on Windows.
 *
 * @param {string} path path inside `node_modules`
 * @returns {string}
 */
export function inPackages(path) {
  return inRoot('node_modules', path);
}
