import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { FRAMEWORK_PATH, PATHWAY_PATH } from '../../contract/bundle.ts';
import type { PathwayContent } from '../../contract/content.ts';
import {
  NO_FRAMEWORKS_KNOWN,
  toFrameworkWords,
  type KnownFrameworks,
} from '../../contract/lint/alignments.ts';
import { NO_CAPS, type Finding, type LintSettings } from '../../contract/lint/findings.ts';
import { lintPathway } from '../../contract/lint/pathwayLinter.ts';
import { findingPath, findingText } from '../bundles/findingText.ts';
import { readBundle, type Bundle } from '../bundles/readBundle.ts';
import { refuse } from '../bundles/refusals.ts';
import { AppError } from '../errors.ts';
import { exportVersion } from '../features/bundles/exporting.service.ts';
import { publishBundleAsOperator } from '../features/bundles/importing.service.ts';
import { readCasePackage } from '../features/frameworks/formats.service.ts';
import { listKnownFrameworks } from '../features/frameworks/knownFrameworks.service.ts';
import { getSettings } from '../features/institutions/settings.service.ts';
import { INSTITUTION, JSON_FLAG, requireInstitution, type Context } from './context.ts';

/** What is wrong in one place of one bundle. */
interface Row {
  readonly bundle: string;
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly words: string;
}

const pathOf = (content: PathwayContent, { place }: Finding): string =>
  [PATHWAY_PATH, findingPath(content, place)].filter(Boolean).join(' ');

/**
 * What the bundle's own framework says: it stands for the version that the pathway names, and nothing is known of others. An overlay
 * alone says nothing.
 *
 * @throws {AppError} BUNDLE_REFUSED if it is no framework
 */
async function readFramework({ framework: json, content }: Bundle): Promise<KnownFrameworks> {
  if (json === null) return NO_FRAMEWORKS_KNOWN;
  const { framework, faults } = await readCasePackage(json);
  if (!framework) {
    const [first] = faults;
    throw refuse('wrong_content', FRAMEWORK_PATH, `${first?.place ?? ''}: ${first?.message ?? ''}`);
  }
  const { key, title, overlay } = framework;
  if (overlay) return NO_FRAMEWORKS_KNOWN;
  const newest = content.framework?.key === key ? content.framework.version : 1;
  const versions = new Map([[newest, toFrameworkWords(framework)]]);
  return { complete: false, byKey: new Map([[key, { title, newest, versions }]]) };
}

async function lintBundle(bundle: string): Promise<Row[]> {
  try {
    return await readBundle(bundle, async (read) =>
      lintPathway(read.content, NO_CAPS, await readFramework(read)).map((finding) => ({
        bundle,
        path: pathOf(read.content, finding),
        severity: finding.severity,
        code: finding.code,
        words: findingText(finding),
      })),
    );
  } catch (error) {
    // one that is refused does not keep the others from being read
    if (!(error instanceof AppError)) throw error;
    return [{ bundle, path: '', severity: 'error', code: error.code, words: error.message }];
  }
}

const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

function addLint(bundle: Command, { print }: Context): void {
  bundle
    .command('lint')
    .argument('<bundles...>', 'folders or zips')
    .description(
      'check folders or zips as publishing does; needs no database. The exit code is 1 if there are errors',
    )
    .option(...JSON_FLAG)
    .action(async (bundles: string[], options: { json: boolean }) => {
      const rows: Row[] = [];
      for (const one of bundles) rows.push(...(await lintBundle(one)));
      if (options.json) print(JSON.stringify(rows, null, 2));
      else
        for (const { bundle: name, path, severity, words } of rows)
          print(`${[name, path].filter(Boolean).join('/')}: ${severity}: ${words}`);
      const errors = rows.filter(({ severity }) => severity === 'error').length;
      const summary = `${counted(errors, 'error')} and ${counted(rows.length - errors, 'warning')} in ${counted(bundles.length, 'bundle')}.`;
      if (errors > 0) throw new AppError('INTERNAL', summary);
      if (!options.json) print(summary);
    });
}

/** @throws {AppError} VALIDATION_FAILED with every error, since none of it may be published */
function requireNoErrors(content: PathwayContent, settings: LintSettings, known: KnownFrameworks): void {
  const errors = lintPathway(content, settings, known).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const told = errors.map((finding) => `${pathOf(content, finding)}: ${findingText(finding)}`);
  throw new AppError('VALIDATION_FAILED', `Nothing was imported.\n${told.join('\n')}`);
}

function addImport(bundle: Command, { deps, print }: Context): void {
  bundle
    .command('import')
    .argument('<bundle>', 'a folder or zip')
    .description('publish the pathway of a folder or zip; nothing happens if its newest version is the same')
    .requiredOption(...INSTITUTION)
    .action(async (source: string, options: { institution: string }) => {
      const d = await deps();
      const { _id } = await requireInstitution(options.institution);
      const settings = await getSettings(d, _id);
      await readBundle(source, async (bundle) => {
        const { content } = bundle;
        requireNoErrors(content, settings, await listKnownFrameworks(_id, content));
        const { n, contentHash } = await publishBundleAsOperator(d, _id, bundle);
        print(`"${content.title}" is published as version ${n} (${contentHash}).`);
      });
    });
}

interface ExportOptions {
  readonly institution: string;
  readonly pathway: string;
}

function addExport(bundle: Command, { deps, print }: Context): void {
  bundle
    .command('export')
    .argument('<file>', 'the zip to write; one that is there is replaced')
    .description('write the newest version of a pathway as a zip')
    .requiredOption(...INSTITUTION)
    .requiredOption('--pathway <key>', 'key of the pathway')
    .action(async (file: string, options: ExportOptions) => {
      await deps();
      const { _id } = await requireInstitution(options.institution);
      const { zip, title, n, contentHash } = await exportVersion(_id, options.pathway, null);
      const unfinished = `${file}.part`;
      try {
        await pipeline(zip, createWriteStream(unfinished));
        await rename(unfinished, file);
      } finally {
        await rm(unfinished, { force: true });
      }
      print(`${file} has version ${n} of "${title}" (${contentHash}).`);
    });
}

/** Verbs about bundles: folders or zips with a pathway and its files. */
export function addBundleVerbs(program: Command, context: Context): void {
  const bundle = program.command('bundle').description('pathways as folders or zips');
  addLint(bundle, context);
  addImport(bundle, context);
  addExport(bundle, context);
}
