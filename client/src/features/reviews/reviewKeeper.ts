import { z } from 'zod';
import { CriterionJudgement } from '../../../../contract/reviews.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import type { ErrorCode } from '../../../../contract/errors.ts';
import { ApiError, hasCode, isPassing } from '../../api/errors.ts';
import { createDraftTimer } from '../../drafts/draftTimer.ts';
import type { DeviceStore } from '../../storage/deviceStore.ts';
import { EMPTY_REVIEW, isSameReview, withJudgement } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

/** `mayStart`: nobody has begun; the first judgement begins it. `reading`: nothing is judged here (any more). */
export type ReviewMode = 'mayStart' | 'mine' | 'reading';

export interface ReviewKeeperState {
  readonly mode: ReviewMode;
  readonly draft: ReviewDraft;
  readonly dirty: boolean;
  readonly sending: boolean;
  readonly failingSince: Date | null;
  readonly savedAt: string | null;
  /** What stands on the server, where another window was first; nothing is sent until one of both is kept. */
  readonly conflict: ReviewDraft | null;
  /** Why the server takes no more of this review. */
  readonly lost: ErrorCode | null;
}

interface KeeperDeps {
  readonly reviewId: string;
  /** Begins the review. @throws {ApiError | OfflineError} */
  readonly start: () => Promise<ReviewPage>;
  /** @throws {ApiError | OfflineError} */
  readonly save: (
    body: ReviewDraft & { baseRevision: number },
  ) => Promise<{ revision: number; savedAt: string }>;
  readonly openStore: () => Promise<DeviceStore>;
}

const LOST: readonly ErrorCode[] = ['REVIEW_TAKEN', 'ALREADY_DECIDED', 'OWN_WORK', 'NOT_FOUND', 'FORBIDDEN'];
const KIND = 'review-draft';
const StoredReview = z.object({
  baseRevision: z.number().int(),
  judgements: z.array(CriterionJudgement),
  summary: z.string(),
});
const TheirReview = z.object({
  theirs: z.object({
    revision: z.number().int(),
    judgements: z.array(CriterionJudgement),
    summary: z.string(),
  }),
});

function modeOf(page: ReviewPage): ReviewMode {
  if (page.mayDecide) return 'mine';
  return page.mayStart ? 'mayStart' : 'reading';
}

/** Another person's unfinished judgement is not shown to whoever takes the review after them. */
function draftOf(page: ReviewPage): ReviewDraft {
  return page.mayDecide ? { judgements: page.draft.judgements, summary: page.draft.summary } : EMPTY_REVIEW;
}

/**
 * Keeps what a reviewer says: on the device first, then on the server. Opening a review is reading it; the first word or
 * level begins it there, in the same order (begin, then save), so that both are tried again together.
 */
export class ReviewKeeper {
  readonly #deps: KeeperDeps;
  readonly #listeners = new Set<() => void>();
  readonly #timer = createDraftTimer(() => void this.flush());
  readonly #ready: Promise<void>;
  readonly #now = () => void this.flush();
  #store: DeviceStore | null = null;
  #state: ReviewKeeperState;
  #revision: number;
  #sending: Promise<void> | null = null;

