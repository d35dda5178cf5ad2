import type { Deps } from '../../deps.ts';
import type { JobLag } from '../../http/metrics.ts';
import { findJobLag } from '../../jobs/jobs.ts';
import { SharedRead } from '../../sharedRead.ts';
import { findDeliveryLag } from '../grades/lag.service.ts';

/** Probes of several load balancers, and a scrape, share one query. */
const CACHE_MS = 5_000;

/** How long scores and periodic jobs have been waiting, read from the database at most every five seconds. */
export function sharedJobLag({ clock }: Pick<Deps, 'clock'>): SharedRead<JobLag> {
  return new SharedRead(async () => {
    const [deliveries, jobs] = await Promise.all([findDeliveryLag(clock.now()), findJobLag()]);
    return { deliveries: deliveries / 1000, jobs: jobs / 1000 };
  }, CACHE_MS);
}
