import type { Deps } from '../../deps.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import type { LtiServices } from '../../lti/services.ts';
import { getSettings } from '../institutions/settings.service.ts';
import { rosterStatusInCourse } from '../rosters/courseRosters.service.ts';
import { compareReturned } from './deliveries/returns.service.ts';
import type { Conclusion } from './worker/conclusion.ts';
import { reconcileLanes } from './worker/laneReconciler.ts';
import { watchScoreIntents } from './worker/scoreIntentStream.ts';
import { startWorker, type WorkerOptions } from './worker/worker.ts';

export interface DeliveriesDeps extends Pick<Deps, 'clock' | 'log'> {
  config: Pick<Deps['config'], 'publicUrl'>;
  services: LtiServices;
  platforms: Pick<PlatformStore, 'getById'>;
  /** Called with the outcome of each try. */
  onEnded?: (conclusion: Conclusion) => void;
}

export interface RunningDeliveries {
  stop(): Promise<void>;
}

/** The periodic job that finds scores whose wake-up was lost; for `startJobs`. */
export const reconcileLanesJob = {
  name: 'deliveries.reconcile',
  every: '1 minute',
  run: reconcileLanes,
} as const;

/**
 * Starts sending scores in this process. Any number of processes may do so; together they send each score once at a time, in
 * order for each column and person.
 *
 * @param options.slots  deliveries in progress at once (`WORKERS`), at least 1
 */
export function startDeliveries(deps: DeliveriesDeps, options: WorkerOptions): RunningDeliveries {
  const { clock, log, services, platforms } = deps;
  const listening = watchScoreIntents(
    {
      onIntent: (laneId, deliveryId) => worker.wake(laneId, deliveryId),
      onWake: () => worker.wake(),
      onLater: (at) => worker.wakeAt(at),
    },
    log,
  );
  const worker = startWorker(
    {
      isSubscribed: () => listening.isOpen(),
      clock,
      log,
      platforms,
      ...(deps.onEnded ? { onEnded: deps.onEnded } : {}),
      ags: services.ags,
      launchUrl: `${deps.config.publicUrl}/lti/launch`,
      random: Math.random,
      zoneOf: async (institutionId) => (await getSettings(deps, institutionId)).zone,
      rosterStatusOf: (institutionId, who) =>
        rosterStatusInCourse({ ...deps, onReturned: compareReturned }, institutionId, who),
    },
    options,
  );
  return {
    async stop() {
      await listening.stop();
      await worker.stop();
    },
  };
}
