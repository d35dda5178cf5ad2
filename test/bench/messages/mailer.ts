import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { readConfig } from '../../../server/config.ts';
import { startDatabaseClock } from '../../../server/databaseClock.ts';
import { connectDatabase } from '../../../server/db.ts';
import { sendDueMail } from '../../../server/features/messages/mailer.service.ts';
import { createSealer } from '../../../server/seal.ts';
import { createLog } from '../../../server/wire.ts';

/**
 * A process that sends what is due, again and again, with nothing that keeps a second one from doing the same. Says `ready`, begins
 * at the first line that it reads, and answers each further one with the bytes of its heap after a collection.
 */
const config = readConfig(process.env);
const log = createLog(config);
const clock = await startDatabaseClock(await connectDatabase(config.mongodbUri), { log });
const sealer = createSealer(config.secretKeys);
const listInstitutionIds = () => Promise.resolve([process.env['INSTITUTION_ID'] ?? '']);
const times = JSON.parse(process.env['WM_TIMES'] ?? '') as {
  connectMs: number;
  silentMs: number;
  mailMs: number;
};
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());

process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.on('data', () => {
  globalThis.gc?.();
  process.stdout.write(`${process.memoryUsage().heapUsed}\n`);
});
while (!stopping.signal.aborted) {
  await sendDueMail({ config, clock, log, sealer, listInstitutionIds, times }, stopping.signal);
  await sleep(200);
}
clock.stop();
await mongoose.disconnect();
process.exit(0);
