// @ts-check
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sourcesHash } from '../../scripts/lib/build.mjs';
import { inRoot, ROOT } from '../../scripts/lib/paths.mjs';

/**
 * Packages that the client's tests load as one file each. They consist of many small modules (Mantine) or of one very large one
 * (the icons), which Jest resolves, parses and links anew for each test file: a fifth of the CPU time of these tests. React stays
 * as it is: every package must share its one instance, and `act` does without timers of Node where it has no `module.require`.
 *
 * A package that is not listed is loaded as it is.
 */
export const BUNDLED = [
  '@mantine/core',
  '@mantine/hooks',
  '@tabler/icons-react',
  '@tanstack/react-query',
  '@testing-library/dom',
  '@testing-library/jest-dom/jest-globals',
  '@testing-library/react',
  '@testing-library/user-event',
  '@tiptap/core',
  '@tiptap/extension-blockquote',
  '@tiptap/extension-bold',
  '@tiptap/extension-document',
  '@tiptap/extension-hard-break',
  '@tiptap/extension-heading',
  '@tiptap/extension-italic',
  '@tiptap/extension-link',
  '@tiptap/extension-list',
  '@tiptap/extension-paragraph',
  '@tiptap/extension-text',
  '@tiptap/extensions',
  '@tiptap/pm/model',
  '@tiptap/pm/state',
  '@tiptap/pm/view',
  '@tiptap/react',
  'fake-indexeddb/auto',
  'fast-check',
  'i18next',
  'i18next-icu',
  'intl-messageformat',
  'react-i18next',
  'react-router',
  'zod',
];

/** Packages of which the client uses little: only what is imported somewhere is bundled, so that little is parsed. */
const NARROWED = ['@mantine/core', '@tabler/icons-react'];
const IMPORTERS = ['client/src', 'test/client'];

const FOLDER = inRoot('.cache', 'test', 'packages');
const STAMP = 'sources.sha256';
const SHARED = [/^react(-dom)?(\/|$)/, '@jest/globals'];
const ENTRY = 'bundle:';

/**
 * Jest's global setup of the client: bundles each of `BUNDLED` to `.cache/test/packages/<its name>.mjs`, unless that was done
 * since any of them changed. `moduleNameMapper` leads there.
 *
 * @returns {Promise<void>}
 */
export default async function bundlePackages() {
  const used = await importedNames();
  const locked = await sourcesHash(ROOT, ['package-lock.json', 'test/support/packageBundles.mjs']);
  const wanted = `${locked}\n${JSON.stringify([...used])}`;
  const stamp = await readFile(join(FOLDER, STAMP), 'utf8').catch(() => null);
  if (stamp === wanted) return;

  // built aside and renamed, so that an interrupted build leaves no half of it
  await mkdir(dirname(FOLDER), { recursive: true });
  const made = await mkdtemp(`${FOLDER}-`);
  await bundleInto(made, used);
  await writeFile(join(made, STAMP), wanted);
  await rm(FOLDER, { recursive: true, force: true });
  await rename(made, FOLDER);
}

/**
 * @param {string} folder
 * @param {ReadonlyMap<string, readonly string[]>} used
 */
async function bundleInto(folder, used) {
  const { build } = await import('vite');
  /** @type {import('vite').Plugin} */
  const entries = {
    name: 'waymark-entries',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith(ENTRY) ? id : undefined),
    async load(id) {
      if (!id.startsWith(ENTRY)) return undefined;
      const name = id.slice(ENTRY.length);
      const names = used.get(name);
      if (names) return `export { ${names.join(', ')} } from '${name}';`;
      const resolved = await this.resolve(name, inRoot('package.json'));
      if (resolved === null) throw new Error(`${name} is not installed`);
      const { exports } = await this.load({ id: resolved.id });
      const rest = exports.includes('default') ? `export { default } from '${name}';` : '';
      return `export * from '${name}'; ${rest}`;
    },
  };
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    mode: 'test',
    plugins: [entries],
    resolve: { conditions: [] },
    ssr: { noExternal: true, resolve: { conditions: [], externalConditions: [] } },
    build: {
      // for Node: built-in modules and NODE_ENV stay as they are
      ssr: true,
      outDir: folder,
      minify: false,
      target: 'node20',
      rollupOptions: {
        input: Object.fromEntries(BUNDLED.map((name) => [name, `${ENTRY}${name}`])),
        external: SHARED,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'shared/[name]-[hash].mjs' },
      },
    },
  });
}

/** @returns {Promise<Map<string, string[]>>} what is imported of each of `NARROWED`, sorted */
async function importedNames() {
  const sources = await Promise.all(IMPORTERS.map(readSources));
  const found = NARROWED.map((name) => {
    const imports = new RegExp(`import \\{([^}]*)\\} from '${name}'`, 'g');
    const lists = sources.flat().flatMap((text) => [...text.matchAll(imports)].map(([, list = '']) => list));
    const names = lists.flatMap((list) => list.split(',').map((one) => one.trim().replace(/ as .*$/, '')));
    return /** @type {const} */ ([name, [...new Set(names.filter((one) => /^[A-Za-z]/.test(one)))].sort()]);
  });
  return new Map(found);
}

/** @param {string} folder @returns {Promise<string[]>} */
async function readSources(folder) {
  const paths = await readdir(inRoot(folder), { recursive: true });
  return Promise.all(
    paths.filter((path) => /\.tsx?$/.test(path)).map((path) => readFile(inRoot(folder, path), 'utf8')),
  );
}
