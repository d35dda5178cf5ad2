import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mongoose, { type Mongoose } from 'mongoose';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { startDatabaseClock } from './databaseClock.ts';
import { connectDatabase, isDatabaseAway, selectionMs } from './db.ts';
import { startBackgroundWork } from './backgroundWork.ts';
import { isMigrated } from './migrations/migrations.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { endAtSignals, prepareShutdown } from './shutdown.ts';
import { wire } from './wire.ts';

/** A process that could not start; the message says what to do. */
class StartError extends Error {}

/** A start waits this many times as long as an operation does. */
const START_WAITS = 3;
const SLOW_MS = 3_000;
/** All headers of a request. */
const HEADERS_MS = 60_000;

/** @throws {StartError} if it cannot listen on that address */
async function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  // bodies have limits of their own (http/bodyLimits.ts); Node's five minutes would cut off a long upload
  server.requestTimeout = 0;
  server.headersTimeout = HEADERS_MS;
  server.keepAliveTimeout = 65_000;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
    });
  } catch (error) {
    const place = host === undefined ? `port ${port}` : `${host}, port ${port}`;
    throw new StartError(`Waymark can't listen on ${place}: are HOST and PORT right, and free?`, {
      cause: error,
    });
  }
}

/**
 * Connects, waiting for a database that is starting up or electing.
 *
 * @throws {StartError} after a minute (with the timeouts of `db.ts`); other connection errors (a wrong password, a wrong name) at
 *   once
 */
async function connectAtStart(uri: string, log: Pick<Logger, 'warn'>): Promise<Mongoose> {
  const limitMs = START_WAITS * selectionMs(uri);
  const giveUpAt = performance.now() + limitMs;
  const slow = setTimeout(
    () => log.warn(`the database does not respond yet; waiting up to ${limitMs / 1000} s`),
    SLOW_MS,
  );
  try {
    for (;;) {
      try {
        return await connectDatabase(uri);
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        if (performance.now() > giveUpAt)
          throw new StartError(
            'the database did not answer: is MONGODB_URI right, and does it have a primary?',
            {
              cause: error,
            },
          );
      }
    }
  } finally {
    clearTimeout(slow);
  }
}

interface Client {
  clientDirectory: string;
  shell: () => string;
}

/** @returns a function that stops the process @throws {StartError} */
async function begin(
  config: Config,
  log: Logger,
  client: Client,
): Promise<(noticed: boolean) => Promise<void>> {
  const db = await connectAtStart(config.mongodbUri, log);
  if (!(await isMigrated(MIGRATIONS)))
    throw new StartError('the database is not migrated: run `npm run waymark -- migrate` first');
  const clock = await startDatabaseClock(db, { log });
  const deps = wire(config, { clock, log, ...client });
  // the first key is created now, not during somebody's launch
  await deps.keys.signingKey();
  const work = config.workers > 0 ? startBackgroundWork(deps) : null;
  const server = createServer(createApp(deps));
  const stop = prepareShutdown({
    server,
    log,
    draining: deps.draining,
    limitSeconds: config.shutdownSeconds,
    noticeSeconds: config.shutdownNoticeSeconds,
    stopWork: async () => work?.stop(),
    async closeRest() {
      await deps.refusals.flush();
      await deps.outbound.close();
      clock.stop();
      await mongoose.disconnect();
    },
  });
  await listen(server, config);
  const { address, port } = server.address() as AddressInfo;
  log.info({ address, port, publicUrl: config.publicUrl, workers: config.workers }, 'Waymark is listening');
  return stop;
}

/**
 * Runs this process's share of Waymark, web, and workers if the configuration says so, until a signal ends it
 * (`server/shutdown.ts`). It exits with 1 if it cannot start, and says why.
 */
export async function serve(config: Config, log: Logger, client: Client): Promise<void> {
  try {
    endAtSignals(log, await begin(config, log, client));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    log.fatal({ err: error.cause }, error.message);
    process.exit(1);
  }
}
