// @ts-check
// `npm run pictures`: takes the README's pictures and one of each page anew, into docs/pictures/.
import { ensureBuild } from './lib/build.mjs';
import { getChromium } from './lib/chromium.mjs';
import { runMain } from './lib/main.mjs';
import { startTemporaryMongo } from './lib/mongod.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { inPackages, inRoot, ROOT } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { createProgress } from './lib/progress.mjs';

const LIMIT_SECONDS = 660;

/** @returns {Promise<number>} */
async function pictures() {
  const progress = createProgress(process.stdout);
  await ensurePackages(progress);
  const [chromium, mongo] = await Promise.all([
    getChromium(progress),
    startTemporaryMongo(progress),
    ensureBuild(progress),
  ]);
  const args = [
    inPackages('@playwright/test/cli.js'),
    'test',
    '--project',
    'pictures',
    ...process.argv.slice(2),
  ];
  const env = {
    WAYMARK_CHROMIUM: chromium,
    WAYMARK_TEST_MONGODB_URI: mongo.uri,
    WAYMARK_PICTURES: inRoot('docs', 'pictures'),
  };
  const result = await run(process.execPath, args, {
    cwd: ROOT,
    env,
    limitSeconds: LIMIT_SECONDS,
    inherit: true,
  });
  return result.code ?? 1;
}

await runMain(pictures);
