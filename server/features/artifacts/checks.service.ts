import { setTimeout as sleep } from 'node:timers/promises';
import { listenForChanges } from '../../changes.ts';
import { ArtifactModel } from './artifact.model.ts';
import { checkArtifact } from './artifactChecks.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { findDueChecks, findWithChecks } from './checkLease.ts';
import type { UploadKey } from './uploads/uploadId.ts';

/** How often the institutions are checked in which files are waiting. */
const LOOK_EVERY_MS = 2_000;
/** How often all of them are checked, whatever was notified or missed. */
const LOOK_AT_ALL_MS = 60_000;
/** Checks that one process runs at once on behalf of others. */
const AT_ONCE = 4;

export interface CheckDeps extends ArtifactDeps {
  listInstitutionIds(): Promise<readonly string[]>;
}

export interface RunningChecks {
  /** Starts no more checks; those in progress are released by `ArtifactDeps.stopping`. */
  stop(): Promise<void>;
}

interface Event {
  fullDocument?: { institutionId?: string } | null;
}

/** Files whose last byte arrived, by institution; none of their content crosses the wire. */
const WATCHED = {
  [ArtifactModel.collection.collectionName]: {
    operationType: 'update',
    'updateDescription.updatedFields.state': 'checking',
  },
};

/** Looks after the checks of all processes: this one runs those that nobody runs. */
class CheckWatch implements RunningChecks {
  readonly #deps: CheckDeps;
  readonly #lookEveryMs: number;
  readonly #stopping = new AbortController();
  /** Institutions in which files are waiting, as far as this process knows. */
  readonly #waiting = new Set<string>();
  readonly #making = new Map<string, Promise<void>>();
  readonly #listening: { stop(): Promise<void> };
  readonly #loop: Promise<void>;
  #allAt = 0;
  /** Ends the sleep while nothing is waiting. */
  #told = new AbortController();

  constructor(deps: CheckDeps, lookEveryMs: number) {
    this.#deps = deps;
    this.#lookEveryMs = lookEveryMs;
    this.#listening = listenForChanges(
      {
        of: 'files to check',
        watched: WATCHED,
        fields: ['fullDocument.institutionId'],
        withDocuments: true,
        onChange: (change) => {
          const institutionId = (change as Event).fullDocument?.institutionId;
          if (institutionId === undefined) return;
          this.#waiting.add(institutionId);
          this.#told.abort();
        },
        // what arrived while nobody listened is found by looking
        onOpen: () => {
          this.#allAt = 0;
          this.#told.abort();
        },
      },
      deps.log,
    );
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#told.abort();
    await this.#listening.stop();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) =>
        this.#deps.log.warn({ err: error }, 'files waiting for a check could not be read; trying again'),
      );
      await this.#untilSomethingWaits();
      await sleep(this.#lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** While nothing is waiting this process sleeps, until it is notified, or until all institutions are to be checked. */
  async #untilSomethingWaits(): Promise<void> {
    if (this.#waiting.size > 0 || this.#stopping.signal.aborted) return;
    this.#told = new AbortController();
    const { signal } = this.#told;
    const forMs = Math.max(0, this.#allAt - performance.now());
    await sleep(forMs, undefined, { signal, ref: false }).catch(() => undefined);
  }

  async #look(): Promise<void> {
    if (performance.now() >= this.#allAt) await this.#noteAll();
    for (const institutionId of [...this.#waiting]) {
      const limit = AT_ONCE - this.#making.size;
      if (limit <= 0 || this.#stopping.signal.aborted) return;
      await this.#lookAt(institutionId, limit);
    }
  }

  async #noteAll(): Promise<void> {
    // before the list is read: listening that starts meanwhile asks for the next one
    this.#allAt = performance.now() + LOOK_AT_ALL_MS;
    try {
      for (const id of await findWithChecks(await this.#deps.listInstitutionIds())) this.#waiting.add(id);
    } catch (error) {
      this.#allAt = 0;
      throw error;
    }
  }

  async #lookAt(institutionId: string, limit: number): Promise<void> {
    // before the look: an institution that is added during it is not forgotten. Added again, it is the last one next time
    this.#waiting.delete(institutionId);
    try {
      const now = this.#deps.clock.now();
      const found = await findDueChecks(institutionId, { now, limit });
      for (const key of found.due) this.#make(key);
      if (found.waiting) this.#waiting.add(institutionId);
    } catch (error) {
      this.#waiting.add(institutionId);
      throw error;
    }
  }

  #make(key: UploadKey): void {
    if (this.#making.has(key.artifactId)) return;
    const made = checkArtifact(this.#deps, key)
      .catch((error: unknown) =>
        this.#deps.log.error({ err: error, artifactId: key.artifactId }, 'an artifact could not be checked'),
      )
      .finally(() => this.#making.delete(key.artifactId));
    this.#making.set(key.artifactId, made);
  }
}

/**
 * Starts looking after checks in this process: a check whose process died, or that could not be run, runs within seconds of its
 * due time, without anybody requesting the file. Any number of processes may do so; a check's lease lets only one run it.
 *
 * @param lookEveryMs  how often the institutions are checked in which files are waiting
 */
export function startChecks(deps: CheckDeps, lookEveryMs = LOOK_EVERY_MS): RunningChecks {
  return new CheckWatch(deps, lookEveryMs);
}
