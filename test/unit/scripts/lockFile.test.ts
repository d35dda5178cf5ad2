import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';

interface LockEntry {
  optionalDependencies?: Record<string, string>;
}

// npm 11 refuses `npm ci` otherwise; a lock file that was written beside an installed node_modules may lack some.
it('the lock file holds the prebuilt binaries of every system', async () => {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  const held = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)));

  const missing = Object.values(lock.packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !held.has(name));

  expect(missing).toEqual([]);
});
