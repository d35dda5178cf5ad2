import { z } from 'zod';
import { CriterionJudgement } from '../../../../contract/reviews.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import type { ErrorCode } from '../../../../contract/errors.ts';
import type { Autosave } from '../../autosave/registry.ts';
import { createSaveScheduler } from '../../autosave/saveScheduler.ts';
import { failureOf } from '../../autosave/saveFailure.ts';
import type { SaveFailure } from '../../autosave/saveFailure.ts';
import { isAllIn } from '../../autosave/textState.ts';
import type { Phase, TextState } from '../../autosave/textState.ts';
import type { DeviceStore } from '../../storage/deviceStore.ts';
import { ReviewEntries } from './reviewEntries.ts';
import { EMPTY_REVIEW, isSameReview, tooLongIn, withJudgement } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

/** `mayStart`: nobody has begun; the first judgement begins it. `reading`: nothing is judged here (any more). */
export type ReviewMode = 'mayStart' | 'mine' | 'reading';

export interface ReviewAutosaveState {
  readonly mode: ReviewMode;
  readonly draft: ReviewDraft;
  /** How far the draft is. In a conflict nothing is sent until one of both is kept. */
  readonly phase: Phase<ReviewDraft>;
  readonly savedAt: string | null;
}

/** Why the server takes no more of this review, or null. */
export function lostOf({ phase }: Pick<ReviewAutosaveState, 'phase'>): ErrorCode | null {
  return phase.kind === 'refused' && LOST.includes(phase.code) ? phase.code : null;
}

interface AutosaveDeps {
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
const TOO_LONG: SaveFailure = { kind: 'refused', code: 'TEXT_TOO_LONG', inHistory: false };
/** Saves without an answer that are remembered, of as many as may have been taken. */
const UNANSWERED_MOST = 20;
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
export class ReviewAutosave implements Autosave {
  readonly #deps: AutosaveDeps;
  readonly #listeners = new Set<() => void>();
  readonly #timer = createSaveScheduler(() => void this.flush());
  readonly #ready: Promise<void>;
  readonly #now = () => void this.flush();
  readonly #entries: ReviewEntries;
  #state: ReviewAutosaveState;
  /** What the draft builds on; not the other window's revision before one of both is chosen, or a reload would choose. */
  #revision: number;
  #theirRevision = 0;
  /** Sent since the last save that was answered: the server may have any of them. */
  #unanswered: readonly ReviewDraft[] = [];
  #sending: Promise<void> | null = null;

