import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { runSteps, summary } from '../../../scripts/lib/steps.mjs';
import type { Step } from '../../../scripts/lib/steps.mjs';

const quiet = { say: () => undefined, write: () => undefined };
const NEVER = new AbortController().signal;
const PASSED = { outcome: { passed: 1, failed: 0, notes: [] } };

/** A step that notes when it begins and ends. */
function noted(name: string, weight: number, log: string[]): Step {
  return {
    name,
    weight,
    run: async () => {
      log.push(`+${name}`);
      await sleep(5);
      log.push(`-${name}`);
      return PASSED;
    },
  };
}

const run = (steps: Step[], more: Partial<Parameters<typeof runSteps>[1]> = {}) =>
  runSteps(steps, { slots: 2, preparations: [], signal: NEVER, progress: quiet, ...more });

describe('the steps of a test run', () => {
  it('run side by side as far as the slots go, and a heavy one alone', async () => {
    const log: string[] = [];

    await run([noted('a', 1, log), noted('b', 1, log), noted('heavy', 2, log), noted('c', 1, log)]);

    expect(log.slice(0, 2)).toEqual(['+a', '+b']);
    expect(log.slice(4)).toEqual(['+heavy', '-heavy', '+c', '-c']);
  });

  it('are reported in their own order, whichever ended first', async () => {
    const slow: Step = { name: 'slow', weight: 1, run: () => sleep(30).then(() => PASSED) };

    const finished = await run([slow, noted('quick', 1, [])]);

    expect(finished.map(({ name }) => name)).toEqual(['slow', 'quick']);
  });

  it('get what their preparation found', async () => {
    let seen: NodeJS.ProcessEnv = {};
    const step: Step = {
      name: 'server',
      weight: 2,
      needs: ['mongod'],
      run: ({ env }) => {
        seen = env;
        return Promise.resolve(PASSED);
      },
    };

    await run([step], { preparations: [{ name: 'mongod', ready: Promise.resolve({ URI: 'mongodb://x' }) }] });

    expect(seen).toEqual({ URI: 'mongodb://x' });
  });

  it('fail, and do not run, when their preparation failed', async () => {
    const log: string[] = [];
    const ready = sleep(1).then(() => Promise.reject(new Error('none found')));

    const finished = await run([{ ...noted('server', 2, log), needs: ['mongod'] }, noted('other', 2, log)], {
      preparations: [{ name: 'mongod', ready }],
    });

    expect(log).toEqual(['+other', '-other']);
    expect(finished[0]?.outcome).toEqual({ passed: 0, failed: 1, notes: ['not run: mongod: none found'] });
  });

  it('fail when they throw', async () => {
    const step: Step = { name: 'broken', weight: 1, run: () => Promise.reject(new Error('disk full')) };

    const [finished] = await run([step]);

    expect(finished?.outcome).toMatchObject({ passed: 0, failed: 1 });
  });

  it('fail, and do not run, once the time for the whole run is up', async () => {
    const log: string[] = [];

    const [finished] = await run([noted('late', 1, log)], { signal: AbortSignal.abort() });

    expect(log).toEqual([]);
    expect(finished?.outcome.failed).toBe(1);
  });
});

describe('the summary of a test run', () => {
  it('names what failed and ends with the count on a line of its own', () => {
    const outcome = { passed: 3, failed: 1, notes: ['failed: divides'] };

    const text = summary([{ name: 'unit', milliseconds: 1_500, outcome }], { passed: 3, failed: 1 }, 2_000);

    expect(text).toContain('unit: failed: divides');
    expect(text.trimEnd().split('\n').at(-1)).toBe('3 passed, 1 failed');
  });

  it('shows what a step reports, whether or not it failed', () => {
    const outcome = { passed: 1, failed: 0, notes: [] };
    const report = 'coverage  branches\nserver      90.0 %';

    const text = summary([{ name: 'coverage', milliseconds: 900, outcome, report }], outcome, 2_000);

    expect(text).toContain(`\n${report}\n`);
  });
});
