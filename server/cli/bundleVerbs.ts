import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { FRAMEWORK_PATH, PATHWAY_PATH } from '../../contract/bundle.ts';
import {
  NO_FRAMEWORKS_KNOWN,
  toFrameworkWords,
  type KnownFrameworks,
} from '../../contract/lint/alignments.ts';
import { NO_CAPS, type Finding, type LintSettings } from '../../contract/lint/findings.ts';
import { lintForm } from '../../contract/lint/formLinter.ts';
import { lintPathway } from '../../contract/lint/pathwayLinter.ts';
import { findingPath, findingText, formFindingPath } from '../bundles/findingText.ts';
import { readAnyBundle, type Bundle, type FormBundle } from '../bundles/readBundle.ts';
import { refuse } from '../bundles/refusals.ts';
import { AppError } from '../errors.ts';
import { exportFormVersion, exportVersion } from '../features/bundles/exporting.service.ts';
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

type AnyBundle = Bundle | FormBundle;

function pathOf(bundle: AnyBundle, { place }: Finding): string {
  const path =
    bundle.kind === 'form'
      ? [bundle.path, formFindingPath(bundle.content, place)]
      : [PATHWAY_PATH, findingPath(bundle.content, place)];
  return path.filter(Boolean).join(' ');
}

function lintOne(bundle: AnyBundle, settings: LintSettings, known: KnownFrameworks): Finding[] {
  return bundle.kind === 'form'
    ? lintForm(bundle.content, known)
    : lintPathway(bundle.content, settings, known);
}

/**
 * What the bundle's own framework says: it stands for the version that the content names, and nothing is known of others. An overlay
 * alone says nothing.
 *
 * @throws {AppError} BUNDLE_REFUSED if it is no framework
 */
async function readFramework({ framework: json, content }: AnyBundle): Promise<KnownFrameworks> {
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
    return await readAnyBundle(bundle, async (read) =>
      lintOne(read, NO_CAPS, await readFramework(read)).map((finding) => ({
        bundle,
        path: pathOf(read, finding),
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
function requireNoErrors(bundle: AnyBundle, settings: LintSettings, known: KnownFrameworks): void {
  const errors = lintOne(bundle, settings, known).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const told = errors.map((finding) => `${pathOf(bundle, finding)}: ${findingText(finding)}`);
  throw new AppError('VALIDATION_FAILED', `Nothing was imported.\n${told.join('\n')}`);
}

function addImport(bundle: Command, { deps, print }: Context): void {
  bundle
    .command('import')
    .argument('<bundle>', 'a folder or zip')
    .description(
      'publish the pathway or observation form of a folder or zip; nothing happens if its newest version is the same',
    )
    .requiredOption(...INSTITUTION)
    .action(async (source: string, options: { institution: string }) => {
      const d = await deps();
      const { _id } = await requireInstitution(options.institution);
      const settings = await getSettings(d, _id);
      await readAnyBundle(source, async (bundle) => {
        const { content } = bundle;
        requireNoErrors(bundle, settings, await listKnownFrameworks(_id, content));
        const { n, contentHash } = await publishBundleAsOperator(d, _id, bundle);
        print(`"${content.title}" is published as version ${n} (${contentHash}).`);
      });
    });
}

interface ExportOptions {
  readonly institution: string;
  readonly pathway?: string;
  readonly form?: string;
}

/** @throws {AppError} VALIDATION_FAILED unless one of the two is named; NOT_FOUND */
function exportNamed(institutionId: string, { pathway, form }: ExportOptions) {
  if (pathway !== undefined && form === undefined) return exportVersion(institutionId, pathway, null);
  if (form !== undefined && pathway === undefined) return exportFormVersion(institutionId, form, null);
  throw new AppError('VALIDATION_FAILED', 'Name what to export: either --pathway or --form, with its key.');
}

function addExport(bundle: Command, { deps, print }: Context): void {
  bundle
    .command('export')
    .argument('<file>', 'the zip to write; one that is there is replaced')
    .description('write the newest version of a pathway or an observation form as a zip')
    .requiredOption(...INSTITUTION)
    .option('--pathway <key>', 'key of the pathway')
    .option('--form <key>', 'key of the observation form')
    .action(async (file: string, options: ExportOptions) => {
      await deps();
      const { _id } = await requireInstitution(options.institution);
      const { zip, title, n, contentHash } = await exportNamed(_id, options);
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

/** Verbs about bundles: folders or zips with a pathway and its files, or with an observation form. */
export function addBundleVerbs(program: Command, context: Context): void {
  const bundle = program.command('bundle').description('pathways and observation forms as folders or zips');
  addLint(bundle, context);
  addImport(bundle, context);
  addExport(bundle, context);
}