  constructor(deps: KeeperDeps, page: ReviewPage) {
    this.#deps = deps;
    this.#revision = page.draft.revision;
    this.#state = {
      mode: modeOf(page),
      draft: draftOf(page),
      dirty: false,
      sending: false,
      failingSince: null,
      savedAt: page.mayDecide ? page.draft.savedAt : null,
      conflict: null,
      lost: null,
    };
    this.#ready = this.#restore();
  }

  state = (): ReviewKeeperState => this.#state;
  subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  kept = (): boolean => this.#store?.kept() === 'device';

  /** Listens for the connection to come back; @returns what ends that, after a last try. */
  attend(): () => void {
    window.addEventListener('online', this.#now);
    document.addEventListener('visibilitychange', this.#now);
    return () => {
      window.removeEventListener('online', this.#now);
      document.removeEventListener('visibilitychange', this.#now);
      this.#timer.stop();
      void this.flush();
    };
  }

  /** Takes what the server holds; unsent words stay, and an older draft is never taken. */
  load(page: ReviewPage): void {
    if (this.#state.dirty || this.#sending || this.#state.conflict) return;
    if (page.draft.revision < this.#revision) return;
    this.#revision = page.draft.revision;
    this.#change({ mode: modeOf(page), draft: draftOf(page) });
  }

  judge(changed: CriterionJudgement): void {
    this.#write(withJudgement(this.#state.draft, changed));
  }

  summarise(summary: string): void {
    this.#write({ ...this.#state.draft, summary });
  }

  /** Keeps one draft of a conflict. @returns when it was tried to be saved */
  async resolve(keep: 'mine' | 'theirs'): Promise<void> {
    const theirs = this.#state.conflict;
    if (!theirs) return;
    if (keep === 'theirs') {
      await this.#forget();
      this.#change({ draft: theirs, dirty: false, conflict: null });
      return;
    }
    this.#change({ conflict: null, dirty: true });
    await this.flush();
  }

  /** Sends what is unsent, now. @returns whether the server has everything */
  async flush(): Promise<boolean> {
    await this.#ready;
    while (this.#sending) await this.#sending;
    if (!this.#state.dirty || this.#state.conflict || this.#state.lost) return !this.#state.dirty;
    this.#sending = this.#send().finally(() => {
      this.#sending = null;
      this.#change({});
    });
    this.#change({});
    await this.#sending;
    return !this.#state.dirty;
  }

  /** After the decision: it holds every word, so that nothing stays on the device. */
  async decided(): Promise<void> {
    this.#timer.stop();
    await this.#forget();
    this.#change({ dirty: false });
  }

  #change(part: Partial<ReviewKeeperState>): void {
    this.#state = { ...this.#state, ...part, sending: this.#sending !== null };
    for (const listener of this.#listeners) listener();
  }

  #write(draft: ReviewDraft): void {
    if (this.#state.mode === 'reading' || this.#state.lost) return;
    this.#change({ draft, dirty: true });
    if (!this.#state.conflict) this.#timer.typed();
  }

  async #restore(): Promise<void> {
    this.#store = await this.#deps.openStore();
    const entry = await this.#store.get(this.#entryId());
    const stored = StoredReview.safeParse(entry?.value);
    if (!stored.success || this.#state.dirty) return;
    const { baseRevision, judgements, summary } = stored.data;
    if (isSameReview(this.#state.draft, { judgements, summary })) return void (await this.#forget());
    // written upon this revision: were there a newer one, the server would answer with a conflict
    this.#revision = baseRevision;
    this.#change({
      draft: { judgements, summary },
      dirty: true,
      ...(this.#state.mode === 'reading' ? { lost: 'REVIEW_TAKEN' as const } : {}),
    });
    this.#timer.typed();
  }

  async #send(): Promise<void> {
    const { draft } = this.#state;
    const value = { baseRevision: this.#revision, ...draft };
    await this.#store?.put({ id: this.#entryId(), kind: KIND, value, at: new Date().toISOString() });
    try {
      if (this.#state.mode === 'mayStart') await this.#begin();
      const saved = await this.#deps.save({ ...draft, baseRevision: this.#revision });
      await this.#taken(draft, saved);
    } catch (error) {
      this.#refused(error);
    }
  }

  async #begin(): Promise<void> {
    const page = await this.#deps.start();
    this.#revision = page.draft.revision;
    this.#change({ mode: 'mine' });
  }

  async #taken(sent: ReviewDraft, saved: { revision: number; savedAt: string }): Promise<void> {
    this.#timer.succeeded();
    this.#revision = saved.revision;
    const dirty = this.#state.draft !== sent;
    if (dirty) this.#timer.typed();
    else await this.#forget();
    this.#change({ dirty, savedAt: saved.savedAt, failingSince: null });
  }

  #refused(error: unknown): void {
    if (hasCode(error, 'DRAFT_CONFLICT')) return this.#conflict(error);
    if (hasCode(error, ...LOST)) {
      this.#change({ lost: error.code, failingSince: null });
      return;
    }
    this.#change({ failingSince: this.#state.failingSince ?? new Date() });
    if (isPassing(error)) this.#timer.failed(error instanceof ApiError ? error.retryAfterSeconds : null);
  }

  #conflict(error: ApiError): void {
    const details = TheirReview.safeParse(error.details);
    if (!details.success) return this.#change({ failingSince: this.#state.failingSince ?? new Date() });
    const { revision, judgements, summary } = details.data.theirs;
    this.#revision = revision;
    const theirs = { judgements, summary };
    // a save of our own whose answer was lost
    if (isSameReview(theirs, this.#state.draft)) this.#change({ dirty: false, failingSince: null });
    else this.#change({ conflict: theirs, failingSince: null });
  }

  async #forget(): Promise<void> {
    await this.#store?.remove(this.#entryId());
  }

  #entryId(): string {
    return `${KIND}:${this.#deps.reviewId}`;
  }
}
