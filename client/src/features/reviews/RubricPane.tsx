import { useId } from 'react';
import type { ReactNode, RefObject } from 'react';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { COMMENT_MAX } from '../../../../contract/attempts.ts';
import type { Criterion } from '../../../../contract/content.ts';
import type { CriterionJudgement, ReviewPage } from '../../../../contract/reviews.ts';
import { LevelOf } from '../../components/cairn/Cairn.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useTooLong } from '../../components/field/useTooLong.ts';
import { leaveField } from './leaveField.ts';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { CriterionCard } from './CriterionCard.tsx';
import { History } from './History.tsx';
import { decidedCount, earlierLevel, judgementOf, openCriteria, SUMMARY } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

export interface RubricPaneProps {
  page: ReviewPage;
  draft: ReviewDraft;
  /** Key of the open criterion, or `SUMMARY`. */
  current: string;
  onCurrent: (key: string) => void;
  onJudge: (changed: CriterionJudgement) => void;
  onSummary: (summary: string) => void;
  onQuote: () => void;
  commentField: RefObject<HTMLTextAreaElement | null>;
  problem: { readonly key: string; readonly text: string } | null;
  showKeys: boolean;
  /** Above the criteria: what starting means, a conflict, that somebody else has it. */
  notice?: ReactNode;
  /** Below everything: "I know this person" on narrow frames. */
  foot?: ReactNode;
}

function Row(props: { code?: string; title: string; end: ReactNode; onOpen?: () => void }) {
  const { code, title, end, onOpen } = props;
  const content = (
    <>
      {code !== undefined && <CriterionCode code={code} />}
      <span className="wm-rubric-title" dir="auto">
        {title}
      </span>
      <span className="wm-rubric-end">{end}</span>
      {onOpen && <IconChevronDown size={18} stroke={ICON_STROKE} aria-hidden="true" />}
    </>
  );
  if (!onOpen) return <div className="wm-review-row">{content}</div>;
  return (
    <h3 className="wm-review-row-head">
      <button type="button" className="wm-review-row" aria-expanded={false} onClick={onOpen}>
        {content}
      </button>
    </h3>
  );
}

function Summary({ draft, onSummary }: Pick<RubricPaneProps, 'draft' | 'onSummary'>) {
  const { t } = useTranslation('reviews');
  const id = useId();
  const problem = useTooLong()(draft.summary.length, COMMENT_MAX);
  return (
    <section className="wm-review-card" aria-labelledby={`criterion-${SUMMARY}`}>
      <div className="wm-review-card-top">
        <h3 id={`criterion-${SUMMARY}`} tabIndex={-1} data-criterion={SUMMARY}>
          {t('rubric.summary')}
        </h3>
        <span className="wm-small">{t('rubric.summaryOptional')}</span>
      </div>
      <textarea
        className="wm-input wm-input-words"
        dir="auto"
        rows={3}
        value={draft.summary}
        aria-labelledby={`criterion-${SUMMARY}`}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? `${id}-help` : `${id}-help ${id}-problem`}
        onChange={(event) => onSummary(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') leaveField(event.currentTarget);
        }}
      />
      {problem !== null && (
        <p id={`${id}-problem`} className="wm-field-problem" role="alert">
          {problem}
        </p>
      )}
      <p id={`${id}-help`} className="wm-small">
        {t('rubric.summaryHelp')}
      </p>
    </section>
  );
}

function ClosedCriterion(
  props: Pick<RubricPaneProps, 'page' | 'draft' | 'onCurrent'> & {
    criterion: Criterion;
    isNext: boolean;
  },
) {
  const { page, draft, onCurrent, criterion, isNext } = props;
  const { t } = useTranslation('reviews');
  const { code, title, key } = criterion;
  if (!page.openCriteria.includes(key)) {
    const settled = earlierLevel(page.history, key);
    return (
      <Row
        code={code}
        title={title}
        end={
          <>
            {settled && <LevelOf scale={page.scale} level={settled.level} />}
            <span className="wm-review-settled">{t('rubric.settled')}</span>
          </>
        }
      />
    );
  }
  const { level } = judgementOf(draft, key);
  const unset = isNext ? t('rubric.next') : t('rubric.open');
  const end = level ? <LevelOf scale={page.scale} level={level} /> : unset;
  return <Row code={code} title={title} end={end} onOpen={() => onCurrent(key)} />;
}

/** The rubric beside the evidence: the current criterion as a card, the others as lines with their level. */
export function RubricPane(props: RubricPaneProps) {
  const { page, draft, current, onCurrent, problem, notice, foot } = props;
  const { t } = useTranslation('reviews');
  const open = openCriteria(page);
  const undecided = open.filter(({ key }) => key !== current && judgementOf(draft, key).level === null);
  return (
    <section className="wm-review-rubric wm-review-scroll" aria-labelledby="review-rubric">
      <div className="wm-review-rubric-top">
        <h2 id="review-rubric" className="wm-subheading">
          {t('rubric.title')}
        </h2>
        <span className="wm-small">
          {t('rubric.decided', { done: decidedCount(open, draft), all: open.length })}
        </span>
      </div>
      {notice}
      {page.criteria.map((criterion) =>
        criterion.key === current ? (
          <CriterionCard
            key={criterion.key}
            {...props}
            scale={page.scale}
            criterion={criterion}
            judgement={judgementOf(draft, criterion.key)}
            selfLevel={page.selfLevels.find((one) => one.criterionKey === criterion.key)?.level ?? null}
            earlier={earlierLevel(page.history, criterion.key)}
            problem={problem?.key === criterion.key ? problem.text : null}
          />
        ) : (
          <ClosedCriterion
            key={criterion.key}
            page={page}
            draft={draft}
            onCurrent={onCurrent}
            criterion={criterion}
            isNext={criterion.key === undecided[0]?.key}
          />
        ),
      )}
      {current === SUMMARY ? (
        <Summary {...props} />
      ) : (
        <Row
          title={t('rubric.summary')}
          end={t('rubric.summaryOptional')}
          onOpen={() => onCurrent(SUMMARY)}
        />
      )}
      <History history={page.history} page={page} />
      {foot}
    </section>
  );
}
