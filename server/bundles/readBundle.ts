import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { ZodError, type z } from 'zod';
import {
  BUNDLE_BYTES_MAX,
  BUNDLE_VERSION,
  BundleManifest,
  FILES_FOLDER,
  FORMS_FOLDER,
  FRAMEWORK_PATH,
  MANIFEST_PATH,
  PATHWAY_PATH,
} from '../../contract/bundle.ts';
import { CONTENT_FILE_BYTES_MAX } from '../../contract/contentFiles.ts';
import { SCHEMA_VERSION, type PathwayContent } from '../../contract/content.ts';
import { schemaVersionOf, upgradePathway, type WrittenPathway } from '../../contract/contentUpgrades.ts';
import { FORM_SCHEMA_VERSION, FormContent } from '../../contract/observationForms.ts';
import type { Source } from '../features/artifacts/storage/chunkReader.ts';
import { EntryReader, type Entries, type Entry } from './entries.ts';
import { checkFiles, type FileFact } from './files.ts';
import { listFolderEntries } from './folderEntries.ts';
import { FORM_BYTES_MAX, FRAMEWORK_BYTES_MAX, MANIFEST_BYTES_MAX, PATHWAY_BYTES_MAX } from './limits.ts';
import { refuse } from './refusals.ts';
import { parseContent } from './parseContent.ts';
import { parseStrictJson } from './strictJson.ts';
import { listZipEntries } from './zipEntries.ts';

/** What every bundle has, of which every byte was read and checked. */
interface AnyBundle {
  /** Null for a folder that has none, such as those in `content/pathways/`. */
  readonly manifest: BundleManifest | null;
  /** `framework.json`, unread; null if there is none. */
  readonly framework: unknown;
}

/** A bundle of an observation form. */
export interface FormBundle extends AnyBundle {
  readonly kind: 'form';
  readonly content: FormContent;
  /** Path of the form in the bundle. */
  readonly path: string;
}

/** A bundle of a pathway. */
export interface Bundle extends AnyBundle {
  readonly kind: 'pathway';
  /** As it is written, in its own schema version: what is published. */
  readonly written: WrittenPathway;
  /** The same in the newest schema version. */
  readonly content: PathwayContent;
  /** Everything below `files/`, by path in the bundle. */
  readonly files: readonly FileFact[];
  /** One of `files`, in parts, which are checked again. @throws {AppError} BUNDLE_REFUSED `digest`, if it has changed since */
  openFile(path: string): AsyncGenerator<Buffer>;
}

const MAX_BYTES: Readonly<Record<string, number>> = {
  [MANIFEST_PATH]: MANIFEST_BYTES_MAX,
  [PATHWAY_PATH]: PATHWAY_BYTES_MAX,
  [FRAMEWORK_PATH]: FRAMEWORK_BYTES_MAX,
};

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Reads the files of one bundle. */
class BundleReader {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #reader = new EntryReader();
  readonly #facts = new Map<string, { size: number; sha256: string }>();

  constructor({ files }: Entries) {
    this.#entries = files;
  }

  async read(): Promise<Bundle | FormBundle> {
    const [form] = this.#checkNames();
    const manifest = await this.#readManifest();
    const kind = form === undefined ? 'pathway' : 'form';
    if (manifest && manifest.kind !== kind)
      throw refuse('wrong_content', MANIFEST_PATH, `It says ${manifest.kind}, and there is a ${kind}.`);
    const bundle =
      form === undefined ? await this.#readPathway(manifest) : await this.#readForm(form, manifest);
    if (manifest) this.#checkManifest(manifest);
    return bundle;
  }

  async #readPathway(manifest: BundleManifest | null): Promise<Bundle> {
    const written = await readContent(await this.#readJson(PATHWAY_PATH));
    const content = upgradePathway(written);
    const framework = await this.#readFramework();
    const files = await checkFiles(content, this.#filePaths(), (path) => this.#readFile(path));
    return {
      kind: 'pathway',
      manifest,
      written,
      content,
      framework,
      files,
      openFile: (path) => this.#readAgain(path),
    };
  }

  async #readForm(path: string, manifest: BundleManifest | null): Promise<FormBundle> {
    const content = readFormContent(await this.#readJson(path), path);
    return { kind: 'form', manifest, content, path, framework: await this.#readFramework() };
  }

  async #readFramework(): Promise<unknown> {
    return this.#entries.has(FRAMEWORK_PATH) ? this.#readJson(FRAMEWORK_PATH) : null;
  }

  #filePaths(): string[] {
    return [...this.#entries.keys()].filter((path) => path.startsWith(FILES_FOLDER)).sort();
  }

  /** @returns the path of the form; nothing if the bundle is of a pathway */
  #checkNames(): string[] {
    const paths = [...this.#entries.keys()];
    const isPathway = this.#entries.has(PATHWAY_PATH);
    const forms = isPathway ? [] : paths.filter((path) => path.startsWith(FORMS_FOLDER)).slice(0, 1);
    if (!isPathway && forms.length === 0) throw refuse('no_pathway');
    const isExpected = (path: string): boolean =>
      path === MANIFEST_PATH ||
      path === FRAMEWORK_PATH ||
      (isPathway ? path === PATHWAY_PATH || path.startsWith(FILES_FOLDER) : forms.includes(path));
    const unexpected = paths.find((path) => !isExpected(path));
    if (unexpected !== undefined) throw refuse('unexpected_file', unexpected);
    return forms;
  }

  async #readManifest(): Promise<BundleManifest | null> {
    if (!this.#entries.has(MANIFEST_PATH)) return null;
    const manifest = await this.#readJson(MANIFEST_PATH);
    const version = schemaVersionOf(manifest);
    if (version !== BUNDLE_VERSION) throw refuse('unknown_version', MANIFEST_PATH);
    const read = BundleManifest.safeParse(manifest);
    if (!read.success) throw refuse('wrong_content', MANIFEST_PATH, describeFault(read.error));
    this.#checkListed(read.data);
    return read.data;
  }

  /** Before anything else is read: what is listed, and what is there. */
  #checkListed({ files }: BundleManifest): void {
    const listed = new Set<string>();
    for (const { path } of files) {
      if (listed.has(path)) throw refuse('duplicate_path', path);
      listed.add(path);
      if (!this.#entries.has(path)) throw refuse('missing_file', path);
    }
    for (const path of this.#entries.keys())
      if (path !== MANIFEST_PATH && !listed.has(path)) throw refuse('unlisted_file', path);
  }

  #checkManifest({ files }: BundleManifest): void {
    for (const { path, size, sha256 } of files) {
      const fact = this.#facts.get(path);
      if (fact?.size !== size || fact.sha256 !== sha256) throw refuse('digest', path);
    }
  }

  async #readFile(path: string): Promise<Buffer> {
    const entry = this.#entries.get(path);
    if (!entry) throw refuse('missing_file', path);
    const max = path.startsWith(FORMS_FOLDER) ? FORM_BYTES_MAX : MAX_BYTES[path];
    const bytes = await this.#reader.read(entry, max ?? CONTENT_FILE_BYTES_MAX);
    this.#facts.set(path, { size: bytes.length, sha256: digestOf(bytes) });
    return bytes;
  }

