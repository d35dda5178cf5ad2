import { useTranslation } from 'react-i18next';
import type { AuthorFeedback, Workspace } from '../../../../contract/attempts.ts';
import { LevelOf } from '../../components/cairn/Cairn.tsx';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';

function Round({ workspace, feedback }: { workspace: Workspace; feedback: AuthorFeedback }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { module } = workspace;
  const said = module.criteria.flatMap((criterion) => {
    const seen = feedback.criteria.find(({ criterionKey }) => criterionKey === criterion.key);
    return seen && (seen.reopened || seen.comment !== '') ? [{ ...criterion, ...seen }] : [];
  });
  return (
    <li>
      <p className="wm-small">
        {t('approved.returned', {
          as: feedback.judgedAs,
          when: format.moment(feedback.decidedAt),
          code: feedback.submissionCode,
        })}
      </p>
      {feedback.summary && <PlainWords quoted>{feedback.summary}</PlainWords>}
      <ul className="wm-plain-list">
        {said.map(({ key, code, title, level, comment }) => (
          <li key={key}>
            <div className="wm-seen-head">
              <CriterionCode code={code} />
              <h3 className="wm-label" dir="auto">
                {title}
              </h3>
              <LevelOf scale={module.scale} level={level} />
            </div>
            {comment && (
              <PlainWords size="small" quoted>
                {comment}
              </PlainWords>
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}

/** The feedback with which earlier rounds were returned, newest first: it stays readable after the next decision. */
export function EarlierRounds({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { earlierFeedback, feedback, former, state } = workspace;
  // nothing is to be revised in a module that is gone: the last return is a thing of the past, too
  const rounds =
    former && state === 'returned' && feedback ? [...earlierFeedback, feedback] : earlierFeedback;
  if (rounds.length === 0) return null;
  return (
    <details className="wm-details">
      <summary>{t('approved.earlier')}</summary>
      <ul className="wm-rows wm-seen">
        {[...rounds].reverse().map((feedback) => (
          <Round key={feedback.decidedAt} workspace={workspace} feedback={feedback} />
        ))}
      </ul>
    </details>
  );
}
