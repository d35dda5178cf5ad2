import { useTranslation } from 'react-i18next';
import type { ReviewerFeedback, ReviewPage } from '../../../../contract/reviews.ts';
import { LevelOf } from '../../components/cairn/Cairn.tsx';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';

interface HistoryProps {
  history: readonly ReviewerFeedback[];
  page: Pick<ReviewPage, 'criteria' | 'scale'>;
}

/** One decision as its author received it. */
function FeedbackText({ feedback, page }: Pick<HistoryProps, 'page'> & { feedback: ReviewerFeedback }) {
  const { t } = useTranslation('reviews');
  return (
    <>
      {feedback.summary && <PlainWords size="small">{feedback.summary}</PlainWords>}
      <ul className="wm-plain-list wm-review-feedback">
        {feedback.criteria.map((one) => {
          const criterion = page.criteria.find(({ key }) => key === one.criterionKey);
          if (!criterion) return null;
          return (
            <li key={one.criterionKey}>
              <div className="wm-row">
                <CriterionCode code={criterion.code} />
                <LevelOf scale={page.scale} level={one.level} />
                {one.reopened && <span className="wm-micro">{t('history.reopened')}</span>}
              </div>
              {one.comment && <PlainWords size="small">{one.comment}</PlainWords>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** The decisions of earlier rounds, newest first. */
export function History({ history, page }: HistoryProps) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  if (history.length === 0) return null;
  return (
    <section className="wm-review-history">
      <h3 className="wm-label">{t('history.title')}</h3>
      {[...history].reverse().map((feedback) => (
        <details key={feedback.decidedAt}>
          <summary>
            {t(`history.${feedback.outcome}`, { day: format.day(feedback.decidedAt) })}
            {feedback.judgedAs === 'peer' && <> {t('history.byPeer')}</>}
          </summary>
          {feedback.reciprocal && <p className="wm-small">{t('history.reciprocal')}</p>}
          <FeedbackText feedback={feedback} page={page} />
        </details>
      ))}
    </section>
  );
}
