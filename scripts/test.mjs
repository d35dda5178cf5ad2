// @ts-check
// `npm test`: all set-up, all checks and tests, and the count of them. `npm test -- --only unit,lint -- <for the runner>`
import { parseArgs } from 'node:util';
import { getChromium } from './lib/chromium.mjs';
import { runMain } from './lib/main.mjs';
import { startTemporaryMongo } from './lib/mongod.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { endAll } from './lib/processes.mjs';
import { createProgress, SetupError } from './lib/progress.mjs';
import { total } from './lib/results.mjs';
import { runSteps, summary } from './lib/steps.mjs';
import { SLOTS, testSteps } from './lib/testSteps.mjs';

/** A whole run takes less than 20 minutes on two quiet cores; on busy ones it may take its time, and one that hangs ends with its count. */
const LIMIT_MINUTES = Number(process.env['WAYMARK_TEST_MINUTES'] ?? 45);

const progress = createProgress(process.stdout);
// A build machine keeps this as text; some of the tools take CI for a terminal with colours.
if (!process.stdout.isTTY) process.env['NO_COLOR'] ??= '1';

/**
 * @param {readonly string[]} args
 * @returns {{only: readonly string[] | null, rest: readonly string[]}}
 */
function readArguments(args) {
  const cut = args.indexOf('--');
  const own = cut === -1 ? args : args.slice(0, cut);
  const { values } = parseArgs({ args: [...own], options: { only: { type: 'string' } }, strict: true });
  return {
    only: values.only?.split(',').filter(Boolean) ?? null,
    rest: cut === -1 ? [] : args.slice(cut + 1),
  };
}

/**
 * @param {readonly string[] | null} only
 * @param {readonly string[]} rest
 */
function chooseSteps(only, rest) {
  // what some tests alone run says nothing of the code
  const counting = only?.includes('coverage') ?? rest.length === 0;
  const all = testSteps({ rest, progress, counting });
  if (only === null) return all.filter(({ name }) => counting || name !== 'coverage');
  const names = all.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new SetupError(`No step is called ${unknown.join(', ')}. Steps: ${names.join(', ')}.`);
  return all.filter(({ name }) => only.includes(name));
}

/**
 * Begins what the chosen steps need, beside the first of them.
 *
 * @param {readonly import('./lib/steps.mjs').Step[]} steps
 * @returns {import('./lib/steps.mjs').Preparation[]}
 */
function beginPreparations(steps) {
  const makers = {
    mongod: async () => ({ WAYMARK_TEST_MONGODB_URI: (await startTemporaryMongo(progress)).uri }),
    Chromium: async () => ({ WAYMARK_CHROMIUM: await getChromium(progress) }),
  };
  return Object.entries(makers)
    .filter(([name]) => steps.some(({ needs }) => needs?.includes(name)))
    .map(([name, make]) => {
      const ready = make();
      // Its steps report the failure when their turn comes.
      ready.catch(() => {});
      return { name, ready };
    });
}

/** @returns {Promise<number>} */
async function main() {
  const started = Date.now();
  const { only, rest } = readArguments(process.argv.slice(2));
  const steps = chooseSteps(only, rest);
  try {
    await ensurePackages(progress);
  } catch (error) {
    progress.say(`${error instanceof SetupError ? error.message : String(error)}\n\n0 passed, 1 failed`);
    return 1;
  }
  const timeUp = AbortSignal.timeout(LIMIT_MINUTES * 60_000);
  const preparations = beginPreparations(steps);
  const finished = await runSteps(steps, { slots: SLOTS, preparations, signal: timeUp, progress });
  await Promise.allSettled(preparations.map(({ ready }) => ready));
  await endAll();
  const sum = total(finished.map(({ outcome }) => outcome));
  progress.write(summary(finished, sum, Date.now() - started));
  return sum.failed === 0 ? 0 : 1;
}

await runMain(main);
