import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Scale } from '../../../../contract/content.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { neededLevel } from '../../components/levels/levelPlaces.ts';
import { DecisionBar } from './DecisionBar.tsx';
import { DoneNoteLine } from './DoneNoteLine.tsx';
import { EvidencePane } from './EvidencePane.tsx';
import { listUnopened } from './evidenceTabs.ts';
import { KeysDialog } from './KeysDialog.tsx';
import { PutBackDialog } from './PutBackDialog.tsx';
import { quotesOf } from './quotes.ts';
import { ReadingRubric } from './ReadingRubric.tsx';
import { ReviewNotices } from './ReviewNotices.tsx';
import { RubricPane } from './RubricPane.tsx';
import { useReviewKeys, useSingleKeys } from './shortcuts.ts';
import type { KeyActions } from './shortcuts.ts';
import type { ReviewAutosave } from './reviewAutosave.ts';
import type { Block, Outcome } from './reviewModel.ts';
import { blockOfApproval, blockOfReturn, SUMMARY } from './reviewModel.ts';
import { useOutlook } from './useOutgoing.ts';
import { useReviewState } from './useReview.ts';
import { useCriteria, useEvidence, useQuoting } from './useReviewDesk.ts';
import { useDecision } from './useDecision.ts';
import { useBlockedReason } from './useBlockedReason.ts';

export interface ReviewDeskProps {
  page: ReviewPage;
  autosave: ReviewAutosave;
  onRenew: () => void;
  unsentText: () => string;
}

function useBlockText(block: Block | null, scale: Scale): string | null {
  const { t } = useTranslation('reviews');
  const level = neededLevel(scale);
  return block && t(`block.${block.reason}`, { code: block.criterion?.code ?? 'none', level });
}

/** What each key does on this page. */
function keyActions(
  criteria: ReturnType<typeof useCriteria>,
  evidence: ReturnType<typeof useEvidence>,
  others: Pick<KeyActions, 'quote' | 'approve' | 'giveBack' | 'list'>,
): KeyActions {
  return {
    levels: criteria.setLevels,
    nextCriterion: () => criteria.step(1),
    previousCriterion: () => criteria.step(-1),
    comment: criteria.writeComment,
    nextEvidence: () => evidence.step(1),
    previousEvidence: () => evidence.step(-1),
    ...others,
  };
}

/** Deciding on this page: what prevents it, what would be sent, and the request for confirmation. */
function useDeciding(page: ReviewPage, autosave: ReviewAutosave, criteria: ReturnType<typeof useCriteria>) {
  const state = useReviewState(autosave);
  const { renew, ...outlook } = useOutlook(page);
  const whyNot = useBlockedReason(page, state);
  const decision = useDecision(page, autosave, ({ reason, criterion }) => {
    if (!criterion) return reason === 'tooLong' ? criteria.go(SUMMARY) : undefined;
    if (reason === 'commentMissing' || reason === 'tooLong') criteria.goToComment(criterion.key);
    else criteria.go(criterion.key);
  });
  return {
    decision,
    outlook,
    whyNot: whyNot.text,
    blocked: {
      approve: whyNot.neither || blockOfApproval(page, state.draft) !== null,
      return: whyNot.neither || blockOfReturn(page, state.draft) !== null,
    },
    ask: (outcome: Outcome) => {
      renew();
      decision.ask(outcome);
    },
  };
}

interface DeskNoticeProps extends Pick<ReviewDeskProps, 'page' | 'autosave' | 'unsentText'> {
  problem: { key: string; text: string } | null;
}

function DeskNotice({ page, autosave, unsentText, problem }: DeskNoticeProps) {
  return (
    <>
      <DoneNoteLine />
      <ReviewNotices page={page} autosave={autosave} unsentText={unsentText} />
      {problem?.key === '' && <p className="wm-field-problem">{problem.text}</p>}
    </>
  );
}

