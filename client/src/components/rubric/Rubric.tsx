import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Criterion, LevelKey, Scale } from '../../../../contract/content.ts';
import { LevelOf } from '../cairn/Cairn.tsx';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { AlignedItems } from './AlignedItems.tsx';
import { CriterionCode } from './CriterionCode.tsx';
import { RubricLevels } from './RubricLevels.tsx';
import { headingMark } from './rubricModel.ts';
import type { RubricMarks } from './rubricModel.ts';
import './rubric.css';

export interface RubricProps {
  scale: Scale;
  criteria: readonly Criterion[];
  /** Omitted if nobody's work is shown: marks are then not mentioned. */
  marks?: RubricMarks;
  /** Makes levels selectable: the self-assessment. If omitted, the rubric is read-only. */
  onChoose?: (criterionKey: string, level: LevelKey) => void;
  /** The open criterion, if the page controls it (highlights); if omitted, the rubric does. */
  open?: string | null;
  onOpen?: (criterionKey: string | null) => void;
  /** Criteria that the current piece speaks to. */
  highlighted?: readonly string[];
  /** Replaces the level at the end of a criterion's heading: a chip. */
  trailing?: Readonly<Record<string, ReactNode>>;
  /** Below the levels of the open criterion: the reviewer's comment. */
  below?: (criterion: Criterion) => ReactNode;
  title?: ReactNode;
  /** At the end of the title's line. */
  note?: ReactNode;
}

interface CriterionProps extends Omit<RubricProps, 'criteria' | 'open' | 'onOpen'> {
  criterion: Criterion;
  isOpen: boolean;
  toggle: () => void;
}

function CriterionPanel(props: CriterionProps) {
  const { criterion, scale, marks = {}, isOpen, toggle, onChoose, trailing, highlighted, below } = props;
  const { t } = useTranslation();
  const id = useId();
  const mark = headingMark(marks, criterion.key);
  const own = mark ? <LevelOf scale={scale} level={mark.level} /> : props.marks && t('levels.noneYet');
  const end = trailing?.[criterion.key] ?? own;
  return (
    <section
      className="wm-rubric-criterion"
      data-open={isOpen}
      data-lit={highlighted?.includes(criterion.key)}
    >
      <h3 className="wm-rubric-head">
        <button type="button" aria-expanded={isOpen} aria-controls={id} onClick={toggle}>
          <CriterionCode
            code={criterion.code}
            tone={highlighted?.includes(criterion.key) ? 'current' : 'plain'}
          />
          <span className="wm-rubric-title" dir="auto">
            {criterion.title}
          </span>
          {(!isOpen || trailing?.[criterion.key]) && <span className="wm-rubric-end">{end}</span>}
          <IconChevronDown className="wm-rubric-chevron" size={18} stroke={ICON_STROKE} aria-hidden="true" />
        </button>
      </h3>
      <div id={id} hidden={!isOpen}>
        <RubricLevels
          scale={scale}
          criterion={criterion}
          marks={marks[criterion.key] ?? []}
          onChoose={onChoose && ((level) => onChoose(criterion.key, level))}
        />
        <AlignedItems alignments={criterion.alignments} />
        {below?.(criterion)}
      </div>
    </section>
  );
}

/** The rubric beside the work: an accordion of criteria, each a radio group from the highest level down, or read-only. */
export function Rubric(props: RubricProps) {
  const { criteria, open: openOutside, onOpen, title, note, ...rest } = props;
  const { t } = useTranslation();
  const [openInside, setOpenInside] = useState<string | null>(criteria[0]?.key ?? null);
  const open = openOutside === undefined ? openInside : openOutside;
  const titleId = useId();

  const toggle = (key: string) => {
    const next = open === key ? null : key;
    setOpenInside(next);
    onOpen?.(next);
  };
  return (
    <section className="wm-rubric" aria-labelledby={titleId}>
      <div className="wm-rubric-top">
        <h2 id={titleId} className="wm-subheading">
          {title ?? t('rubric.title')}
        </h2>
        <span className="wm-small">{note}</span>
      </div>
      {criteria.map((criterion) => (
        <CriterionPanel
          key={criterion.key}
          {...rest}
          criterion={criterion}
          isOpen={open === criterion.key}
          toggle={() => toggle(criterion.key)}
        />
      ))}
    </section>
  );
}
