// A process that serves the app and gets FAULT_SIGNAL (SIGKILL) once, at FAULT_AT of its first transaction: when it has written
// its first document (`write`), when it is about to commit (`commit`), or when it has committed (`answer`), so that its response
// is never sent. It prints `stands` before the signal is sent.
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
function strike(): void {
  if (struck) return;
  struck = true;
  writeSync(1, 'stands\n');
  process.kill(process.pid, signal);
}
const begun = new Set<number>();
const client = mongoose.connection.getClient();
client.on('commandStarted', ({ commandName, command, requestId }) => {
  // the listener is called before the command is sent
  if (at === 'commit' && commandName === 'commitTransaction') strike();
  const writes = ['insert', 'update'].includes(commandName);
  if (at === 'write' && writes && (command as { autocommit?: boolean }).autocommit === false)
    begun.add(requestId);
});
client.on('commandSucceeded', ({ commandName, requestId }) => {
  if ((at === 'answer' && commandName === 'commitTransaction') || begun.has(requestId)) strike();
});
const server = createServer(createApp(deps));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
