import type { Command } from 'commander';
import { PATHWAY_PATH } from '../../contract/bundle.ts';
import { NO_CAPS } from '../../contract/lint/findings.ts';
import { lintPathway } from '../../contract/lint/pathwayLinter.ts';
import { findingPath, findingText } from '../bundles/findingText.ts';
import { readBundle } from '../bundles/readBundle.ts';
import { AppError } from '../errors.ts';
import { JSON_FLAG, type Context } from './context.ts';

/** What is wrong in one place of one bundle. */
interface Row {
  readonly bundle: string;
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly words: string;
}

async function lintBundle(bundle: string): Promise<Row[]> {
  try {
    return await readBundle(bundle, ({ content }) =>
      lintPathway(content, NO_CAPS).map((finding) => ({
        bundle,
        path: [PATHWAY_PATH, findingPath(content, finding.place)].filter(Boolean).join(' '),
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
    .command('lint <bundles...>')
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

/** Verbs about bundles: folders or zips with a pathway and its files. */
export function addBundleVerbs(program: Command, context: Context): void {
  const bundle = program.command('bundle').description('pathways as folders or zips');
  addLint(bundle, context);
}
