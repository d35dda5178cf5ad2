import { useEffect, useId, useRef } from 'react';
import type { RefObject } from 'react';
import { IconQuote } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { COMMENT_MAX } from '../../../../contract/attempts.ts';
import { isAtLeastMeets } from '../../../../contract/content.ts';
import type { Criterion, LevelKey, Scale } from '../../../../contract/content.ts';
import type { CriterionJudgement } from '../../../../contract/reviews.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { levelName, neededLevel } from '../../components/levels/levelPlaces.ts';
import { LevelsRow } from '../../components/levels/LevelsRow.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useTooLong } from '../../components/field/useTooLong.ts';
import { leaveField } from './leaveField.ts';
import { AlignedItems } from '../../components/rubric/AlignedItems.tsx';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Marked } from '../../components/words/Marked.tsx';

/** What a criterion's card shows besides the reviewer's own judgement. */
export interface CriterionContext {
  /** The author's own mark; shown only once the reviewer has chosen, so that it does not influence them. */
  readonly selfLevel: LevelKey | null;
  readonly earlier: { readonly level: LevelKey; readonly comment: string; readonly at: string } | null;
}

export interface CriterionCardProps extends CriterionContext {
  scale: Scale;
  criterion: Criterion;
  judgement: CriterionJudgement;
  onJudge: (changed: CriterionJudgement) => void;
  onQuote: () => void;
  commentField: RefObject<HTMLTextAreaElement | null>;
  /** Why a decision could not be sent because of this criterion. */
  problem: string | null;
  showKeys: boolean;
}

/** All descriptors: open until a level is chosen, then folded under the chosen one. */
interface AllLevelsProps {
  scale: Scale;
  criterion: Criterion;
  chosen: boolean;
}

function AllLevels({ scale, criterion, chosen }: AllLevelsProps) {
  const { t } = useTranslation('reviews');
  return (
    <details className="wm-review-levels" key={String(chosen)} open={!chosen}>
      <summary className="wm-small">{t('rubric.levels')}</summary>
      <dl className="wm-small">
        {criterion.levels.map(({ key, level, descriptor }) => (
          <div key={key}>
            <dt dir="auto">{levelName(scale, level)}</dt>
            <dd dir="auto">{descriptor}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

interface EarlierProps {
  scale: Scale;
  earlier: NonNullable<CriterionContext['earlier']>;
}

function Earlier({ scale, earlier }: EarlierProps) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const level = levelName(scale, earlier.level);
  return (
    <div className="wm-review-earlier">
      <p className="wm-micro">{t('rubric.before', { day: format.shortDay(earlier.at), level })}</p>
      {earlier.comment && <PlainWords size="small">{earlier.comment}</PlainWords>}
    </div>
  );
}

function Comment(props: Omit<CriterionCardProps, keyof CriterionContext | 'showKeys'>) {
  const { scale, judgement, onJudge, onQuote, commentField } = props;
  const problem = useTooLong()(judgement.comment.length, COMMENT_MAX) ?? props.problem;
  const { t } = useTranslation('reviews');
  const id = useId();
  const needed = judgement.level !== null && !isAtLeastMeets(scale, judgement.level);
  return (
    <div className="wm-review-comment">
      <label htmlFor={id} className="wm-small">
        <strong>{t('rubric.comment')}</strong> {t('rubric.commentNeeded', { level: neededLevel(scale) })}
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
  const { scale, criterion, judgement, selfLevel, earlier, onJudge, showKeys } = props;
  const { t } = useTranslation('reviews');
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
            <Marked text={t('rubric.keys', { last: scale.levels.length })} />
          </span>
        )}
      </div>
      {earlier && <Earlier scale={scale} earlier={earlier} />}
      <LevelsRow
        scale={scale}
        criterion={criterion}
        value={judgement.level}
        onChange={(level) => onJudge({ ...judgement, level })}
      />
      <AllLevels scale={scale} criterion={criterion} chosen={chosen} />
      <AlignedItems alignments={criterion.alignments} />
      {chosen && selfLevel && (
        <p className="wm-micro">{t('rubric.self', { level: levelName(scale, selfLevel) })}</p>
      )}
      <Comment {...props} />
    </section>
  );
}