function PutBackButton({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation('reviews');
  return (
    <Button variant="subtle" className="wm-review-back" onClick={onClick}>
      {t('bar.putBack')}
    </Button>
  );
}

type DeskDialog = 'keys' | 'knows' | 'back' | null;

interface DeskDialogsProps extends Pick<ReviewDeskProps, 'page' | 'autosave'> {
  dialog: DeskDialog;
  singleKeys: boolean;
  onSingleKeys: (on: boolean) => void;
  onClose: () => void;
}

function DeskDialogs({ page, autosave, dialog, singleKeys, onSingleKeys, onClose }: DeskDialogsProps) {
  return (
    <>
      <KeysDialog
        scale={page.scale}
        opened={dialog === 'keys'}
        onClose={onClose}
        on={singleKeys}
        onChange={onSingleKeys}
      />
      <PutBackDialog
        page={page}
        autosave={autosave}
        asking={dialog === 'knows' || dialog === 'back' ? dialog : null}
        onClose={onClose}
      />
    </>
  );
}

/** A review that can be judged: evidence, rubric, and the decision at the foot. */
export function ReviewDesk({ page, autosave, onRenew, unsentText }: ReviewDeskProps) {
  const { draft, mode } = useReviewState(autosave);
  const criteria = useCriteria(page, autosave);
  const evidence = useEvidence(page);
  const quote = useQuoting(autosave, criteria, evidence.panel);
  const [dialog, setDialog] = useState<DeskDialog>(null);
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const { decision, whyNot, blocked, outlook, ask } = useDeciding(page, autosave, criteria);
  const blockText = useBlockText(decision.block, page.scale);
  useReviewKeys(
    keyActions(criteria, evidence, {
      quote,
      approve: () => ask('approve'),
      giveBack: () => ask('return'),
      list: () => setDialog('keys'),
    }),
    singleKeys && decision.asking === null,
  );
  const problem = blockText === null ? null : { key: decision.block?.criterion?.key ?? '', text: blockText };
  return (
    <div className="wm-review">
      <EvidencePane
        page={page}
        onRenew={onRenew}
        tabs={evidence.tabs}
        current={evidence.current}
        seen={evidence.seen}
        panel={evidence.panel}
        onCurrent={evidence.show}
        onOpened={evidence.onOpened}
        quotes={quotesOf(page.criteria, draft)}
      />
      <RubricPane
        page={page}
        draft={draft}
        current={criteria.current}
        problem={problem}
        commentField={criteria.comment}
        onCurrent={criteria.go}
        onJudge={(changed) => {
          decision.clearBlock();
          autosave.judge(changed);
        }}
        onSummary={(summary) => autosave.summarise(summary)}
        onQuote={quote}
        showKeys={singleKeys}
        notice={<DeskNotice page={page} autosave={autosave} unsentText={unsentText} problem={problem} />}
        foot={mode === 'mine' && <PutBackButton onClick={() => setDialog('back')} />}
      />
      <DecisionBar
        page={page}
        draft={draft}
        asking={decision.asking}
        pending={decision.pending}
        showKeys={singleKeys}
        whyNot={whyNot}
        blocked={blocked}
        outlook={outlook}
        unopened={listUnopened(page, evidence.opened).map(({ title }) => title)}
        failure={decision.failure}
        onAsk={ask}
        onCancel={decision.cancel}
        onConfirm={decision.confirm}
        onKeys={() => setDialog('keys')}
        onKnows={() => setDialog('knows')}
      />
      <DeskDialogs
        page={page}
        autosave={autosave}
        dialog={dialog}
        singleKeys={singleKeys}
        onSingleKeys={setSingleKeys}
        onClose={() => setDialog(null)}
      />
    </div>
  );
}

/** A read-only review. */
export function ReviewReading({ page, onRenew }: Pick<ReviewDeskProps, 'page' | 'onRenew'>) {
  const evidence = useEvidence(page);
  return (
    <div className="wm-review" data-reading="true">
      <EvidencePane
        page={page}
        onRenew={onRenew}
        tabs={evidence.tabs}
        current={evidence.current}
        seen={evidence.seen}
        quotes={[]}
        panel={evidence.panel}
        onCurrent={evidence.show}
        onOpened={evidence.onOpened}
      />
      <ReadingRubric page={page} onRenew={onRenew} />
    </div>
  );
}
