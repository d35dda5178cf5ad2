import { useTranslation } from 'react-i18next';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { Names } from '../../components/words/Names.tsx';
import { Words } from '../../components/words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';

/** What the submission is: its module, which round, when; and the task that its author was given. */
export function SubmissionTask({ page }: { page: ReviewPage }) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const { moduleTitle, pathwayTitle, round, submittedAt, late, task } = page;
  const facts = [
    pathwayTitle,
    t('queue.round', { round }),
    t('queue.submitted', { day: format.day(submittedAt) }),
    ...(late ? [t('asked.late')] : []),
  ];
  return (
    <header className="wm-review-asked">
      <p className="wm-label" dir="auto">
        {moduleTitle}
      </p>
      <Names className="wm-small">{facts}</Names>
      <details>
        <summary className="wm-small">{t('asked.task')}</summary>
        {task.summary && (
          <p className="wm-small" dir="auto">
            {task.summary}
          </p>
        )}
        <Words document={task.content} size="small" />
        {task.handIn.length > 0 && (
          <>
            <p className="wm-small">{t('asked.handIn')}</p>
            <ul className="wm-small">
              {task.handIn.map((title) => (
                <li key={title} dir="auto">
                  {title}
                </li>
              ))}
            </ul>
          </>
        )}
      </details>
    </header>
  );
}
