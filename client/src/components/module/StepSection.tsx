import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Block, Prompt } from '../../../../contract/content.ts';
import type { UnrolledStep } from '../../../../contract/cycles.ts';
import { stepAnchor, useStepName } from '../steps/steps.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { StepBlocks } from './StepBlocks.tsx';
import '../field/field.css';

interface SectionHeadProps {
  children: ReactNode;
  minutes?: number;
  end?: ReactNode;
}

/** Heading of a step: its name, and its duration or progress. */
function SectionHead({ children, minutes, end }: SectionHeadProps) {
  const { t } = useTranslation('module');
  const format = useFormat();
  return (
    <div className="wm-section-head">
      <h2 dir="auto">{children}</h2>
      <span className="wm-small">
        {end ?? (minutes ? t('about', { time: format.minutes(minutes) }) : null)}
      </span>
    </div>
  );
}

export interface StepSectionProps {
  step: UnrolledStep;
  /** All steps of the module. */
  steps: readonly UnrolledStep[];
  /** Whose page it is: ticks in lists are remembered for it. Null: nobody's. */
  ownerId: string | null;
  /** `texts`: without its heading. `again`: to read once more, no place that links lead to. */
  shape?: 'step' | 'texts' | 'again';
  /** Those of its blocks that are shown; by default all of them. */
  blocks?: readonly Block[];
  /** At the end of the heading's line, instead of how long it takes. */
  end?: ReactNode;
  renderPrompt?: (prompt: Prompt) => ReactNode;
  /** What is to be handed in, and what was added; in the last step only. */
  evidence?: ReactNode;
  /** If omitted, nobody marks this step as done. */
  mark?: { readonly done: boolean; readonly onChange: (done: boolean) => void } | null;
}

/** A step of the module: its blocks in order, and a control that marks it as done if nothing in it tells. */
export function StepSection(props: StepSectionProps) {
  const {
    step,
    steps,
    ownerId,
    shape = 'step',
    blocks = step.blocks,
    end,
    renderPrompt,
    evidence,
    mark,
  } = props;
  const { t } = useTranslation('module');
  const nameOf = useStepName(steps);
  const place = shape === 'step' ? { id: stepAnchor(step.key), tabIndex: -1 } : {};
  return (
    <section className="wm-section" {...place}>
      {shape !== 'texts' && (
        <SectionHead minutes={step.minutes} end={end}>
          {nameOf(step)}
        </SectionHead>
      )}
      <StepBlocks
        blocks={blocks}
        ownerId={ownerId}
        renderPrompt={renderPrompt ?? (() => null)}
        evidence={evidence}
        isLaterCycle={(step.cycle ?? 1) > 1}
      />
      {mark && (
        <label className="wm-check wm-done wm-no-print">
          <input
            type="checkbox"
            checked={mark.done}
            onChange={(event) => mark.onChange(event.currentTarget.checked)}
          />
          {t('stepDone')}
        </label>
      )}
    </section>
  );
}
