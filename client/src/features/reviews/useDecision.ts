import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { peerEndpoints } from '../../../../contract/peers.ts';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { DecisionReply, ReviewPage } from '../../../../contract/reviews.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { isTransient } from '../../api/errors.ts';
import { useSend } from '../../api/queries.ts';
import { neededLevel } from '../../components/levels/levelPlaces.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import type { DoneNote } from './doneNote.ts';
import { useQueuePlace, useReviewExit } from './queuePlace.ts';
import { finalRefusalOf } from './reviewAutosave.ts';
import type { ReviewAutosave } from './reviewAutosave.ts';
import { blockOfApproval, blockOfReturn, openCriteria, toJudged } from './reviewModel.ts';
import type { Block, Outcome } from './reviewModel.ts';

/** What a decision changes. */
export const REFRESHES = [
  reviewEndpoints.queue,
  reviewEndpoints.page,
  reviewEndpoints.ofPerson,
  peerEndpoints.waiting,
];

/** Goes on to the next review, or to the queue, with a note of what was done. Back then leads to the queue. */
export function useNextReview({
  judgesAs,
}: Pick<ReviewPage, 'judgesAs'>): (note: DoneNote, nextReviewId: string | null) => void {
  const navigate = useNavigate();
  const { to } = usePaths();
  const { toReview } = useQueuePlace();
  const { path: toQueue } = useReviewExit(judgesAs);
  return (note, nextReviewId) => {
    const path = nextReviewId === null ? toQueue : toReview(nextReviewId);
    const go = () => void navigate(to(path), { replace: true, state: note });
    const { wmSheet } = (window.history.state ?? {}) as { wmSheet?: boolean };
    if (!wmSheet) return go();
    // a dialog is an entry of the history: leave it first, or its own step back would bring this page again
    window.addEventListener('popstate', go, { once: true });
    window.history.back();
  };
}

/** Sends a decision and goes on once it is made. */
function useSendDecision(page: ReviewPage, autosave: ReviewAutosave) {
  const goOn = useNextReview(page);
  const decided = async (reply: DecisionReply) => {
    await autosave.decided();
    const outcome =
      reply.outcome === 'returned' ? 'returned' : reply.scores > 0 ? 'approved' : 'approvedPlain';
    const undo =
      reply.undoSeconds === null
        ? {}
        : { undo: { reviewId: page.id, until: Date.now() + reply.undoSeconds * 1000 } };
    // a peer gets the next one when they ask for it
    const last = page.judgesAs === 'reviewer' && reply.nextReviewId === null;
    goOn({ done: outcome, code: page.code, last, ...undo }, reply.nextReviewId);
  };
  const approve = useSend(reviewEndpoints.approve, { refreshes: REFRESHES, onSuccess: decided });
  const giveBack = useSend(reviewEndpoints.returnIt, { refreshes: REFRESHES, onSuccess: decided });
  return {
    send: (outcome: Outcome) => {
      const body = toJudged(openCriteria(page), autosave.state().draft);
      const input = { params: { id: page.id }, body };
      if (outcome === 'approve') approve.send(input);
      else giveBack.send(input);
    },
    reset: () => {
      approve.reset();
      giveBack.reset();
    },
    pending: approve.isPending || giveBack.isPending,
    error: approve.error ?? giveBack.error,
  };
}

/** Requesting, confirming and sending a decision; what prevents it is shown in its place. */
export function useDecision(page: ReviewPage, autosave: ReviewAutosave, jump: (block: Block) => void) {
  const { t } = useTranslation('reviews');
  const announce = useAnnounce();
  const sending = useSendDecision(page, autosave);
  const [asking, setAsking] = useState<Outcome | null>(null);
  const [block, setBlock] = useState<Block | null>(null);
  const [unsaved, setUnsaved] = useState(false);

  const ask = (outcome: Outcome) => {
    const { mode, draft } = autosave.state();
    if (mode === 'reading' || finalRefusalOf(autosave.state())) return;
    const found = outcome === 'approve' ? blockOfApproval(page, draft) : blockOfReturn(page, draft);
    setBlock(found);
    setUnsaved(false);
    sending.reset();
    setAsking(found ? null : outcome);
    if (!found) return;
    const values = { code: found.criterion?.code ?? 'none', level: neededLevel(page.scale) };
    announce.polite(t(`block.${found.reason}`, values));
    jump(found);
  };
  const confirm = async (outcome: Outcome) => {
    setUnsaved(false);
    // the review has to be started, and its last words saved, before it is closed
    if (await autosave.flush()) sending.send(outcome);
    else setUnsaved(true);
  };
  const { error } = sending;
  const refusal = error && (isTransient(error) || error.message === '' ? t('confirm.unsure') : error.message);
  return {
    asking,
    ask,
    cancel: () => setAsking(null),
    confirm: (outcome: Outcome) => void confirm(outcome),
    block,
    clearBlock: () => setBlock(null),
    pending: sending.pending,
    failure: unsaved ? t('confirm.unsaved') : refusal,
  };
}
