// @ts-check
// `npm run dev`: the demo from its sources; server and demo LMS start again, and the client is built again, on each change.
import { join } from 'node:path';
import { CLIENT, ensureBuild } from './lib/build.mjs';
import { DATA, migrate, prepareDemoSite, seed } from './lib/demoSite.mjs';
import { runMain } from './lib/main.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { inPackages } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { keepRunning, startService, waitUntilReady } from './lib/services.mjs';

const progress = createProgress(process.stdout);
const CLI = ['--import', 'tsx', 'server/cli.ts'];
const WATCH = [inPackages('tsx/dist/cli.mjs'), 'watch', '--clear-screen=false'];

/** @returns {Promise<void>} */
async function dev() {
  await ensurePackages(progress);
  const site = await prepareDemoSite(progress, 'development');
  await ensureBuild(progress, [CLIENT]);
  await migrate(site, CLI, progress);
  /** @param {string} name @param {readonly string[]} args @param {NodeJS.ProcessEnv} env */
  const watch = (name, args, env) =>
    startService(name, args, { env, logFile: join(DATA, `dev-${name}.log`), all: true, progress });
  const services = [
    watch('lms', [...WATCH, 'demo-lms/main.ts'], site.lmsEnv),
    watch('tool', [...WATCH, 'server/main.ts'], site.toolEnv),
    watch('client', [inPackages('vite/bin/vite.js'), 'build', '--watch', '--logLevel', 'warn'], {}),
  ];
  const [lms, tool] = services;
  if (lms) await waitUntilReady(lms, site.lmsUrl, (status) => status < 500);
  if (tool) await waitUntilReady(tool, `${site.toolUrl}/readyz`);
  await seed(site, CLI, progress);
  progress.say(`Open ${site.lmsUrl}`);
  await keepRunning(services);
}

await runMain(dev);
