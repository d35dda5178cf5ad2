import { findFrameworkFaults } from '../../../contract/frameworkRules.ts';
import {
  FRAMEWORKS_MAX,
  IMPORT_FAULTS_SHOWN,
  type FrameworkAbout,
  type FrameworkContent,
  type ImportFault,
  type ImportResult,
} from '../../../contract/frameworks.ts';
import { toCanonicalJson, toCanonicalText } from '../../canonicalJson.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { Actor } from '../audit/audit.service.ts';
import { mapInSlices } from '../../slices.ts';
import { partId } from './case/caseObjects.ts';
import { readCase, type ReadFramework } from './case/readCase.ts';
import { writeCaseText } from './case/writeCase.ts';
import { readCsv } from './csv/readCsv.ts';
import { writeCsv } from './csv/writeCsv.ts';
import {
  CONTENT_MAX_BYTES,
  countFrameworks,
  findApplied,
  findFramework,
  findFrameworkKey,
  getFramework,
  publishFramework,
  findFreeSlug,
  type PublishedVersion,
} from './frameworks.service.ts';
import { fileFault } from './readBytes.ts';

/** A file to import. */
export type FrameworkFile =
  { format: 'case'; file: Uint8Array } | { format: 'csv'; file: Uint8Array; about: FrameworkAbout };

const refused = (faults: ImportFault[]): ReadFramework => ({ faults });

async function readTable(
  institutionId: string,
  file: Uint8Array,
  about: FrameworkAbout,
): Promise<ReadFramework> {
  const known = await findFrameworkKey(institutionId, about.slug);
  const newest = known === null ? null : await findFramework(institutionId, known);
  const key = known ?? partId(institutionId, `framework/${about.slug}`);
  if (!about.core) {
    const adapts = newest?.content.overlay?.core;
    if (adapts)
      return refused([
        fileFault(
          `${about.slug} adapts ${adapts.title}. Name the version of that core which the table adapts.`,
        ),
      ]);
    return readCsv(file, { key, about, base: newest?.content ?? null, core: null });
  }
  const core = await findFramework(institutionId, about.core.key, about.core.version);
  if (!core)
    return refused([
      fileFault('The core that the table adapts is not here in this version. Import it first.'),
    ]);
  const base = newest ? await findApplied(institutionId, newest.content) : null;
  return readCsv(file, { key, about, base, core: core.content });
}

async function readPackage(institutionId: string, file: Uint8Array): Promise<ReadFramework> {
  const read = await readCase(file);
  if (!read.framework) return read;
  const { overlay } = read.framework;
  const core = overlay ? await findFramework(institutionId, overlay.core.key, overlay.core.version) : null;
  const faults = findFrameworkFaults(read.framework, core?.content ?? null);
  if (faults.length > 0)
    return refused(faults.map(({ path, message }) => ({ row: null, place: path, message })));
  const slug = await findFreeSlug(institutionId, read.framework);
  return { framework: { ...read.framework, slug } };
}

async function readFile(institutionId: string, given: FrameworkFile): Promise<ReadFramework> {
  const read =
    given.format === 'csv'
      ? await readTable(institutionId, given.file, given.about)
      : await readPackage(institutionId, given.file);
  if (!read.framework) return read;
  if (Buffer.byteLength(await toCanonicalText(read.framework)) > CONTENT_MAX_BYTES)
    return refused([fileFault('The framework is too large to be stored. Split it.')]);
  const isKnown = (await findFramework(institutionId, read.framework.key)) !== null;
  if (!isKnown && (await countFrameworks(institutionId)) >= FRAMEWORKS_MAX)
    return refused([
      fileFault(`There are ${FRAMEWORKS_MAX} frameworks here, which is the most there can be.`),
    ]);
  return read;
}

/** Reads a CASE package without a database. @param json  what its file holds; an overlay in it is not put together with its core */
export function readCasePackage(json: unknown): Promise<ReadFramework> {
  return readCase(Buffer.from(JSON.stringify(json)));
}

/** How the items of two versions differ, by key. */
async function compareItems(
  before: FrameworkContent | undefined,
  now: FrameworkContent,
): Promise<Pick<NonNullable<ImportResult['outcome']>, 'added' | 'changed' | 'removed' | 'same'>> {
  const known = new Map(before?.items.map((item) => [item.key, item]));
  const kept = now.items.filter(({ key }) => known.has(key));
  const compared = await mapInSlices(
    kept,
    (item) => toCanonicalJson(known.get(item.key)) === toCanonicalJson(item),
  );
  const same = compared.filter((isSame) => isSame).length;
  return {
    added: now.items.length - kept.length,
    changed: kept.length - same,
    removed: known.size - kept.length,
    same,
  };
}

function toRefusal(faults: readonly ImportFault[]): ImportResult {
  const shown = faults.slice(0, IMPORT_FAULTS_SHOWN);
  return { faults: shown, moreFaults: faults.length - shown.length, outcome: null };
}

/**
 * Says what importing a file would do; nothing is stored.
 *
 * @returns its faults, or the version that it would have
 */
export async function tryFrameworkImport(institutionId: string, given: FrameworkFile): Promise<ImportResult> {
  const { framework, faults } = await readFile(institutionId, given);
  if (!framework) return toRefusal(faults);
  const { key, title } = framework;
  const newest = await findFramework(institutionId, key);
  const isNew =
    newest === null || (await toCanonicalText(newest.content)) !== (await toCanonicalText(framework));
  const version = (newest?.n ?? 0) + (isNew ? 1 : 0);
  const compared = await compareItems(newest?.content, framework);
  return { faults: [], moreFaults: 0, outcome: { key, title, version, isNew, ...compared } };
}

/**
 * Publishes a file as the next version of its framework, as a whole or not at all, in one transaction.
 *
 * @throws {AppError} FRAMEWORK_REFUSED with its faults in `details`, an `ImportResult`
 */
export async function importFramework(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  given: FrameworkFile,
): Promise<PublishedVersion> {
  const { framework, faults } = await readFile(actor.institutionId, given);
  if (framework) return publishFramework(deps, actor, framework);
  const [first] = faults;
  const where = [first?.row ? `row ${first.row}` : '', first?.place ?? ''].filter((part) => part !== '');
  const said = [where.join(', '), first?.message ?? ''].filter((part) => part !== '').join(': ');
  throw new AppError('FRAMEWORK_REFUSED', `Nothing was imported. ${said}`, { details: toRefusal(faults) });
}

/** What an import did, compared with the version before. @throws {AppError} NOT_FOUND */
export async function describeImport(
  institutionId: string,
  { key, n, isNew }: PublishedVersion,
): Promise<ImportResult> {
  const { content } = await getFramework(institutionId, key, n);
  const before = isNew ? (await findFramework(institutionId, key, n - 1))?.content : content;
  const outcome = { key, title: content.title, version: n, isNew, ...(await compareItems(before, content)) };
  return { faults: [], moreFaults: 0, outcome };
}

/**
 * A published version as a file.
 *
 * @returns the text of a CASE 1.1 package, or of a table of its items (of an overlay together with its core)
 * @throws {AppError} NOT_FOUND
 */
export async function exportFramework(
  institutionId: string,
  which: { key: string; n: number },
  format: FrameworkFile['format'],
): Promise<string> {
  const { content, applied, publishedAt } = await getFramework(institutionId, which.key, which.n);
  if (format === 'csv') return writeCsv(applied ?? content);
  return `${await writeCaseText(content, publishedAt.toISOString())}\n`;
}
