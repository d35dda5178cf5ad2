// @ts-check
// `npm run demo`: from a fresh clone to an LMS course with Waymark in it. PORT and LMS_PORT choose other ports.
import { join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { DATA, migrate, prepareDemoSite, seed } from './lib/demoSite.mjs';
import { runMain } from './lib/main.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { createProgress } from './lib/progress.mjs';
import { keepRunning, startService, waitUntilReady } from './lib/services.mjs';

const progress = createProgress(process.stdout);
const CLI = ['dist/server/cli.js'];

/** @returns {Promise<void>} */
async function demo() {
  await ensurePackages(progress);
  const site = await prepareDemoSite(progress, 'production');
  await ensureBuild(progress);
  await migrate(site, CLI, progress);
  progress.say('Starting the tool and the demo LMS …');
  const lms = startService('demo LMS', ['dist/demo-lms/main.js'], {
    env: site.lmsEnv,
    logFile: join(DATA, 'demo-lms.log'),
    progress,
  });
  const tool = startService('tool', ['dist/server/main.js'], {
    env: site.toolEnv,
    logFile: join(DATA, 'tool.log'),
    progress,
  });
  await Promise.all([
    waitUntilReady(lms, site.lmsUrl, (status) => status < 500),
    waitUntilReady(tool, `${site.toolUrl}/readyz`),
  ]);
  await seed(site, CLI, progress);
  progress.say(`Ready. Ctrl-C ends it; the data stays in ${DATA}.`);
  progress.say(`Open ${site.lmsUrl}`);
  await keepRunning([lms, tool]);
}

await runMain(demo);
