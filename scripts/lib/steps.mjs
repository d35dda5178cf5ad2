// @ts-check
import { notRun } from './results.mjs';
import { seconds } from './progress.mjs';

/**
 * One part of `npm test`.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {number} weight how many slots it takes
 * @property {readonly string[]} [needs] names of preparations that must have succeeded
 * @property {(context: StepContext) => Promise<StepResult>} run if it throws, the step has failed
 *
 * What a running step can use.
 * @typedef {object} StepContext
 * @property {AbortSignal} signal aborted when the whole run's time is up
 * @property {NodeJS.ProcessEnv} env what the preparations that it needs have found
 *
 * @typedef {object} StepResult
 * @property {import('./results.mjs').Outcome} outcome
 * @property {string} [output] shown if it failed
 * @property {string} [report] shown at the end of the run
 *
 * Something that steps wait for; it starts at once. What it finds is passed to them in their environment.
 * @typedef {object} Preparation
 * @property {string} name
 * @property {Promise<NodeJS.ProcessEnv>} ready
 *
 * @typedef {object} Finished
 * @property {string} name
 * @property {number} milliseconds
 * @property {import('./results.mjs').Outcome} outcome
 * @property {string} [report]
 */

const STILL_RUNNING_MS = 30_000;

/**
 * Runs steps in order, as many at a time as there are slots.
 *
 * @param {readonly Step[]} steps
 * @param {object} options
 * @param {number} options.slots
 * @param {readonly Preparation[]} options.preparations
 * @param {AbortSignal} options.signal
 * @param {import('./progress.mjs').Progress} options.progress
 * @returns {Promise<Finished[]>} one for each step, in the same order
 */
export async function runSteps(steps, { slots, preparations, signal, progress }) {
  /** @type {Map<Step, Promise<Finished>>} */
  const running = new Map();
  /** @type {Map<Step, Finished>} */
  const done = new Map();
  const waiting = [...steps];
  const used = () => [...running.keys()].reduce((sum, step) => sum + step.weight, 0);
  const told = setInterval(() => {
    progress.say(`  … still running: ${[...running.keys()].map(({ name }) => name).join(', ')}`);
  }, STILL_RUNNING_MS);

  while (waiting.length > 0 || running.size > 0) {
    const next = waiting[0];
    if (next !== undefined && (running.size === 0 || used() + next.weight <= slots)) {
      waiting.shift();
      const finished = runStep(next, preparations, signal, progress);
      running.set(next, finished);
      void finished.then((result) => {
        running.delete(next);
        done.set(next, result);
      });
    } else {
      await Promise.race(running.values());
    }
  }
  clearInterval(told);
  return steps.flatMap((step) => done.get(step) ?? []);
}

/**
 * @param {Step} step
 * @param {readonly Preparation[]} preparations
 * @param {AbortSignal} signal
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<Finished>}
 */
async function runStep(step, preparations, signal, progress) {
  const prepared = await prepare(step, preparations);
  const started = Date.now();
  if ('reason' in prepared || signal.aborted) {
    const reason = 'reason' in prepared ? prepared.reason : 'the time for the whole run is up';
    progress.say(`✗ ${step.name}: ${reason}`);
    return { name: step.name, milliseconds: 0, outcome: notRun(reason) };
  }
  progress.say(`▶ ${step.name}`);
  const {
    outcome,
    output = '',
    report = '',
  } = await step.run({ signal, env: prepared.env }).catch((error) => crashed(error));
  const milliseconds = Date.now() - started;
  if (outcome.failed > 0 && output !== '') progress.write(`${output.trimEnd()}\n`);
  progress.say(`${outcome.failed === 0 ? '✓' : '✗'} ${step.name} (${seconds(milliseconds)})`);
  return { name: step.name, milliseconds, outcome, report };
}

/** @param {unknown} error @returns {StepResult} */
function crashed(error) {
  const output = error instanceof Error ? (error.stack ?? '') : '';
  return { outcome: notRun(String(error)), output };
}

/**
 * @param {Step} step
 * @param {readonly Preparation[]} preparations
 * @returns {Promise<{env: NodeJS.ProcessEnv} | {reason: string}>}
 */
async function prepare(step, preparations) {
  const env = /** @type {NodeJS.ProcessEnv} */ ({});
  for (const { name, ready } of preparations.filter((one) => step.needs?.includes(one.name))) {
    try {
      Object.assign(env, await ready);
    } catch (error) {
      return { reason: `${name}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  return { env };
}

/**
 * The table at the end, what failed, and the machine-readable line.
 *
 * @param {readonly Finished[]} finished
 * @param {{passed: number, failed: number}} sum
 * @param {number} milliseconds of the whole run
 * @returns {string}
 */
export function summary(finished, sum, milliseconds) {
  const rows = finished.map(({ name, outcome, milliseconds: took }) => [
    name,
    String(outcome.passed),
    String(outcome.failed),
    seconds(took),
  ]);
  const lines = [['step', 'passed', 'failed', 'time'], ...rows].map(
    ([name = '', passed = '', failed = '', took = '']) =>
      `${name.padEnd(16)}${passed.padStart(8)}${failed.padStart(8)}${took.padStart(10)}`,
  );
  const reports = finished.flatMap(({ report }) => (report ? ['', report] : []));
  const faults = finished.flatMap(({ name, outcome }) => outcome.notes.map((note) => `  ${name}: ${note}`));
  const shown = faults.slice(0, 100);
  const more = faults.length > shown.length ? [`  … and ${faults.length - shown.length} more`] : [];
  return [
    '',
    ...lines,
    ...reports,
    ...(shown.length > 0 ? ['', ...shown, ...more] : []),
    '',
    `Done in ${seconds(milliseconds)}.`,
    `${sum.passed} passed, ${sum.failed} failed`,
    '',
  ].join('\n');
}
