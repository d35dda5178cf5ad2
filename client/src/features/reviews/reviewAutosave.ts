import type { ErrorCode } from '../../../../contract/errors.ts';
import type { CriterionJudgement, ReviewPage } from '../../../../contract/reviews.ts';
import type { AutosaveEngine } from '../../autosave/engine.ts';
import { AutosaveGroup } from '../../autosave/group.ts';
import type { GroupDeps } from '../../autosave/group.ts';
import type { ServerCopy } from '../../autosave/machine.ts';
import type { Phase } from '../../autosave/textState.ts';
import { FINAL_REFUSALS, reviewAdapter } from './reviewAdapter.ts';
import type { ReviewAdapterDeps } from './reviewAdapter.ts';
import { EMPTY_REVIEW, withJudgement } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

/** `mayStart`: nobody has started; the first judgement starts it. `reading`: nothing is judged here (any more). */
export type ReviewMode = 'mayStart' | 'mine' | 'reading';

export interface ReviewAutosaveState {
  readonly mode: ReviewMode;
  readonly draft: ReviewDraft;
  /** How far the draft has got. In a conflict nothing is sent until one of the two is kept. */
  readonly phase: Phase<ReviewDraft>;
  readonly savedAt: string | null;
}

/** Why the server accepts no more for this review, or null. */
export function finalRefusalOf({ phase }: Pick<ReviewAutosaveState, 'phase'>): ErrorCode | null {
  return phase.kind === 'refused' && FINAL_REFUSALS.includes(phase.code) ? phase.code : null;
}

interface ReviewAutosaveDeps extends Pick<ReviewAdapterDeps, 'reviewId' | 'save'>, GroupDeps {
  /** Starts the review. @throws {ApiError | OfflineError} */
  readonly start: () => Promise<ReviewPage>;
}

function modeOf(page: ReviewPage): ReviewMode {
  if (page.mayDecide) return 'mine';
  return page.mayStart ? 'mayStart' : 'reading';
}

/** Another person's unfinished judgement is not shown to whoever takes over the review. */
function copyOf({ mayDecide, draft }: ReviewPage): ServerCopy<ReviewDraft> {
  const { judgements, summary, revision, savedAt } = draft;
  const value = mayDecide ? { judgements, summary } : EMPTY_REVIEW;
  return { value, revision, savedAt: mayDecide ? savedAt : null, lineage: null };
}

/**
 * Saves a reviewer's words and levels: first on the device, then on the server. Opening a review only reads it; the first word or
 * level starts it on the server, in a fixed order (start, then save), so that both are retried together.
 */
export class ReviewAutosave extends AutosaveGroup<ReviewDraft, ReviewDraft> {
  readonly #review: AutosaveEngine<ReviewDraft, ReviewDraft>;
  #mode: ReviewMode;
  #state: ReviewAutosaveState;

  constructor({ start, save, reviewId, ...deps }: ReviewAutosaveDeps, page: ReviewPage) {
    let begunAt = 0;
    const saveOrBegin: ReviewAdapterDeps['save'] = async (body) => {
      if (this.#mode === 'mayStart') {
        begunAt = (await start()).draft.revision;
        this.#mode = 'mine';
        this.changed();
      }
      // starting a review creates a revision of it
      return save({ ...body, baseRevision: Math.max(begunAt, body.baseRevision) });
    };
    const closedBy = () => (this.#mode === 'reading' ? 'REVIEW_TAKEN' : null);
    super(reviewAdapter({ reviewId, save: saveOrBegin, draft: copyOf(page), closedBy }), deps);
    this.#mode = modeOf(page);
    this.#review = this.part(reviewId);
    this.#state = this.#read();
  }

  readonly state = (): ReviewAutosaveState => this.#state;

  /** Takes over what the server holds; unsent words stay, and an older draft is never accepted. */
  load(page: ReviewPage): void {
    const { phase, baseRevision, savedAt } = this.#review.model();
    if (phase.kind !== 'saved' || page.draft.revision < baseRevision) return;
    this.#mode = modeOf(page);
    this.#review.load({ ...copyOf(page), savedAt }, true);
  }

  judge(changed: CriterionJudgement): void {
    this.#write(withJudgement(this.#state.draft, changed));
  }

  summarise(summary: string): void {
    this.#write({ ...this.#state.draft, summary });
  }

  /** Keeps one draft of a conflict. @returns when saving it has been tried */
  async resolve(keep: 'mine' | 'theirs'): Promise<void> {
    await this.#review.resolve(keep);
  }

  /** After the decision: it contains every word, so that nothing of this window stays on the device. */
  async decided(): Promise<void> {
    await this.#review.finish();
  }

  protected override changed(): void {
    this.#state = this.#read();
    super.changed();
  }

  #read(): ReviewAutosaveState {
    const { value, savedAt } = this.#review.model();
    return { mode: this.#mode, draft: value, phase: this.#review.phase(), savedAt };
  }

  #write(draft: ReviewDraft): void {
    if (this.#mode === 'reading') return;
    this.#review.write(draft);
  }
}
