import { VisuallyHidden } from '@mantine/core';
import { IconCalendar, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Run, Step } from '../../../../contract/pathways.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { STEPS } from './moduleModel.ts';

interface StepsBarProps {
  /** Anchor of the step in view. */
  current: string;
  ready: ReadonlySet<Step>;
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

/** The steps of the one long page: anchors that follow the scroll position, not wizard pages. */
export function StepsBar({ current, ready, run, go }: StepsBarProps) {
  const { t } = useTranslation('module');
  return (
    <nav className="wm-steps wm-gives-way-tight wm-no-print" aria-label={t('steps')}>
      <ol className="wm-plain-list">
        {STEPS.map(({ step, word, anchor }) => (
          <li key={step}>
            <a
              href={`#${anchor}`}
              data-ready={ready.has(step)}
              {...(anchor === current ? { 'aria-current': 'step' as const } : {})}
              onClick={(event) => {
                event.preventDefault();
                go(anchor);
              }}
            >
              <span className="wm-step-dot" aria-hidden="true">
                {ready.has(step) && anchor !== current && <IconCheck size={13} stroke={2.4} />}
              </span>
              <span>{t(`step.${word}`)}</span>
              <VisuallyHidden component="span">
                , {t(ready.has(step) ? 'stepState.done' : 'stepState.open')}
              </VisuallyHidden>
            </a>
          </li>
        ))}
      </ol>
      <DueDate run={run} />
    </nav>
  );
}
