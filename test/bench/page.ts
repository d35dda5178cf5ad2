import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { gzipSync } from 'node:zlib';
import { atMost, type BenchOptions, type Figure } from './figure.ts';
import { runServedBench } from './page/served.ts';

/** An entry of Vite's manifest: a chunk, or a file beside one. */
interface Entry {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
  assets?: string[];
}
type Manifest = Readonly<Record<string, Entry>>;

const CLIENT = new URL('../../dist/client/', import.meta.url);
const ENTRY = 'index.html';
const MAP = 'src/features/pathways/MapPage.tsx';
const MODULE = 'src/features/attempts/ModulePage.tsx';
const EDITOR = 'src/components/editor/ReflectionEditor.tsx';

/** Parts that must not be needed for a first paint, by the packages or folders they are made of. */
const LATE_PARTS = {
  editor: /\/node_modules\/(@tiptap\/|prosemirror-)/,
  upload: /\/node_modules\/tus-js-client\//,
  'device store': /\/node_modules\/dexie\//,
  studio: /\/client\/src\/features\/studio\//,
} as const;

function get(manifest: Manifest, key: string): Entry {
  const entry = manifest[key];
  if (!entry) throw new Error(`the client's manifest has no ${key}: is it built, and was the file moved?`);
  return entry;
}

async function readPages() {
  register('./page/styleHooks.mjs', import.meta.url);
  return (await import('../../client/src/pages/registry.ts')).PAGES;
}

/** Keys of all chunks that load with these, by static imports. */
function closureOf(manifest: Manifest, keys: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (key: string): void => {
    if (found.has(key)) return;
    found.add(key);
    get(manifest, key).imports?.forEach(visit);
  };
  keys.forEach(visit);
  return found;
}

/** The chunks of a page, its words among them: they load together with it. */
function pageChunks(manifest: Manifest, key: string, words: readonly string[]): Set<string> {
  return closureOf(manifest, [ENTRY, key, ...words.map((area) => `src/i18n/en/${area}.json`)]);
}

/** JavaScript and CSS of some chunks. */
function filesOf(manifest: Manifest, keys: ReadonlySet<string>): Set<string> {
  const files = [...keys].flatMap((key) => {
    const { file, css = [] } = get(manifest, key);
    return [file, ...css];
  });
  return new Set(files.filter((file) => /\.(js|css)$/.test(file)));
}

async function kilobytes(files: ReadonlySet<string>): Promise<number> {
  const sizes = await Promise.all(
    [...files].map(async (file) => gzipSync(await readFile(new URL(file, CLIENT))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** Names of the late parts that a chunk holds, by its source map; the bundler's own runtime has none. */
async function latePartsOf(file: string): Promise<string[]> {
  const code = await readFile(new URL(file, CLIENT), 'utf8');
  if (!code.includes('sourceMappingURL=')) return [];
  const map = JSON.parse(await readFile(new URL(`${file}.map`, CLIENT), 'utf8')) as { sources: string[] };
  return Object.entries(LATE_PARTS)
    .filter(([, pattern]) => map.sources.some((source) => pattern.test(source)))
    .map(([part]) => part);
}

/**
 * How many late parts these chunks hold.
 *
 * @throws when a part is in no chunk at all: then there is nothing to find, and the figure would say nothing
 */
async function lateInFirst(manifest: Manifest, first: ReadonlySet<string>): Promise<number> {
  const all = new Set<string>();
  const early = new Set<string>();
  for (const [key, { file }] of Object.entries(manifest)) {
    if (!file.endsWith('.js')) continue;
    for (const part of await latePartsOf(file)) {
      all.add(part);
      if (first.has(key)) early.add(part);
    }
  }
  const missing = Object.keys(LATE_PARTS).filter((part) => !all.has(part));
  if (missing.length > 0) throw new Error(`no chunk of the client holds its ${missing.join(', ')}`);
  return early.size;
}

/** Keys of the chunks that the chunks of `first` may load later. */
function laterOf(manifest: Manifest, first: ReadonlySet<string>): Set<string> {
  return new Set([...first].flatMap((key) => get(manifest, key).dynamicImports ?? []));
}

async function fontKilobytes(manifest: Manifest, keys: ReadonlySet<string>): Promise<number> {
  const files = [...keys].flatMap((key) => get(manifest, key).assets ?? []);
  const fonts = [...new Set(files)].filter((file) => file.endsWith('.woff2'));
  const sizes = await Promise.all(fonts.map(async (file) => (await readFile(new URL(file, CLIENT))).length));
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/**
 * JavaScript and CSS that a page needs before it can be painted: the entry, the page's own chunk and its words, all
 * that they import statically, and their style sheets; each file gzipped by itself at level 6, in kB of 1,000 bytes.
 * Read from Vite's manifest and source maps: no browser, no warm-up. Fonts are said, not counted: text shows without.
 */
async function measureSize({ say }: Pick<BenchOptions, 'say'>): Promise<Figure[]> {
  const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', CLIENT), 'utf8')) as Manifest;
  const pages = await readPages();
  const map = pageChunks(manifest, MAP, pages.map.words);
  const module = pageChunks(manifest, MODULE, pages.module.words);
  if (!laterOf(manifest, module).has(EDITOR))
    throw new Error('the module page does not load its editor later');
  const withEditor = new Set([...module, ...closureOf(manifest, [EDITOR])]);
  say(`module page before its editor: ${(await kilobytes(filesOf(manifest, module))).toFixed(1)} kB`);
  say(`fonts, all of them: ${(await fontKilobytes(manifest, withEditor)).toFixed(1)} kB`);
  return [
    atMost('page: map, JavaScript and CSS gzipped', await kilobytes(filesOf(manifest, map)), 240, 'kB'),
    atMost(
      'page: module with its editor, JavaScript and CSS gzipped',
      await kilobytes(filesOf(manifest, withEditor)),
      420,
      'kB',
    ),
    atMost(
      'page: editor, upload, device store, studio in the chunks of the map',
      await lateInFirst(manifest, map),
      0,
      'parts',
    ),
    atMost(
      'page: the same before the first paint of the module',
      await lateInFirst(manifest, module),
      0,
      'parts',
    ),
  ];
}

/** What a page weighs until it is painted, and what its requests cost the server. */
export async function runPageBench(options: BenchOptions): Promise<Figure[]> {
  return [...(await measureSize(options)), ...(await runServedBench(options))];
}
