import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { freePort, isFree } from '../../../scripts/lib/ports.mjs';
import { run, start, stop } from '../../../scripts/lib/processes.mjs';

/** Starts a program that starts another one, prints that one's process id, and stays. */
const PARENT = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(child.pid);
  setInterval(() => {}, 1000);
`;

/** Whether a process runs; one that has ended and waits to be noticed by its parent does not. */
async function runs(pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone) Z');
    return !/\) [ZX]/.test(stat);
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('running a program', () => {
  it('gives its exit code and what it wrote, apart and together', async () => {
    const result = await run(process.execPath, [
      '-e',
      'console.log("out"); console.error("err"); process.exit(3)',
    ]);

    expect(result.code).toBe(3);
    expect(result.stdout).toBe('out\n');
    expect(result.output).toContain('err\n');
  });

  it('says so when there is no such program', async () => {
    const result = await run('/nowhere/program', []);

    expect(result.code).toBeNull();
    expect(result.output).toContain('ENOENT');
  });

  it('ends it when its time is up', async () => {
    const result = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { limitSeconds: 0.2 });

    expect(result).toMatchObject({ timedOut: true, code: null });
  });

  it('ends it, and what it started, when the caller says so', async () => {
    const stop = new AbortController();
    let ranBefore = false;
    const result = await run(process.execPath, ['-e', PARENT], {
      signal: stop.signal,
      onOutput: (text) =>
        void runs(Number(text)).then((answer) => {
          ranBefore = answer;
          stop.abort();
        }),
    });
    const grandchild = Number(result.stdout.trim());
    while (await runs(grandchild)) await sleep(10);

    expect(result).toMatchObject({ timedOut: false, code: null });
    expect(ranBefore).toBe(true);
    expect(await runs(grandchild)).toBe(false);
  });

  it('gives it the environment of its own', async () => {
    const script = 'console.log(process.env.WAYMARK_TRIAL)';

    const result = await run(process.execPath, ['-e', script], { env: { WAYMARK_TRIAL: 'yes' } });

    expect(result.stdout.trim()).toBe('yes');
  });
});

describe('ports', () => {
  it('tells a taken one from a free one', async () => {
    const port = await freePort();
    expect(await isFree(port)).toBe(true);

    const script = `require('node:net').createServer().listen(${port}, '127.0.0.1', () => console.log('up'))`;
    const stop = new AbortController();
    let up = false;
    const running = run(process.execPath, ['-e', script], {
      signal: stop.signal,
      onOutput: () => {
        up = true;
      },
    });
    while (!up) await sleep(10);

    expect(await isFree(port)).toBe(false);
    stop.abort();
    await running;
  });
});

/** Starts a program that ends by itself 300 ms after its first SIGTERM, and at once with 1 at a second one. */
const DRAINS = `
  let signals = 0;
  process.on('SIGTERM', () => {
    if (++signals > 1) process.exit(1);
    setTimeout(() => process.exit(0), 300);
  });
  console.log('ready');
  setInterval(() => {}, 1000);
`;

describe('ending a program', () => {
  it('asks it once, however many wait for its end', async () => {
    const child = start(process.execPath, ['-e', DRAINS], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout) await once(child.stdout, 'data');

    const first = stop(child);
    await sleep(100);
    await Promise.all([first, stop(child)]);

    expect(child.exitCode).toBe(0);
  });
});
