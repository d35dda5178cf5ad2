import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { Rubric } from '../../components/rubric/Rubric.tsx';
import type { RubricMark } from '../../components/rubric/rubricModel.ts';
import { PlainWords } from '../../components/words/Words.tsx';
import { useSession } from '../../api/ApiProvider.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { DoneNoteLine } from './DoneNoteLine.tsx';
import { History } from './History.tsx';
import { UndoReturn, useSecondsUntil } from './UndoReturn.tsx';

/** Why there is nothing to judge here. */
function useReason(page: ReviewPage): string {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const { shows } = useSession();
  const last = page.history.at(-1);
  if ((page.state === 'approved' || page.state === 'returned') && last) {
    return t(`reading.${page.state}`, { day: format.day(last.decidedAt) });
  }
  if (page.undoSeconds !== null) return t('reading.returning');
  if (shows.kind === 'submissions') return t('reading.ofLaunch');
  return page.state === 'started' || page.state === 'returning' ? t('reading.other') : t('reading.plain');
}

/** How long after the last second the server may need to send it. */
const LATE_MS = 1_500;

function UndoHere(props: { page: ReviewPage; seconds: number; onLate: () => void }) {
  const { page, seconds, onLate } = props;
  const [until] = useState(() => Date.now() + seconds * 1000);
  const left = useSecondsUntil(until);
  const late = useRef(onLate);
  useEffect(() => {
    late.current = onLate;
  });
  useEffect(() => {
    if (left > 0) return undefined;
    const timer = setTimeout(() => late.current(), LATE_MS);
    return () => clearTimeout(timer);
  }, [left]);
  return <UndoReturn reviewId={page.id} code={page.code} seconds={left} />;
}

/** The rubric of a read-only review: the decided levels and comments, if there are any. */
export function ReadingRubric({ page, onRenew }: { page: ReviewPage; onRenew: () => void }) {
  const reason = useReason(page);
  const decided = page.state === 'approved' || page.state === 'returned';
  const feedback = decided ? page.history.at(-1) : undefined;
  const earlier = feedback ? page.history.slice(0, -1) : page.history;
  const marks: Record<string, RubricMark[]> = {};
  for (const one of feedback?.criteria ?? []) {
    marks[one.criterionKey] = [
      {
        level: one.level,
        who: feedback?.judgedAs ?? 'reviewer',
        at: feedback?.decidedAt ?? page.submittedAt,
      },
    ];
  }
  const first = feedback?.criteria.find((one) => one.reopened)?.criterionKey;
  const [openKey, setOpenKey] = useState<string | null>(first ?? page.criteria[0]?.key ?? null);
  const commentOn = (key: string) => feedback?.criteria.find((one) => one.criterionKey === key)?.comment;
  return (
    <div className="wm-review-rubric wm-review-scroll">
      <DoneNoteLine />
      <div className="wm-review-note">
        <p>{reason}</p>
        {page.undoSeconds !== null && (
          <UndoHere key={page.undoSeconds} page={page} seconds={page.undoSeconds} onLate={onRenew} />
        )}
      </div>
      {feedback?.summary && <PlainWords size="small">{feedback.summary}</PlainWords>}
      <Rubric
        scale={page.scale}
        criteria={page.criteria}
        marks={marks}
        open={openKey}
        onOpen={setOpenKey}
        below={(criterion) => {
          const comment = commentOn(criterion.key);
          return comment ? <PlainWords size="small">{comment}</PlainWords> : null;
        }}
      />
      <History history={earlier} page={page} />
    </div>
  );
}
