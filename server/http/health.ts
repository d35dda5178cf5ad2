import { timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import mongoose from 'mongoose';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { ToolKeys } from '../lti/keys.ts';
import { isMigrated } from '../migrations.ts';

interface Check {
  name: string;
  ok: boolean;
}

async function check(name: string, work: () => Promise<boolean>): Promise<Check> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, 3000, false).unref());
  return { name, ok: await Promise.race([work(), late]).catch(() => false) };
}

const hasConnection = async (): Promise<boolean> =>
  (await mongoose.connection.db?.admin().command({ ping: 1 }))?.['ok'] === 1;

function isToken(given: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(`Bearer ${expected}`)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * `/healthz`: the process answers. `/readyz`: database, migrations and keys are there, so that it may get traffic.
 * `/metrics`: Prometheus, only with METRICS_TOKEN.
 */
export function healthRouter({
  config,
  keys,
}: {
  config: Config;
  keys: Pick<ToolKeys, 'publicJwks'>;
}): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    res.json({ ok: true });
  });
  router.get('/readyz', async (_req, res) => {
    const checks = await Promise.all([
      check('database', hasConnection),
      check('migrations', () => isMigrated([])),
      check('keys', async () => (await keys.publicJwks()).keys.length > 0),
    ]);
    res.setHeader('Cache-Control', 'no-store');
    res.status(checks.every((one) => one.ok) ? 200 : 503).json({ checks });
  });
  const { metricsToken } = config;
  if (metricsToken !== undefined) {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    router.get('/metrics', async (req, res) => {
      if (!isToken(req.get('authorization'), metricsToken))
        throw new AppError('NOT_FOUND', 'There is nothing at this address.');
      res.type(registry.contentType).send(await registry.metrics());
    });
  }
  return router;
}
