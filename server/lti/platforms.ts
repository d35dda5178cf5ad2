import { DeploymentModel, type DeploymentDoc } from './deployment.model.ts';
import { PlatformModel, type PlatformDoc } from './platform.model.ts';
import { TimedCache } from './timedCache.ts';

export type Platform = Readonly<PlatformDoc> & { readonly authOrigin: string };
/** A deployment that an operator, or the auto-approval of its client id, has given to an institution. */
export type ApprovedDeployment = Readonly<DeploymentDoc> & { readonly institutionId: string };

/**
 * Look-ups of registrations, from memory where possible: a launch asks for each twice. Another process sees a change
 * (a platform disabled, an origin added) after at most 30 s.
 */
export interface PlatformStore {
  getById(id: string): Promise<Platform | null>;
  findByIssuerAndClient(issuer: string, clientId: string): Promise<Platform | null>;
  /** All registrations of an issuer: more than one makes a login without `client_id` ambiguous. */
  findByIssuer(issuer: string): Promise<readonly Platform[]>;
  /** Null when the deployment is unknown, pending or disabled: see `findDeployment` for which. */
  findApprovedDeployment(platformId: string, deploymentId: string): Promise<ApprovedDeployment | null>;
  /** Uncached, whatever its state. */
  findDeployment(platformId: string, deploymentId: string): Promise<DeploymentDoc | null>;
  /** Call after every write to platforms or deployments. */
  forget(): void;
}

const CACHE_MS = 30_000;
const CACHE_MAX = 2_000;

function toPlatform(doc: PlatformDoc): Platform {
  return { ...doc, authOrigin: new URL(doc.authUrl).origin };
}

function isApproved(doc: DeploymentDoc | null): doc is DeploymentDoc & { institutionId: string } {
  return doc?.state === 'approved' && typeof doc.institutionId === 'string';
}

const pair = (a: string, b: string): string => JSON.stringify([a, b]);

/** @param now  the process's monotonic time in ms, for tests */
export function createPlatformStore(now: () => number = () => performance.now()): PlatformStore {
  const options = { ttlMs: CACHE_MS, max: CACHE_MAX, now };
  const byId = new TimedCache<Platform>(options);
  const byPair = new TimedCache<Platform>(options);
  const byIssuer = new TimedCache<readonly Platform[]>(options);
  const approved = new TimedCache<ApprovedDeployment>(options);

  return {
    getById: (id) =>
      byId.get(id, async () => {
        const doc = await PlatformModel.findById(id).lean();
        return doc && toPlatform(doc);
      }),
    findByIssuerAndClient: (issuer, clientId) =>
      byPair.get(pair(issuer, clientId), async () => {
        const doc = await PlatformModel.findOne({ issuer, clientId }).lean();
        return doc && toPlatform(doc);
      }),
    async findByIssuer(issuer) {
      const found = await byIssuer.get(issuer, async () => {
        // two are enough to know that it is ambiguous
        const docs = await PlatformModel.find({ issuer }).limit(2).lean();
        return docs.length > 0 ? docs.map(toPlatform) : null;
      });
      return found ?? [];
    },
    findApprovedDeployment: (platformId, deploymentId) =>
      approved.get(pair(platformId, deploymentId), async () => {
        const doc = await DeploymentModel.findOne({ platformId, deploymentId }).lean();
        return isApproved(doc) ? doc : null;
      }),
    findDeployment: (platformId, deploymentId) =>
      DeploymentModel.findOne({ platformId, deploymentId }).lean(),
    forget() {
      for (const cache of [byId, byPair, byIssuer, approved]) cache.clear();
    },
  };
}
