// A process that serves the app and is killed the moment a transaction of it has been committed, so that its answer never leaves;
// with DIE_IN_TRANSACTION=1 the moment one has written its first.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import mongoose from 'mongoose';
import { createApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { startDatabaseClock } from '../../server/databaseClock.ts';
import { connectDatabase } from '../../server/db.ts';
import { createLog, wire } from '../../server/wire.ts';

const config = readConfig(process.env);
const db = await connectDatabase(config.mongodbUri);
const log = createLog(config);
const clock = await startDatabaseClock(db, { log });
const deps = wire(config, { clock, log, clientDirectory: '', shell: () => '' });
const early = process.env['DIE_IN_TRANSACTION'] === '1';
const begun = new Set<number>();
const client = mongoose.connection.getClient();
client.on('commandStarted', ({ commandName, command, requestId }) => {
  const writes = ['insert', 'update'].includes(commandName);
  if (early && writes && (command as { txnNumber?: unknown; autocommit?: boolean }).autocommit === false)
    begun.add(requestId);
});
client.on('commandSucceeded', ({ commandName, requestId }) => {
  if (commandName === 'commitTransaction' || begun.has(requestId)) process.kill(process.pid, 'SIGKILL');
});
const server = createServer(createApp(deps));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
