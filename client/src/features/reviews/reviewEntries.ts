import { z } from 'zod';
import { CriterionJudgement } from '../../../../contract/reviews.ts';
import type { DeviceStore } from '../../storage/deviceStore.ts';
import { isSameReview } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

const KIND = 'review-draft';
/** An entry as it stood at a time: one that was written since holds other words. */
const Version = z.object({ id: z.string(), at: z.string() });
type Version = z.infer<typeof Version>;
const StoredReview = z.object({
  baseRevision: z.number().int(),
  // as it was written: what is too long for the server is kept here all the same
  judgements: z.array(CriterionJudgement.extend({ comment: z.string() })),
  summary: z.string(),
  /** Other windows' entries that these words go on from. */
  builtOn: z.array(Version).default([]),
});

/** What was said, and which of the server's revisions it builds on. */
export interface KeptReview extends ReviewDraft {
  readonly baseRevision: number;
}

interface Entry extends Version {
  /** Null for what an older version of the page wrote otherwise. */
  readonly words: z.infer<typeof StoredReview> | null;
}

/**
 * What of one review waits on the device. Each window writes an entry of its own, so that none replaces another one's words or takes
 * them away; what an earlier page left is taken up, the newest first.
 */
export class ReviewEntries {
  readonly #prefix: string;
  readonly #own: string;
  readonly #openStore: () => Promise<DeviceStore>;
  #store: DeviceStore | null = null;
  /** Taken up from other pages, which may be open still. */
  #builtOn: readonly Version[] = [];

  constructor(reviewId: string, openStore: () => Promise<DeviceStore>) {
    this.#prefix = `${KIND}:${reviewId}`;
    this.#own = `${this.#prefix}:${crypto.randomUUID()}`;
    this.#openStore = openStore;
  }

  /** Whether what is put survives this page. */
  onDevice(): boolean {
    return this.#store?.kept() === 'device';
  }

  keeps(entryId: string): boolean {
    return entryId === this.#own || this.#builtOn.some(({ id }) => id === entryId);
  }

  async open(): Promise<void> {
    this.#store = await this.#openStore();
  }

  /** The newest words that an earlier page left and the server lacks, or null. */
  async takeUp(onServer: ReviewDraft): Promise<KeptReview | null> {
    for (const { id, at, words } of (await this.#list()).reverse()) {
      if (words && !isSameReview(onServer, words)) {
        this.#builtOn = [...words.builtOn, { id, at }];
        return words;
      }
      if (words) await this.#store?.remove(id);
    }
    return null;
  }

  async put({ baseRevision, judgements, summary }: KeptReview): Promise<void> {
    const value = { baseRevision, judgements, summary, builtOn: this.#builtOn };
    await this.#store?.put({ id: this.#own, kind: KIND, value, at: new Date().toISOString() });
  }

  /** The server has this window's words, and with them those that it took up. Newer ones of another window stay. */
  async remove(): Promise<void> {
    const builtOn = this.#builtOn;
    this.#builtOn = [];
    await this.#store?.remove(this.#own);
    if (builtOn.length === 0) return;
    for (const { id, at } of await this.#list())
      if (builtOn.some((one) => one.id === id && one.at === at)) await this.#store?.remove(id);
  }

  /** Oldest first. */
  async #list(): Promise<Entry[]> {
    const entries = (await this.#store?.list(KIND)) ?? [];
    return entries
      .filter(({ id }) => id === this.#prefix || id.startsWith(`${this.#prefix}:`))
      .map(({ id, at, value }) => ({ id, at, words: StoredReview.safeParse(value).data ?? null }));
  }
}
