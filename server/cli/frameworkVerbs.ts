import { readFile, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { FrameworkAbout, FrameworkFormat, type ImportResult } from '../../contract/frameworks.ts';
import { AppError } from '../errors.ts';
import { operatorOf } from '../features/audit/audit.service.ts';
import {
  describeImport,
  exportFramework,
  importFramework,
  tryFrameworkImport,
  type FrameworkFile,
} from '../features/frameworks/formats.service.ts';
import { listFrameworks } from '../features/frameworks/frameworks.service.ts';
import { INSTITUTION, JSON_FLAG, printRows, requireInstitution, type Context } from './context.ts';

interface Named {
  institution: string;
}

/** What a table does not say about its framework. */
interface About {
  slug?: string;
  title?: string;
  description: string;
  edition: string;
  language: string;
  licence: string;
  source?: string;
  acknowledgement: string;
  levels: string[];
  core?: { key: string; version: number };
}

const toNames = (text: string): string[] =>
  text.split(',').map((name) => name.trim()).filter((name) => name !== ''); // prettier-ignore

function toCore(text: string): { key: string; version: number } {
  const [key, version] = text.split('@');
  const parsed = FrameworkAbout.shape.core.unwrap().safeParse({ key, version: Number(version) });
  if (!parsed.success) throw new InvalidArgumentError('It must be a key and a version, like KEY@2.');
  return parsed.data;
}

function toAbout({ edition: version, core, ...about }: About): FrameworkAbout {
  const parsed = FrameworkAbout.safeParse({ ...about, version, core: core ?? null });
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map(({ path }) => `--${String(path[0])}`);
  throw new AppError(
    'VALIDATION_FAILED',
    `A table needs to be told about its framework: ${[...new Set(missing)].join(', ')}.`,
  );
}

/** By its name: a table, or else a CASE package. */
async function toFile(path: string, about: About): Promise<FrameworkFile> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch (error) {
    throw new AppError('NOT_FOUND', `${path} can't be read.`, { cause: error });
  }
  const isTable = extname(path).toLowerCase() === '.csv';
  return isTable ? { format: 'csv', file, about: toAbout(about) } : { format: 'case', file };
}

function describe({ outcome }: ImportResult, done: boolean): string {
  if (!outcome) return '';
  const { title, version, isNew, added, changed, removed, same } = outcome;
  if (!isNew) return `${title}: version ${version} already says this.`;
  const counts = `${added} added, ${changed} changed, ${removed} removed, ${same} as before`;
  return `${title}: ${done ? 'published as' : 'would be'} version ${version}, with items ${counts}.`;
}

function printFaults({ print }: Context, { faults, moreFaults }: ImportResult): void {
  for (const { row, place, message } of faults)
    print([row === null ? '' : `row ${row}`, place, message].filter((part) => part !== '').join(': '));
  if (moreFaults > 0) print(`… and ${moreFaults} more.`);
}

function addImport(framework: Command, context: Context): void {
  framework
    .command('import')
    .argument('<file>', 'a CASE 1.1 package (.json) or a table of items (.csv)')
    .description(
      'publish a file as the next version of its framework; a table also needs --slug, --title, --source',
    )
    .requiredOption(...INSTITUTION)
    .option('--dry-run', 'only list what is wrong with it, or say what would happen', false)
    .option('--slug <slug>', 'short name, which stays the same: a-z, 0-9 and -')
    .option('--title <title>', 'title')
    .option('--source <text>', 'who wrote it')
    .option('--edition <text>', 'the author’s own name for this edition', '')
    .option('--description <text>', 'what it is about', '')
    .option('--language <code>', 'language of its texts, like en', 'und')
    .option('--licence <text>', 'licence of its texts', '')
    .option('--acknowledgement <text>', 'what must be said wherever it is shown', '')
    .option('--levels <names>', 'names of its levels, low to high, with commas', toNames, [])
    .option('--core <key@version>', 'the core that the table adapts', toCore)
    .action(async (path: string, options: Named & About & { dryRun: boolean }) => {
      const { institution, dryRun, ...about } = options;
      const given = await toFile(path, about);
      const d = await context.deps();
      const { _id } = await requireInstitution(institution);
      const tried = await tryFrameworkImport(_id, given);
      printFaults(context, tried);
      if (!tried.outcome) throw new AppError('FRAMEWORK_REFUSED', 'Nothing was imported.');
      if (dryRun) return context.print(describe(tried, false));
      const published = await importFramework(d, operatorOf(_id), given);
      context.print(describe(await describeImport(_id, published), true));
    });
}

async function findRow(institutionId: string, name: string): Promise<{ key: string; version: number }> {
  const rows = await listFrameworks(institutionId);
  const row = rows.find(({ key, slug }) => key === name || slug === name);
  if (row) return row;
  throw new AppError('NOT_FOUND', `There is no framework "${name}": see \`framework list\`.`);
}

function addExport(framework: Command, context: Context): void {
  framework
    .command('export')
    .argument('<framework>', 'its slug or key')
    .description('write a version as a CASE 1.1 package or as a table of items')
    .requiredOption(...INSTITUTION)
    .addOption(new Option('--format <format>', 'which').choices(FrameworkFormat.options).default('case'))
    .option('--version-number <n>', 'which version; the newest unless given', Number)
    .option('--output <file>', 'where to write it; printed unless given')
    .action(
      async (
        name: string,
        options: Named & { format: FrameworkFormat; versionNumber?: number; output?: string },
      ) => {
        await context.deps();
        const { _id } = await requireInstitution(options.institution);
        const { key, version } = await findRow(_id, name);
        const which = { key, n: options.versionNumber ?? version };
        const text = await exportFramework(_id, which, options.format);
        if (options.output === undefined) return context.print(text.trimEnd());
        await writeFile(options.output, text);
        context.print(`Version ${which.n} is in ${options.output}.`);
      },
    );
}

/** Frameworks of competencies. */
export function addFrameworkVerbs(program: Command, context: Context): void {
  const framework = program.command('framework').description('frameworks of competencies of an institution');
  framework
    .command('list')
    .description('all frameworks: slug, title, newest version, items, key')
    .requiredOption(...INSTITUTION)
    .option(...JSON_FLAG)
    .action(async (options: Named & { json: boolean }) => {
      await context.deps();
      const rows = await listFrameworks((await requireInstitution(options.institution))._id);
      const cells = rows.map(({ slug, title, version, items, key }) => ({
        slug,
        title,
        version,
        items,
        key,
      }));
      printRows(context, cells, options.json);
    });
  addImport(framework, context);
  addExport(framework, context);
}
