import type { AppDeps } from '../wire.ts';
import { sweepArtifacts } from '../features/artifacts/sweep.service.ts';
import { deliveriesNet, startDeliveries } from '../features/grades/worker.service.ts';
import { listInstitutionIds } from '../features/institutions/institutions.service.ts';
import { syncAllRosters } from '../features/rosters/courseRosters.service.ts';
import { artifactPorts } from '../features/submissions/artifactPorts.service.ts';
import { startJobs } from './jobs.ts';

export interface BackgroundWork {
  /** Lets what is on its way end, gives back the rest. */
  stop(): Promise<void>;
}

/** Starts this process's share of the background work: scores on their way, and what must be looked after now and then. */
export async function startBackgroundWork(deps: AppDeps): Promise<BackgroundWork> {
  const deliveries = startDeliveries(deps, { slots: deps.config.workers });
  const artifacts = { ...deps, ports: artifactPorts(deps), listInstitutionIds };
  const sweep = { name: 'artifacts.sweep', every: '1 minute', run: () => sweepArtifacts(artifacts) };
  const rosters = { name: 'rosters.sync', every: '1 day', run: () => syncAllRosters(deps) };
  const jobs = await startJobs([deliveriesNet, rosters, sweep], deps.log);
  return {
    async stop() {
      await Promise.all([deliveries.stop(), jobs.stop()]);
    },
  };
}
