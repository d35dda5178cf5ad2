// @ts-check
// `npm run bench [-- authoring|launch|files|deliveries|messages|observation|page|scale|idle|faults] [--json] [--quick] [--profile]`: only the figures go to
// standard output; how far it is goes to standard error. Exit code 1 where a limit was missed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { runMain } from './lib/main.mjs';
import { startTemporaryMongo } from './lib/mongod.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ROOT } from './lib/paths.mjs';
import { onEnd, run } from './lib/processes.mjs';
import { createProgress } from './lib/progress.mjs';

const LIMIT_SECONDS = 3_600;

/** @returns {Promise<number>} */
async function bench() {
  const progress = createProgress(process.stderr);
  await ensurePackages(progress);
  await ensureBuild(progress);
  const mongo = await startTemporaryMongo(progress, { durable: true });
  const folder = await mkdtemp(join(tmpdir(), 'waymark-bench-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const result = await run(
    process.execPath,
    ['--import', 'tsx', 'test/bench/main.ts', ...process.argv.slice(2)],
    {
      cwd: ROOT,
      env: { WAYMARK_TEST_MONGODB_URI: mongo.uri, WAYMARK_BENCH_FOLDER: folder },
      limitSeconds: LIMIT_SECONDS,
      inherit: true,
    },
  );
  if (result.timedOut)
    progress.say(`The measurements were ended: they were not done after ${LIMIT_SECONDS} s.`);
  return result.code ?? 1;
}

await runMain(bench);
