import { timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import type { Config } from '../../config.ts';
import { pingDatabase } from '../../db.ts';
import { AppError } from '../../errors.ts';
import type { ToolKeys } from '../../lti/keys.ts';
import { isMigrated } from '../../migrations/migrations.ts';
import { MIGRATIONS } from '../../migrations/index.ts';
import type { Draining } from '../../http/draining.ts';
import type { JobLag, Metrics } from '../../http/metrics.ts';

interface Check {
  name: string;
  ok: boolean;
  /** For `jobs`: how long the longest has been waiting. */
  lagSeconds?: number;
  /** What an operator should know, although it does not affect traffic. */
  note?: string;
}

export interface HealthDeps {
  config: Pick<Config, 'metricsToken' | 'workers'>;
  keys: Pick<ToolKeys, 'publicJwks'>;
  jobLag: () => Promise<JobLag>;
  metrics: Metrics | null;
  draining?: Pick<Draining, 'state'>;
  /** True once requests came through a proxy that TRUST_PROXY does not count. */
  isProxyMissed?: () => boolean;
}

/** Work that nobody has claimed for this long makes a process with workers unready. */
export const JOB_LAG_LIMIT_SECONDS = 15 * 60;

async function check(name: string, work: () => Promise<boolean>): Promise<Check> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, 3000, false).unref());
  return { name, ok: await Promise.race([work(), late]).catch(() => false) };
}

/** A process without workers reports how late work is, but does not become unready because of it: the work is not its own. */
async function checkJobs({ config, jobLag }: HealthDeps): Promise<Check> {
  let lagSeconds: number | null = null;
  const work = async (): Promise<boolean> => {
    const lag = await jobLag();
    lagSeconds = Math.round(Math.max(lag.deliveries, lag.jobs));
    return config.workers === 0 || lagSeconds <= JOB_LAG_LIMIT_SECONDS;
  };
  const checked = await check('jobs', work);
  return lagSeconds === null ? checked : { ...checked, lagSeconds };
}

function isToken(given: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(`Bearer ${expected}`)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * `/healthz`: the process responds. `/readyz`: database, migrations and keys are available and background work is claimed, so
 * that it may get traffic; a process that is shutting down says so at once. `/metrics`: Prometheus, only with METRICS_TOKEN.
 */
export function healthRouter(deps: HealthDeps): Router {
  const { config, keys, jobLag, metrics } = deps;
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    res.json({ ok: true });
  });
  router.get('/readyz', async (_req, res) => {
    if (deps.draining && deps.draining.state !== 'open') {
      res.setHeader('Cache-Control', 'no-store');
      res.status(503).json({ checks: [{ name: 'stopping', ok: false }] });
      return;
    }
    const checks = await Promise.all([
      check('database', pingDatabase),
      check('migrations', () => isMigrated(MIGRATIONS)),
      check('keys', async () => (await keys.publicJwks()).keys.length > 0),
      checkJobs(deps),
    ]);
    if (deps.isProxyMissed?.())
      checks.push({ name: 'proxy', ok: true, note: 'X-Forwarded-For comes, but TRUST_PROXY is 0' });
    res.setHeader('Cache-Control', 'no-store');
    res.status(checks.every((one) => one.ok) ? 200 : 503).json({ checks });
  });
  const { metricsToken } = config;
  if (metricsToken !== undefined && metrics) {
    router.get('/metrics', async (req, res) => {
      if (!isToken(req.get('authorization'), metricsToken))
        throw new AppError('NOT_FOUND', 'There is nothing at this address.');
      const { contentType, text } = await metrics.read(await jobLag());
      res.setHeader('Cache-Control', 'no-store');
      res.type(contentType).send(text);
    });
  }
  return router;
}
