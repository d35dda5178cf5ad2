import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { createApp } from './app.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { startDatabaseClock } from './databaseClock.ts';
import { connectDatabase } from './db.ts';
import { startBackgroundWork } from './jobs/backgroundWork.ts';
import { readShell } from './http/clientFiles.ts';
import { isMigrated } from './migrations.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { shippedFolder } from './shipped.ts';
import { createLog, wire } from './wire.ts';

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function listen(server: Server, port: number): Promise<void> {
  // a long upload is ended by silence (uploads.routes.ts), not by Node's five minutes
  server.requestTimeout = 0;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
}

/** Stops taking requests, waits for those that run, then for the workers; gives up after `seconds`. */
async function drain(server: Server, seconds: number, rest: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = sleep(seconds * 1000, undefined, { ref: false });
  await Promise.race([closed.then(rest), late]);
  server.closeAllConnections();
}

async function main(): Promise<void> {
  const config = readConfigOrExit();
  const log = createLog(config);
  const db = await connectDatabase(config.mongodbUri);
  if (!(await isMigrated(MIGRATIONS))) {
    log.fatal('the database is not migrated: run `npm run waymark -- migrate` first');
    process.exit(1);
  }
  const clock = await startDatabaseClock(db, { log });
  const clientDirectory = join(shippedFolder('dist'), 'client');
  const shell = readShell(clientDirectory);
  const deps = wire(config, { clock, log, clientDirectory, shell: () => shell });
  // the first key is made now, not in somebody's launch
  await deps.keys.signingKey();
  const work = config.workers > 0 ? startBackgroundWork(deps) : null;
  const server = createServer(createApp(deps));
  await listen(server, config.port);
  log.info(
    { port: config.port, publicUrl: config.publicUrl, workers: config.workers },
    'Waymark is listening',
  );

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    void drain(server, config.shutdownSeconds, async () => {
      await work?.stop();
      await deps.outbound.close();
      clock.stop();
      await mongoose.disconnect();
    }).then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

await main();
