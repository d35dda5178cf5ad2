import { CHANGES_MAX, PartsConflict } from '../../../../contract/studio.ts';
import type { PartChange } from '../../../../contract/studio.ts';
import { ApiError } from '../../api/errors.ts';
import { hasCode } from '../../api/errors.ts';
import type { Environment } from '../environment.ts';

/** Parts that were changed together become due together, but not in the same instant. */
const GATHER_MS = 20;
/** Refusals of one part, for which the others are not to blame. */
const OF_ONE_PART = ['VALIDATION_FAILED', 'TEXT_TOO_LONG', 'DRAFT_TOO_LARGE'] as const;

export interface PartsSaved {
  readonly revision: number;
  readonly savedAt: string;
}

/** Saves changes of parts, all or none. @throws {ApiError | OfflineError} */
export type SaveChanges = (changes: PartChange[]) => Promise<PartsSaved>;

interface Waiting {
  readonly change: PartChange;
  readonly resolve: (saved: PartsSaved) => void;
  readonly reject: (error: unknown) => void;
}

/** The same conflict, about one part only. */
function conflictAbout(error: ApiError, theirs: PartsConflict['theirs']): ApiError {
  const { code, status, message, correlationId } = error;
  return new ApiError({ code, status, message, correlationId, details: { theirs } });
}

/** Sends changes that become due at the same time in one request, and tells each part what became of it. */
export class PartsSender {
  readonly #save: SaveChanges;
  readonly #after: Environment['after'];
  #waiting: Waiting[] = [];

  constructor(save: SaveChanges, after: Environment['after']) {
    this.#save = save;
    this.#after = after;
  }

  /** @throws {ApiError | OfflineError}; a STUDIO_CONFLICT names this part only */
  send(change: PartChange): Promise<PartsSaved> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      if (this.#waiting.length === 1) this.#after(GATHER_MS, () => this.#sendWaiting());
    });
  }

  #sendWaiting(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < all.length; at += CHANGES_MAX)
      void this.#sendTogether(all.slice(at, at + CHANGES_MAX));
  }

  async #sendTogether(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const saved = await this.#save(batch.map(({ change }) => change));
      for (const { resolve } of batch) resolve(saved);
    } catch (error) {
      await this.#sendApart(batch, error);
    }
  }

  /** All were refused because of some: those are told, and the others sent again. */
  async #sendApart(batch: readonly Waiting[], error: unknown): Promise<void> {
    const isOfOne = OF_ONE_PART.some((code) => hasCode(error, code));
    if (isOfOne && batch.length > 1) {
      await Promise.all(batch.map((one) => this.#sendTogether([one])));
      return;
    }
    const conflict = hasCode(error, 'STUDIO_CONFLICT') ? PartsConflict.safeParse(error.details).data : null;
    const theirsOf = ({ change }: Waiting) => conflict?.theirs.find(({ key }) => key === change.key);
    if (!(error instanceof ApiError) || !batch.some(theirsOf)) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const one of batch) {
      const theirs = theirsOf(one);
      if (theirs) one.reject(conflictAbout(error, [theirs]));
    }
    await this.#sendTogether(batch.filter((one) => !theirsOf(one)));
  }
}
