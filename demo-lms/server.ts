import { createServer, type RequestListener, type Server } from 'node:http';
import { createApp } from './app.ts';
import { createFrameApp } from './frameApp.ts';
import { Lms } from './lms.ts';
import { Keys } from './state/keys.ts';
import { seed } from './state/seed.ts';
import type { SettingValues } from './state/settings.ts';
import { createStateFile, readStateFile, type SavedLms } from './state/stateFile.ts';

export interface DemoLmsOptions extends Partial<SettingValues> {
  /** 0 or absent: a free port. */
  port?: number;
  host?: string;
  /** The port of the second origin (Canvas' authorization and platform storage); 0 or absent: a free one. */
  frameHostPort?: number;
  /** Offered as the registration URL of the tool at hand. */
  toolUrl?: string;
  /** Decides which calls a fault with a percentage strikes. */
  random?: () => number;
  /** Where its records are kept over restarts; needs fixed ports. Absent: in memory only. */
  stateFile?: string;
}

export interface DemoLms {
  /** Without a slash at the end. */
  url: string;
  /** The second origin. */
  frameUrl: string;
  lms: Lms;
  close(): Promise<void>;
}

/**
 * Starts an LMS of its own: keys, people, one course, no tool. Any number can run in one process.
 * With a state file it goes on where its last run ended.
 */
export async function startDemoLms(options: DemoLmsOptions = {}): Promise<DemoLms> {
  const {
    port = 0,
    host = '127.0.0.1',
    frameHostPort = 0,
    toolUrl = null,
    stateFile,
    random,
    ...settings
  } = options;
  const addresses = { port, frameHostPort, toolUrl };
  const saved = stateFile ? await readStateFile(stateFile, addresses) : null;
  const lms = await openLms(saved, settings, random);
  const keeper = stateFile ? createStateFile(stateFile, lms, addresses) : null;
  const frame = await listen(createFrameApp(lms), host, frameHostPort);
  const main = await listen(createApp(lms, { toolUrl }), host, port);
  if (keeper) main.on('request', (_req, res) => res.once('close', () => keeper.touch()));
  lms.url = urlOf(main, host);
  lms.frameUrl = urlOf(frame, host);
  return {
    url: lms.url,
    frameUrl: lms.frameUrl,
    lms,
    async close() {
      await Promise.all([stop(main), stop(frame)]);
      await keeper?.flush();
      lms.keys.release();
    },
  };
}

async function openLms(
  saved: SavedLms | null,
  given: Partial<SettingValues>,
  random?: () => number,
): Promise<Lms> {
  const chance = random ? { random } : {};
  if (saved) {
    const { keys, records, settings } = saved;
    return new Lms({ keys: Keys.restore(keys), records, settings: { ...settings, ...given }, ...chance });
  }
  const lms = new Lms({ keys: await Keys.create(), settings: given, ...chance });
  seed(lms);
  return lms;
}

function listen(app: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(app);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host}:${port}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
