import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import { Words } from '../../components/words/Words.tsx';
import '../../components/field/field.css';
import { useFormat } from '../../i18n/FormatProvider.tsx';

interface SectionHeadProps {
  children: ReactNode;
  minutes?: number;
  end?: ReactNode;
}

/** Heading of a step: its name, and its duration or progress. */
export function SectionHead({ children, minutes, end }: SectionHeadProps) {
  const { t } = useTranslation('module');
  const format = useFormat();
  return (
    <div className="wm-section-head">
      <h2>{children}</h2>
      <span className="wm-small">
        {end ?? (minutes ? t('about', { time: format.minutes(minutes) }) : null)}
      </span>
    </div>
  );
}

interface ReadSectionProps {
  workspace: Workspace;
  step: 'learn' | 'try';
  onDone?: (done: boolean) => void;
}

/** Learn and Try it: what the designer wrote, and a control that marks it as done. */
export function ReadSection({ workspace, step, onDone }: ReadSectionProps) {
  const { t } = useTranslation('module');
  const { minutes, content } = workspace.module[step];
  return (
    <section id={step} className="wm-section" tabIndex={-1}>
      <SectionHead minutes={minutes}>{t(`step.${step}`)}</SectionHead>
      <Words document={content} />
      {onDone && (
        <label className="wm-check wm-done wm-no-print">
          <input
            type="checkbox"
            checked={workspace.stepsDone.includes(step)}
            onChange={(event) => onDone(event.currentTarget.checked)}
          />
          {t('stepDone')}
        </label>
      )}
    </section>
  );
}
