import { DeploymentModel, type DeploymentDoc } from './deployment.model.ts';
import { PlatformModel, type PlatformDoc } from './platform.model.ts';
import { TimedCache } from './timedCache.ts';

export type Platform = Readonly<PlatformDoc> & { readonly authOrigin: string };
/** A deployment that an operator, or the auto-approval of its client id, has assigned to an institution. */
export type ApprovedDeployment = Readonly<DeploymentDoc> & { readonly institutionId: string };

const CACHE_MS = 30_000;
const CACHE_MAX = 2_000;
/** How often the list of registrations is read while somebody asks for what is not in it. */
const LIST_MS = 1_000;

function toPlatform(doc: PlatformDoc): Platform {
  return { ...doc, authOrigin: new URL(doc.authUrl).origin };
}

function isApproved(doc: DeploymentDoc | null): doc is DeploymentDoc & { institutionId: string } {
  return doc?.state === 'approved' && typeof doc.institutionId === 'string';
}

const pair = (a: string, b: string): string => JSON.stringify([a, b]);
const only = (a: string): string => JSON.stringify([a]);

/**
 * Which issuers, and pairs of issuer and client id, are registered. A login is not signed, so what it names is checked against
 * this list: however many unknown ones are requested, it is read at most once a second. Its content stays until it is cleared.
 */
class RegisteredNames {
  #names: ReadonlySet<string> = new Set();
  #readAt = -Infinity;
  #reading: Promise<void> | null = null;
  #generation = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async has(name: string): Promise<boolean> {
    if (this.#names.has(name)) return true;
    if (this.#now() - this.#readAt < LIST_MS) return false;
    const generation = this.#generation;
    this.#reading ??= this.#read();
    await this.#reading;
    // what was read may be outdated
    return generation === this.#generation ? this.#names.has(name) : this.has(name);
  }

  clear(): void {
    this.#names = new Set();
    this.#readAt = -Infinity;
    this.#reading = null;
    this.#generation += 1;
  }

  async #read(): Promise<void> {
    const [generation, beganAt] = [this.#generation, this.#now()];
    try {
      const rows = await PlatformModel.find({}, { issuer: 1, clientId: 1 }).lean();
      if (generation !== this.#generation) return;
      this.#names = new Set(rows.flatMap((row) => [only(row.issuer), pair(row.issuer, row.clientId)]));
      this.#readAt = beganAt;
    } finally {
      if (generation === this.#generation) this.#reading = null;
    }
  }
}

/**
 * Look-ups of registrations, from memory if possible: a launch needs each twice. Another process sees a change (a platform
 * disabled, an origin added) after at most 30 s.
 */
export class PlatformStore {
  readonly #byId: TimedCache<Platform>;
  readonly #byPair: TimedCache<Platform>;
  readonly #byIssuer: TimedCache<readonly Platform[]>;
  readonly #approved: TimedCache<ApprovedDeployment>;
  readonly #registered: RegisteredNames;

  /** @param now  the process's monotonic time in ms, for tests */
  constructor(now: () => number = () => performance.now()) {
    const options = { ttlMs: CACHE_MS, max: CACHE_MAX, now };
    this.#byId = new TimedCache(options);
    this.#byPair = new TimedCache(options);
    this.#byIssuer = new TimedCache(options);
    this.#approved = new TimedCache(options);
    this.#registered = new RegisteredNames(now);
  }

  getById(id: string): Promise<Platform | null> {
    return this.#byId.get(id, async () => {
      const doc = await PlatformModel.findById(id).lean();
      return doc && toPlatform(doc);
    });
  }

  findByIssuerAndClient(issuer: string, clientId: string): Promise<Platform | null> {
    return this.#byPair.get(pair(issuer, clientId), async () => {
      if (!(await this.#registered.has(pair(issuer, clientId)))) return null;
      const doc = await PlatformModel.findOne({ issuer, clientId }).lean();
      return doc && toPlatform(doc);
    });
  }

  /** All registrations of an issuer: more than one makes a login without `client_id` ambiguous. */
  async findByIssuer(issuer: string): Promise<readonly Platform[]> {
    const found = await this.#byIssuer.get(issuer, async () => {
      if (!(await this.#registered.has(only(issuer)))) return null;
      // two are enough to know that it is ambiguous
      const docs = await PlatformModel.find({ issuer }).limit(2).lean();
      return docs.length > 0 ? docs.map(toPlatform) : null;
    });
    return found ?? [];
  }

  /** Null if the deployment is unknown, pending or disabled: `findDeployment` says which. */
  findApprovedDeployment(platformId: string, deploymentId: string): Promise<ApprovedDeployment | null> {
    return this.#approved.get(pair(platformId, deploymentId), async () => {
      const doc = await DeploymentModel.findOne({ platformId, deploymentId }).lean();
      return isApproved(doc) ? doc : null;
    });
  }

  /** Uncached, whatever its state. */
  findDeployment(platformId: string, deploymentId: string): Promise<DeploymentDoc | null> {
    return DeploymentModel.findOne({ platformId, deploymentId }).lean().exec();
  }

  /** Call after every write to platforms or deployments. */
  forget(): void {
    this.#byId.clear();
    this.#byPair.clear();
    this.#byIssuer.clear();
    this.#approved.clear();
    this.#registered.clear();
  }
}
