import type { AppDeps } from './wire.ts';
import { startChecks } from './features/artifacts/checks.service.ts';
import { sweepArtifacts } from './features/artifacts/sweep.service.ts';
import { sweepContentFiles } from './features/contentFiles/sweep.service.ts';
import { isFileInDraft } from './features/studio/draftFiles.service.ts';
import { startSealer } from './features/audit/sealer.service.ts';
import { reconcileLanesJob, startDeliveries, type DeliveriesDeps } from './features/grades/worker.service.ts';
import { listInstitutionIds } from './features/institutions/institutions.service.ts';
import { nightlyComparisonsJob } from './features/grades/comparison/nightlyComparisons.service.ts';
import { compareReturned } from './features/grades/deliveries/returns.service.ts';
import { claimsJob } from './features/reviews/peers.service.ts';
import { messageJobs } from './features/reminders/reminders.service.ts';
import { returnsJob } from './features/reviews/returning.service.ts';
import { syncAllRosters } from './features/rosters/courseRosters.service.ts';
import { artifactPorts } from './features/attempts/artifactPorts.service.ts';
import { abortableServices } from './lti/services.ts';
import { startJobs, type RepeatedJob } from './jobs/jobs.ts';
import { SharedRead } from './sharedRead.ts';

export interface BackgroundWork {
  /** Releases what was not started, lets what is in progress finish for some seconds, and aborts the remaining calls. */
  stop(): Promise<void>;
}

/** A call to an LMS that takes longer than this after the signal to stop is aborted: whoever continues looks there first. */
const CUT_AFTER_MS = 3_000;

/** Jobs that start together read the same list. */
const SHARED_MS = 1_000;

/** The same job, with metrics for how long each run took and whether it finished. */
export function withJobMetrics({ metrics }: Pick<AppDeps, 'metrics'>, job: RepeatedJob): RepeatedJob {
  if (!metrics) return job;
  return {
    ...job,
    async run(stopping) {
      const began = performance.now();
      const end = (outcome: 'done' | 'failed'): void =>
        metrics.observeJob(job.name, outcome, (performance.now() - began) / 1000);
      try {
        const result = await job.run(stopping);
        end('done');
        return result;
      } catch (error) {
        end('failed');
        throw error;
      }
    },
  };
}

/** Files of content that neither a draft nor a version refers to. */
const contentSweepJob = (deps: AppDeps, listIds: () => Promise<readonly string[]>): RepeatedJob => ({
  name: 'contentFiles.sweep',
  every: '1 day',
  run: () => sweepContentFiles({ ...deps, listInstitutionIds: listIds, isInDraft: isFileInDraft }),
});

/** Starts this process's share of the background work: sending scores, and the periodic jobs. */
export function startBackgroundWork(deps: AppDeps): BackgroundWork {
  const { metrics } = deps;
  const cutting = new AbortController();
  const services = abortableServices(deps.services, cutting.signal);
  const onEnded: DeliveriesDeps['onEnded'] = (conclusion) =>
    metrics?.countDelivery(conclusion.kind, 'reason' in conclusion ? conclusion.reason : 'none');
  const deliveries = startDeliveries({ ...deps, services, onEnded }, { slots: deps.config.workers });
  const shared = new SharedRead(listInstitutionIds, SHARED_MS);
  const institutionIds = () => shared.read();
  const sealer = startSealer({ ...deps, listInstitutionIds: institutionIds });
  const seal: RepeatedJob = { name: 'audit.seal', every: '1 minute', run: () => sealer.sweep() };
  const artifacts = {
    ...deps,
    ports: artifactPorts(deps),
    listInstitutionIds: institutionIds,
    stopping: deps.draining.closing,
  };
  const checks = startChecks(artifacts);
  const run = () => sweepArtifacts(artifacts);
  const sweep: RepeatedJob = { name: 'artifacts.sweep', every: '1 minute', run };
  const rosters: RepeatedJob = {
    name: 'rosters.sync',
    every: '1 day',
    run: (stopping) => syncAllRosters({ ...deps, services, onReturned: compareReturned }, { stopping }),
  };
  const all = [
    reconcileLanesJob,
    nightlyComparisonsJob(deps),
    rosters,
    sweep,
    contentSweepJob(deps, institutionIds),
    seal,
    returnsJob(deps, institutionIds),
    claimsJob(deps, institutionIds),
    ...messageJobs(deps, institutionIds),
  ];
  const jobs = startJobs(
    all.map((job) => withJobMetrics(deps, job)),
    deps.log,
  );
  return {
    async stop() {
      const timer = setTimeout(() => cutting.abort(), CUT_AFTER_MS);
      await Promise.all([deliveries.stop(), sealer.stop(), checks.stop(), jobs.stop()]);
      clearTimeout(timer);
    },
  };
}
