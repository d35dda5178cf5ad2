import { createServer, type RequestListener, type Server } from 'node:http';
import express, { type Express } from 'express';
import { createApp } from './app.ts';
import { Lms } from './lms.ts';
import { createAuthRoutes } from './oidc/auth.routes.ts';
import { storageFramePage } from './pages/storageFrame.ts';
import { logCall } from './services/service.ts';
import { Keys } from './state/keys.ts';
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

/** The second origin: Canvas' authorization endpoint and the frame that keeps what tools put there. */
function createFrameApp(lms: Lms): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(createAuthRoutes(lms));
  app.get('/lti/post_message_forwarding', (_req, res) => {
    res.send(storageFramePage());
  });
  // A roster's "next" may lead here: whoever follows it shows in the log whether the token came along.
  app.use((req, res) => {
    logCall(lms, 'foreign-host', req, res);
    res.status(404).json({ error: 'This is another host' });
  });
  return app;
}

/** The people whom anyone can act as, and one course with all of them but the LMS admin in it. */
function seed(lms: Lms): void {
  for (let n = 1; n <= 5; n += 1) lms.people.add({ id: `teacher-${n}`, name: `Teacher ${n}` });
  lms.people.add({ id: 'designer', name: 'Course designer' });
  lms.people.add({ id: 'reviewer', name: 'Reviewer' });
  lms.people.add({ id: 'admin', name: 'LMS admin', siteAdmin: true });
  lms.people.add({ id: 'test-student', name: 'Test student', testUser: true });
  const course = lms.courses.add({ title: 'EdTech practice, autumn round', label: 'EDTECH-A' });
  for (let n = 1; n <= 5; n += 1) lms.courses.enrol(course.id, `teacher-${n}`, 'learner');
  lms.courses.enrol(course.id, 'designer', 'designer');
  lms.courses.enrol(course.id, 'reviewer', 'instructor');
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