  constructor(deps: AutosaveDeps, page: ReviewPage) {
    this.#deps = deps;
    this.#entries = new ReviewEntries(deps.reviewId, deps.openStore);
    this.#revision = page.draft.revision;
    this.#state = {
      mode: modeOf(page),
      draft: draftOf(page),
      phase: { kind: 'saved' },
      savedAt: page.mayDecide ? page.draft.savedAt : null,
    };
    this.#ready = this.#restore();
    window.addEventListener('online', this.#now);
    document.addEventListener('visibilitychange', this.#now);
  }

  state = (): ReviewAutosaveState => this.#state;
  subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  texts = (): readonly TextState[] => {
    const { phase } = this.#state;
    if (phase.kind === 'saved') return [{ ...phase, copy: 'server' }];
    return [{ ...phase, copy: this.#entries.onDevice() ? 'device' : 'none' }];
  };

  readonly keeps = (entryId: string): boolean => this.#entries.keeps(entryId);

  /** What was said, where the server lacks it. */
  unsentText(): string {
    const { phase, draft } = this.#state;
    if (phase.kind === 'saved') return '';
    return [...draft.judgements.map(({ comment }) => comment), draft.summary].filter(Boolean).join('\n\n');
  }

  stop(): void {
    window.removeEventListener('online', this.#now);
    document.removeEventListener('visibilitychange', this.#now);
    this.#timer.stop();
  }

  /** Takes what the server holds; unsent words stay, and an older draft is never taken. */
  load(page: ReviewPage): void {
    if (this.#state.phase.kind !== 'saved' || this.#sending) return;
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
    const { phase } = this.#state;
    if (phase.kind !== 'conflict') return;
    this.#revision = this.#theirRevision;
    this.#unanswered = [];
    if (keep === 'theirs') {
      await this.#forget();
      this.#change({ draft: phase.theirs, phase: { kind: 'saved' } });
      return;
    }
    this.#change({ phase: { kind: 'unsent' } });
    await this.flush();
  }

  /** Sends what is unsent, now. @returns whether the server has everything */
  async flush(): Promise<boolean> {
    await this.#ready;
    while (this.#sending) await this.#sending;
    const isWaiting = () => ['unsent', 'failing', 'signedOut'].includes(this.#state.phase.kind);
    if (isWaiting()) {
      this.#sending = this.#send().finally(() => (this.#sending = null));
      await this.#sending;
    }
    return isAllIn(this.texts());
  }

  /** After the decision: it holds every word, so that nothing of this window stays on the device. */
  async decided(): Promise<void> {
    this.#timer.stop();
    await this.#forget();
    this.#change({ phase: { kind: 'saved' } });
  }

  #change(part: Partial<ReviewAutosaveState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  #write(draft: ReviewDraft): void {
    const { mode, phase } = this.#state;
    if (mode === 'reading' || lostOf(this.#state)) return;
    const begins = phase.kind === 'saved' || phase.kind === 'refused';
    this.#change({ draft, phase: begins ? { kind: 'unsent' } : phase });
    void this.#keep();
    if (phase.kind !== 'conflict') this.#timer.typed();
  }

  async #restore(): Promise<void> {
    await this.#entries.open();
    // what was left stays there until nothing is typed here
    if (this.#state.phase.kind !== 'saved') return void this.#keep();
    const stored = await this.#entries.takeUp(this.#state.draft);
    if (this.#state.phase.kind !== 'saved') return void this.#keep();
    if (!stored) return;
    const { baseRevision, judgements, summary } = stored;
    // written upon this revision: were there a newer one, the server would answer with a conflict
    this.#revision = baseRevision;
    const lost = this.#state.mode === 'reading';
    this.#change({
      draft: { judgements, summary },
      phase: lost ? { kind: 'refused', code: 'REVIEW_TAKEN' } : { kind: 'unsent' },
    });
    if (!lost) this.#timer.typed();
  }

  async #send(): Promise<void> {
    await this.#keep();
    const { draft } = this.#state;
    // the server would say no; where it is too long, says so
    if (tooLongIn(draft)) return this.#failed(draft, TOO_LONG);
    try {
      if (this.#state.mode === 'mayStart') await this.#begin();
      const saved = await this.#deps.save({ ...draft, baseRevision: this.#revision });
      await this.#taken(draft, saved);
    } catch (error) {
      this.#failed(draft, failureOf(error));
    }
  }

  /** Puts the newest words on the device. */
  async #keep(): Promise<void> {
    await this.#entries.put({ baseRevision: this.#revision, ...this.#state.draft });
    // the server was faster
    if (this.#state.phase.kind === 'saved') await this.#forget();
    this.#change({});
  }

  async #begin(): Promise<void> {
    const page = await this.#deps.start();
    this.#revision = page.draft.revision;
    this.#change({ mode: 'mine' });
  }

  async #taken(sent: ReviewDraft, saved: { revision: number; savedAt: string }): Promise<void> {
    this.#timer.succeeded();
    this.#unanswered = [];
    this.#revision = saved.revision;
    const isNewest = this.#state.draft === sent;
    this.#change({ phase: { kind: isNewest ? 'saved' : 'unsent' }, savedAt: saved.savedAt });
    if (isNewest) await this.#forget();
    else this.#timer.typed();
  }

  #failed(sent: ReviewDraft, failure: SaveFailure): void {
    const { phase, draft } = this.#state;
    switch (failure.kind) {
      case 'again':
        this.#unanswered = [...this.#unanswered, sent].slice(-UNANSWERED_MOST);
        this.#timer.failed(failure.afterSeconds);
        return this.#change({
          phase: { kind: 'failing', since: phase.kind === 'failing' ? phase.since : new Date() },
        });
      case 'signedOut':
        return this.#change({ phase: { kind: 'signedOut' } });
      case 'conflict':
        return this.#conflict(sent, failure.details);
      case 'refused':
        this.#timer.succeeded();
        // what was said meanwhile may be taken, unless nothing is any more
        if (draft !== sent && !LOST.includes(failure.code)) {
          this.#timer.typed();
          return this.#change({ phase: { kind: 'unsent' } });
        }
        return this.#change({ phase: { kind: 'refused', code: failure.code } });
    }
  }

  #conflict(sent: ReviewDraft, raw: unknown): void {
    const details = TheirReview.safeParse(raw);
    if (!details.success) return this.#failed(sent, { kind: 'again', afterSeconds: null });
    const { revision, judgements, summary } = details.data.theirs;
    this.#timer.succeeded();
    const theirs = { judgements, summary };
    // a save of our own whose answer was lost, or one before it
    if (isSameReview(theirs, this.#state.draft)) {
      this.#revision = revision;
      this.#change({ phase: { kind: 'saved' } });
      void this.#forget();
    } else if (this.#unanswered.some((draft) => isSameReview(theirs, draft))) {
      this.#revision = revision;
      this.#unanswered = [];
      this.#change({ phase: { kind: 'unsent' } });
      this.#timer.typed();
    } else {
      this.#theirRevision = revision;
      this.#change({ phase: { kind: 'conflict', theirs } });
    }
  }

  async #forget(): Promise<void> {
    await this.#entries.remove();
  }
}
