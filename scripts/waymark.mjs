// @ts-check
// `npm run waymark -- <verb>`: the operator's command line. Beside a running demo it needs no environment.
import { spawn } from 'node:child_process';
import { isFresh, SERVER } from './lib/build.mjs';
import { findDemoEnvironment } from './lib/demoSite.mjs';
import { runMain } from './lib/main.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { inRoot } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';

/** @returns {Promise<number>} */
async function waymark() {
  const progress = createProgress(process.stderr);
  await ensurePackages(progress);
  const demo = await findDemoEnvironment();
  const cli = (await isFresh(SERVER))
    ? [inRoot('dist/server/cli.js')]
    : ['--import', 'tsx', inRoot('server/cli.ts')];
  const code = await runHere([...cli, ...process.argv.slice(2)], { ...demo, ...given() });
  if (code !== 0 && needsDatabase() && demo === null && !process.env['MONGODB_URI']) {
    progress.say(
      '\nMONGODB_URI is not set, and no demo runs here whose database could be used (npm run demo).',
    );
  }
  return code;
}

/** `bundle lint` reads files only. */
function needsDatabase() {
  const [noun, verb] = process.argv.slice(2);
  return noun !== 'bundle' || verb !== 'lint';
}

/** What the caller has set wins over the demo's. @returns {NodeJS.ProcessEnv} */
function given() {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
}

/**
 * Runs Node in this terminal: it may ask, and gets Ctrl-C itself.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code
 */
function runHere(args, env) {
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

await runMain(waymark);
