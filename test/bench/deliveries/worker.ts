import mongoose from 'mongoose';
import { pino } from 'pino';
import { readConfig } from '../../../server/config.ts';
import { startDatabaseClock } from '../../../server/databaseClock.ts';
import { connectDatabase } from '../../../server/db.ts';
import { startDeliveries } from '../../../server/features/grades/worker.service.ts';
import { ToolKeys } from '../../../server/lti/keys.ts';
import { Outbound } from '../../../server/lti/outbound.ts';
import { PlatformStore } from '../../../server/lti/platforms.ts';
import { createLtiServices } from '../../../server/lti/services.ts';
import { createSealer } from '../../../server/seal.ts';

/** A worker process as production starts it, without the web part. Says `ready`, and begins at the first line it reads. */
const config = readConfig(process.env);
const log = pino({ level: 'warn' }, pino.destination(2));
await connectDatabase(config.mongodbUri);
const clock = await startDatabaseClock(mongoose);
const keys = new ToolKeys({ clock, sealer: createSealer(config.secretKeys) });
await keys.signingKey();
const outbound = new Outbound({
  version: 'bench',
  publicUrl: config.publicUrl,
  allowLocal: config.allowLocalPlatforms,
});
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const leaseMs = Number(process.env['WM_LEASE_MS'] ?? 45_000);
const deliveries = startDeliveries(
  {
    config,
    clock,
    log,
    services: createLtiServices({ clock, keys, outbound }),
    platforms: new PlatformStore(),
  },
  { slots: config.workers, leaseMs },
);

process.once('SIGTERM', () => {
  void (async () => {
    await deliveries.stop();
    clock.stop();
    await outbound.close();
    await mongoose.disconnect();
    process.stdin.destroy();
  })();
});