  async #readJson(path: string): Promise<unknown> {
    return parseStrictJson(await this.#readFile(path), path);
  }

  /** With a reader of its own, since these bytes have been counted. */
  async *#readAgain(path: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(path);
    if (!entry) throw refuse('missing_file', path);
    const hash = createHash('sha256');
    for await (const part of new EntryReader().stream(entry, CONTENT_FILE_BYTES_MAX)) {
      hash.update(part);
      yield part;
    }
    if (hash.digest('hex') !== this.#facts.get(path)?.sha256) throw refuse('digest', path);
  }
}

/** The first few faults of a schema, as text. */
function describeFault({ issues }: ZodError | z.core.$ZodError): string {
  const SHOWN = 3;
  const told = issues.slice(0, SHOWN).map(({ path, message }) => `${path.join('.')}: ${message}`);
  const more = issues.length > SHOWN ? [`and ${issues.length - SHOWN} more`] : [];
  return `${[...told, ...more].join('; ')}.`;
}

async function readContent(json: unknown): Promise<WrittenPathway> {
  const version = schemaVersionOf(json);
  if (version !== null && (version < 1 || version > SCHEMA_VERSION))
    throw refuse('unknown_version', PATHWAY_PATH);
  try {
    return await parseContent(json);
  } catch (error) {
    if (error instanceof ZodError) throw refuse('wrong_content', PATHWAY_PATH, describeFault(error));
    throw error;
  }
}

function readFormContent(json: unknown, path: string): FormContent {
  const version = schemaVersionOf(json);
  if (version !== null && version !== FORM_SCHEMA_VERSION) throw refuse('unknown_version', path);
  const { data, error } = FormContent.safeParse(json);
  if (!data) throw refuse('wrong_content', path, describeFault(error));
  if (path !== `${FORMS_FOLDER}${data.slug}.json`)
    throw refuse('wrong_content', path, `Its slug is ${data.slug}: name the file ${data.slug}.json.`);
  return data;
}

async function listEntries(source: string | Buffer | Source): Promise<Entries> {
  if (typeof source !== 'string') {
    if (('size' in source ? source.size : source.length) > BUNDLE_BYTES_MAX) throw refuse('bundle_too_large');
    return listZipEntries(source);
  }
  const stats = await stat(source).catch(() => null);
  if (stats?.isDirectory()) return listFolderEntries(source);
  if (!stats?.isFile()) throw refuse('not_found');
  if (stats.size > BUNDLE_BYTES_MAX) throw refuse('bundle_too_large');
  return listZipEntries(source);
}

/**
 * Reads a bundle completely and checks all of it before any of it is used. Needs no database; one of its files is in memory at a
 * time.
 *
 * @param source  path of a folder or of a zip, the bytes of a zip, or where it is stored
 * @param use  is given the bundle, which is closed once its promise is settled
 * @returns what `use` returns
 * @throws {AppError} BUNDLE_REFUSED with the first reason (`BundleRefusal`)
 */
export async function readAnyBundle<T>(
  source: string | Buffer | Source,
  use: (bundle: Bundle | FormBundle) => T | Promise<T>,
): Promise<T> {
  const entries = await listEntries(source);
  try {
    return await use(await new BundleReader(entries).read());
  } finally {
    await entries.close();
  }
}

/** The same where it must be a pathway's. @throws {AppError} BUNDLE_REFUSED `no_pathway` if it is not */
export async function readBundle<T>(
  source: string | Buffer | Source,
  use: (bundle: Bundle) => T | Promise<T>,
): Promise<T> {
  return readAnyBundle(source, (bundle) => {
    if (bundle.kind !== 'pathway') throw refuse('no_pathway');
    return use(bundle);
  });
}
