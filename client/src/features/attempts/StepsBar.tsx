import { useEffect, useRef } from 'react';
import { VisuallyHidden } from '@mantine/core';
import { IconCalendar, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { UnrolledStep, UnrolledStepKey } from '../../../../contract/cycles.ts';
import type { Run } from '../../../../contract/pathways.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { stepAnchor, useStepName } from '../../components/steps/steps.ts';

interface StepsBarProps {
  steps: readonly UnrolledStep[];
  /** Anchor of the step in view. */
  current: string;
  ready: ReadonlySet<UnrolledStepKey>;
  run: Run;
  go: (anchor: string) => void;
}

function DueDate({ run }: { run: Run }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  if (run.submitBy === null) return null;
  const late = new Date(run.submitBy) < new Date();
  const day = format.day(run.submitBy);
  return (
    <span className="wm-steps-due wm-small">
      <IconCalendar size={16} stroke={ICON_STROKE} aria-hidden="true" />
      {late ? t('lateShort', { day }) : t('submitBy', { day })}
    </span>
  );
}

/** Keeps the current step in view where not all of them fit. */
function useCurrentInView(current: string) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const element = list.current;
    const item = element?.querySelector('[aria-current]')?.parentElement;
    if (!element || !item) return;
    element.scrollLeft = item.offsetLeft + (item.offsetWidth - element.clientWidth) / 2;
  }, [current]);
  return list;
}

/** The steps of the one long page: anchors that follow the scroll position, not wizard pages. */
export function StepsBar({ steps, current, ready, run, go }: StepsBarProps) {
  const { t } = useTranslation('module');
  const nameOf = useStepName(steps);
  const list = useCurrentInView(current);
  const rows = steps.map((step) => ({ step, anchor: stepAnchor(step.key), isReady: ready.has(step.key) }));
  return (
    <nav className="wm-steps wm-gives-way-tight wm-no-print" aria-label={t('steps')}>
      <ol ref={list} className="wm-plain-list">
        {rows.map(({ step, anchor, isReady }) => (
          <li key={step.key}>
            <a
              href={`#${anchor}`}
              data-ready={isReady}
              {...(anchor === current ? { 'aria-current': 'step' as const } : {})}
              onClick={(event) => {
                event.preventDefault();
                go(anchor);
              }}
            >
              <span className="wm-step-dot" aria-hidden="true">
                {isReady && anchor !== current && <IconCheck size={13} stroke={2.4} />}
              </span>
              <span dir="auto">{nameOf(step)}</span>
              <VisuallyHidden component="span">
                , {t(isReady ? 'stepState.done' : 'stepState.open')}
              </VisuallyHidden>
            </a>
          </li>
        ))}
      </ol>
      <DueDate run={run} />
    </nav>
  );
}
