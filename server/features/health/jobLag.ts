import type { Deps } from '../../deps.ts';
import { findDeliveryLag } from '../grades/lag.service.ts';
import type { JobLag } from '../../http/metrics.ts';
import { findJobLag } from '../../jobs/jobs.ts';

/** Probes of several balancers, and a scrape, ask once. */
const CACHE_MS = 5_000;

/** How long scores and repeated jobs have been waiting, asked of the database at most every five seconds. */
export function createJobLag({ clock }: Pick<Deps, 'clock'>): () => Promise<JobLag> {
  let asked: { at: number; lag: Promise<JobLag> } | null = null;
  const ask = async (): Promise<JobLag> => {
    const [deliveries, jobs] = await Promise.all([findDeliveryLag(clock.now()), findJobLag()]);
    return { deliveries: deliveries / 1000, jobs: jobs / 1000 };
  };
  return () => {
    const at = performance.now();
    if (asked && at - asked.at < CACHE_MS) return asked.lag;
    const lag = ask();
    asked = { at, lag };
    lag.catch(() => {
      if (asked?.lag === lag) asked = null;
    });
    return lag;
  };
}
