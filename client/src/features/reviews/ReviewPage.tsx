import { useCallback, useEffect } from 'react';
import { IconAlertTriangle, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { ReviewPage as ReviewFacts } from '../../../../contract/reviews.ts';
import { useLoad } from '../../api/queries.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Page } from '../../components/page/Page.tsx';
import { SaveState } from '../../components/save/SaveState.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { isOverdue } from './overdue.ts';
import { noteOpenedReview, useReviewExit } from './queuePlace.ts';
import { ReviewDesk, ReviewReading } from './ReviewDesk.tsx';
import { finalRefusalOf } from './reviewAutosave.ts';
import { useReviewAutosave, useReviewSave, useReviewState } from './useReview.ts';
import '../../components/field/field.css';
import './note.css';
import './review.css';

function Due({ page }: { page: ReviewFacts }) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const { state, dueAt } = page;
  const time = format.minutes(page.minutes);
  // what has been decided is no longer due
  if (state !== 'open' && state !== 'started') return null;
  const overdue = isOverdue(page);
  return (
    <span className="wm-review-due" data-overdue={overdue}>
      {overdue ? (
        <IconAlertTriangle size={16} stroke={ICON_STROKE} aria-hidden="true" />
      ) : (
        <IconClock size={16} stroke={ICON_STROKE} aria-hidden="true" />
      )}
      {dueAt ? t(overdue ? 'overdue' : 'due', { day: format.day(dueAt), time }) : t('dueOnly', { time })}
    </span>
  );
}

function Review({ page, onRenew }: { page: ReviewFacts; onRenew: () => void }) {
  const { t } = useTranslation('reviews');
  const autosave = useReviewAutosave(page);
  const state = useReviewState(autosave);
  const { mode, draft, phase } = state;
  const save = useReviewSave(autosave);
  const unsentText = useCallback(() => {
    const comments = page.criteria.flatMap(({ code, key }) => {
      const comment = draft.judgements.find((one) => one.criterionKey === key)?.comment;
      return comment ? [`${code}: ${comment}`] : [];
    });
    return [...comments, draft.summary].filter(Boolean).join('\n\n');
  }, [page.criteria, draft]);
  const title = t('submission', { code: page.code, module: page.moduleTitle });
  const exit = useReviewExit(page.judgesAs);
  const judging = mode !== 'reading' || finalRefusalOf(state) !== null;
  return (
    <Page
      title={title}
      forRole={exit.role}
      kind="workspace"
      bar={{ kind: 'inner', back: exit.path, parent: t(exit.parent), title, isHeading: true }}
      status={<Due page={page} />}
      {...(save.kind === 'idle' ? {} : { save: <SaveState save={save} textToCopy={unsentText} /> })}
      {...(phase.kind !== 'saved' ? { unsavedText: unsentText } : {})}
    >
      {judging ? (
        <ReviewDesk page={page} autosave={autosave} onRenew={onRenew} unsentText={unsentText} />
      ) : (
        <ReviewReading page={page} onRenew={onRenew} />
      )}
    </Page>
  );
}

/** One submission as its reviewer sees it. */
export function ReviewPage() {
  const { t } = useTranslation('reviews');
  const { reviewId = '' } = useParams();
  const exit = useReviewExit();
  useEffect(() => noteOpenedReview(reviewId), [reviewId]);
  const query = useLoad(reviewEndpoints.page, { params: { id: reviewId } });
  const onRenew = () => void query.refetch();
  if (query.data) return <Review key={query.data.id} page={query.data} onRenew={onRenew} />;
  return (
    <Page
      title={t('page')}
      forRole={exit.role}
      bar={{ kind: 'inner', back: exit.path, parent: t(exit.parent), title: t('page') }}
    >
      <Loaded query={query} skeleton="review" forbidden="reviewers">
        {() => null}
      </Loaded>
    </Page>
  );
}
