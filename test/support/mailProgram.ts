// A process that sends the mails of INSTITUTION_ID that are due, as the job of each minute does.
import { readConfig } from '../../server/config.ts';
import { startDatabaseClock } from '../../server/databaseClock.ts';
import { connectDatabase } from '../../server/db.ts';
import { sendDueMail } from '../../server/features/messages/mailer.service.ts';
import { createSealer } from '../../server/seal.ts';
import { createLog } from '../../server/wire.ts';

const config = readConfig(process.env);
const log = createLog(config);
const clock = await startDatabaseClock(await connectDatabase(config.mongodbUri), { log });
const sealer = createSealer(config.secretKeys);
const listInstitutionIds = () => Promise.resolve([process.env['INSTITUTION_ID'] ?? '']);
await sendDueMail({ config, clock, log, sealer, listInstitutionIds }, new AbortController().signal);
process.exit(0);
