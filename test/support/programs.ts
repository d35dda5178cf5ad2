import { basename, join } from 'node:path';
import { inRoot } from '../../scripts/lib/paths.mjs';

/**
 * Arguments for Node that run one of the programs in `programBundles.mjs`: its bundle where there are some, as in Jest's server
 * tests; elsewhere, as in benchmarks, its source.
 *
 * @param source  from the root, such as `server/cli.ts`
 */
export function programArguments(source: string): string[] {
  const bundles = process.env['WAYMARK_TEST_PROGRAMS'];
  if (bundles === undefined) return ['--import', 'tsx', inRoot(source)];
  return ['--enable-source-maps', join(bundles, `${basename(source, '.ts')}.mjs`)];
}
