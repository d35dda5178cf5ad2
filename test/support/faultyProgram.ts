// A process that serves the app and gets FAULT_SIGNAL (SIGKILL) once, at FAULT_AT of its first transaction: when it has written
// its first document (`write`), when it is about to commit (`commit`), or when it has committed (`answer`), so that its response
// is never sent. With FAULT_ON, a collection, it is the first write to that collection, whether it is in a transaction or not, and
// the first commit after it. It prints `stands` and the id of the session before the signal is sent.
import { writeSync } from 'node:fs';
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
const at = process.env['FAULT_AT'] ?? 'answer';
const signal = process.env['FAULT_SIGNAL'] ?? 'SIGKILL';
let struck = false;
/** Id of the session with the moment's transaction. */
let session = '';
function strike(): void {
  if (struck) return;
  struck = true;
  writeSync(1, `stands ${session}\n`);
  process.kill(process.pid, signal);
}
const isSession = (lsid: unknown): lsid is { id: mongoose.mongo.Binary } =>
  typeof lsid === 'object' && lsid !== null && 'id' in lsid;
const on = process.env['FAULT_ON'] ?? '';
let isReached = on === '';
/** Requests whose reply is the moment. */
const awaited = new Set<number>();
const client = mongoose.connection.getClient();
client.on('commandStarted', ({ commandName, command, requestId }) => {
  const { [commandName]: collection, autocommit, lsid } = command as Record<string, unknown>;
  const writes = ['insert', 'update'].includes(commandName);
  const isMoment = on === '' ? writes && autocommit === false : writes && collection === on;
  if (isMoment) isReached = true;
  if (isMoment && isSession(lsid)) session = new mongoose.mongo.UUID(lsid.id.buffer).toString();
  if (at === 'write' && isMoment) awaited.add(requestId);
  if (commandName !== 'commitTransaction' || !isReached) return;
  // the listener is called before the command is sent
  if (at === 'commit') strike();
  if (at === 'answer') awaited.add(requestId);
});
client.on('commandSucceeded', ({ requestId }) => {
  if (awaited.has(requestId)) strike();
});
const server = createServer(createApp(deps));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
