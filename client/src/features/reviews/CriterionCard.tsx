import { useEffect, useId, useRef } from 'react';
import type { RefObject } from 'react';
import { IconQuote } from '@tabler/icons-react';
import { Trans, useTranslation } from 'react-i18next';
import { COMMENT_MAX } from '../../../../contract/attempts.ts';
import type { Criterion, LevelName } from '../../../../contract/pathways.ts';
import type { CriterionJudgement } from '../../../../contract/reviews.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { LevelsRow } from '../../components/levels/LevelsRow.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useTooLong } from '../../components/field/useTooLong.ts';
import { leaveField } from './leaveField.ts';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { isPassing } from '../../theme/tokens.ts';

/** What a criterion's card shows besides the reviewer's own judgement. */
export interface CriterionContext {
  /** The author's own mark; shown only once the reviewer has chosen, so that it does not influence them. */
  readonly selfLevel: LevelName | null;
  readonly earlier: { readonly level: LevelName; readonly comment: string; readonly at: string } | null;
}

export interface CriterionCardProps extends CriterionContext {
  criterion: Criterion;
  judgement: CriterionJudgement;
  onJudge: (changed: CriterionJudgement) => void;
  onQuote: () => void;
  commentField: RefObject<HTMLTextAreaElement | null>;
  /** Why a decision could not be sent because of this criterion. */
  problem: string | null;
  showKeys: boolean;
}

/** All four descriptors: open until a level is chosen, then folded under the chosen one. */
function AllLevels({ criterion, chosen }: { criterion: Criterion; chosen: boolean }) {
  const { t } = useTranslation('reviews');
  const { t: common } = useTranslation();
  return (
    <details className="wm-review-levels" key={String(chosen)} open={!chosen}>
      <summary className="wm-small">{t('rubric.levels')}</summary>
      <dl className="wm-small">
        {criterion.levels.map(({ key, name, descriptor }) => (
          <div key={key}>
            <dt>{common(`levels.${name}`)}</dt>
            <dd dir="auto">{descriptor}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Earlier({ earlier }: { earlier: NonNullable<CriterionContext['earlier']> }) {
  const { t } = useTranslation('reviews');
  const { t: common } = useTranslation();
  const format = useFormat();
  const level = common(`levels.${earlier.level}`);
  return (
    <div className="wm-review-earlier">
      <p className="wm-micro">{t('rubric.before', { day: format.shortDay(earlier.at), level })}</p>
      {earlier.comment && <PlainWords size="small">{earlier.comment}</PlainWords>}
    </div>
  );
}

function Comment(props: Omit<CriterionCardProps, keyof CriterionContext | 'showKeys'>) {
  const { judgement, onJudge, onQuote, commentField } = props;
  const problem = useTooLong()(judgement.comment.length, COMMENT_MAX) ?? props.problem;
  const { t } = useTranslation('reviews');
  const id = useId();
  const needed = judgement.level !== null && !isPassing(judgement.level);
  return (
    <div className="wm-review-comment">
      <label htmlFor={id} className="wm-small">
        <strong>{t('rubric.comment')}</strong> {t('rubric.commentNeeded')}
      </label>
      <textarea
        id={id}
        ref={commentField}
        className="wm-input wm-input-words"
        dir="auto"
        rows={2}
        value={judgement.comment}
        aria-required={needed}
        aria-invalid={problem !== null}
        {...(problem === null ? {} : { 'aria-describedby': `${id}-problem` })}
        onChange={(event) => onJudge({ ...judgement, comment: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') leaveField(event.currentTarget);
        }}
      />
      {problem !== null && (
        <p id={`${id}-problem`} className="wm-field-problem" role="alert">
          {problem}
        </p>
      )}
      <button
        type="button"
        className="wm-link wm-review-quote"
        // the press must not clear the selection
        onMouseDown={(event) => event.preventDefault()}
        onClick={onQuote}
      >
        <IconQuote size={16} stroke={ICON_STROKE} aria-hidden="true" />
        {t('rubric.quote')}
      </button>
    </div>
  );
}

/** The current criterion: a raised card with its levels and the comment. */
export function CriterionCard(props: CriterionCardProps) {
  const { criterion, judgement, selfLevel, earlier, onJudge, showKeys } = props;
  const { t } = useTranslation('reviews');
  const { t: common } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const chosen = judgement.level !== null;
  return (
    <section className="wm-review-card" aria-labelledby={`criterion-${criterion.key}`}>
      <div className="wm-review-card-top">
        <CriterionCode code={criterion.code} tone="current" />
        <h3
          id={`criterion-${criterion.key}`}
          dir="auto"
          ref={heading}
          tabIndex={-1}
          data-criterion={criterion.key}
        >
          {criterion.title}
        </h3>
        {showKeys && (
          <span className="wm-review-keys" aria-hidden="true">
            <Trans t={t} i18nKey="rubric.keys" components={{ k: <kbd /> }} />
          </span>
        )}
      </div>
      {earlier && <Earlier earlier={earlier} />}
      <LevelsRow
        criterion={criterion}
        value={judgement.level}
        onChange={(level) => onJudge({ ...judgement, level })}
      />
      <AllLevels criterion={criterion} chosen={chosen} />
      {chosen && selfLevel && (
        <p className="wm-micro">{t('rubric.self', { level: common(`levels.${selfLevel}`) })}</p>
      )}
      <Comment {...props} />
    </section>
  );
}
