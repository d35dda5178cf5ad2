import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { freePort } from '../../../scripts/lib/ports.mjs';
import { startDemoLms, type DemoLms } from '../../../demo-lms/server.ts';
import { startCookieless } from './cookieless.ts';

/** The built tool as a process of its own. */
export interface ToolProcess {
  toolUrl: string;
  /** The tool for programs, which keep cookies: the same, but in a world without cookies. */
  directUrl: string;
  /** Its database, for what no request of a browser would leave there within a test. */
  databaseUri: string;
  /** Seals what this tool opens. */
  secretKeys: string;
  /** Runs a verb of the command line against this tool; answers what it printed. */
  waymark(...args: string[]): Promise<string>;
  /** What the tool has written to its log. */
  log(): string;
  /** Takes the tool away as an outage does: at once. */
  halt(): Promise<void>;
  /** Brings it back at the same address, with the same data. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** The tool, and a demo LMS on another site, joined as an admin would join them. */
export interface World extends ToolProcess {
  /** The institution that the LMS belongs to. Others may be served by the same tool. */
  institution: string;
  lms: DemoLms;
  /** Makes a person an admin of the institution. */
  assignAdmin(personId: string): Promise<unknown>;
}

/** As `seed --demo` names it. */
export const FIRST_INSTITUTION = 'Demo District';

async function run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${said}`);
  return said.trim();
}

async function waitUntilReady(url: string, tool: ChildProcess, log: () => string): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (tool.exitCode !== null) throw new Error(`the tool ended with ${tool.exitCode}:\n${log()}`);
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the tool did not get ready:\n${log()}`);
}

/** Starts the tool on a free port and a database of its own; `cookieless`: its browsers get no cookie of it. */
export async function startTool({ cookieless = false } = {}): Promise<ToolProcess> {
  const server = process.env['WAYMARK_TEST_MONGODB_URI'];
  if (!server)
    throw new Error(
      'WAYMARK_TEST_MONGODB_URI is not set: run the browser tests by `npm test -- --only browser`.',
    );
  const [port, before] = [await freePort(), cookieless ? await freePort() : null];
  const directUrl = `http://localhost:${port}`;
  const toolUrl = before === null ? directUrl : `http://localhost:${before}`;
  const databaseUri = withDatabase(server, `waymark_browser_${randomUUID().slice(0, 8)}`);
  const secretKeys = randomUUID() + randomUUID();
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    PORT: String(port),
    PUBLIC_URL: toolUrl,
    MONGODB_URI: databaseUri,
    SECRET_KEYS: secretKeys,
    ALLOW_LOCAL_PLATFORMS: '1',
    WORKERS: '2',
    SHUTDOWN_NOTICE_SECONDS: '0',
  };
  const waymark = (...args: string[]): Promise<string> => run(['dist/server/cli.js', ...args], env);
  await waymark('migrate');
  let written = '';
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['dist/server/main.js'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (part: Buffer) => (written += part.toString()));
    child.stderr.on('data', (part: Buffer) => (written += part.toString()));
    await waitUntilReady(directUrl, child, () => written);
    return child;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (tool.exitCode !== null || tool.signalCode !== null) return;
    const ended = once(tool, 'exit');
    tool.kill(signal);
    await ended;
  };
  let tool = await start();
  const proxy = before === null ? null : await startCookieless(before, port);
  return {
    toolUrl,
    directUrl,
    databaseUri,
    secretKeys,
    waymark,
    log: () => written,
    halt: () => end('SIGKILL'),
    async resume() {
      tool = await start();
    },
    async stop() {
      proxy?.closeAllConnections();
      proxy?.close();
      await end('SIGTERM');
    },
  };
}

/** Starts a tool with one LMS, by the command line alone. */
export async function startWorld(options: { cookieless?: boolean } = {}): Promise<World> {
  const tool = await startTool(options);
  const lms = await startDemoLms({ toolUrl: tool.toolUrl });
  await tool.waymark('seed', '--demo', '--platform-url', lms.url);
  return {
    ...tool,
    institution: FIRST_INSTITUTION,
    lms,
    assignAdmin: (personId) => tool.waymark('assign', personId, 'admin', '--institution', FIRST_INSTITUTION),
    async stop() {
      await tool.stop();
      await lms.close();
    },
  };
}
