import { useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { moduleMinutes } from '../../../../contract/content.ts';
import type { PathwayContent } from '../../../../contract/content.ts';
import type { Finding } from '../../../../contract/lint/findings.ts';
import { NO_CAPS } from '../../../../contract/lint/findings.ts';
import { PathwayLinter } from '../../../../contract/lint/pathwayLinter.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Findings, targetOf } from './Findings.tsx';
import { PublishDialog } from './PublishDialog.tsx';
import { useStudio } from './studioContext.ts';
import type { Target } from './target.ts';

/** What the check finds while one writes, and the minutes of the whole pathway. */
export function StudioFoot({ content, onGo }: { content: PathwayContent; onGo: (target: Target) => void }) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { version } = useStudio();
  const [shown, setShown] = useState(false);
  const [publishing, setPublishing] = useState(false);
  const linter = useMemo(() => new PathwayLinter(NO_CAPS), []);
  const findings = useMemo(() => linter.lint(content), [linter, content]);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const minutes = content.modules.reduce((sum, module) => sum + moduleMinutes(module), 0);
  const go = (finding: Finding) => {
    setShown(false);
    onGo(targetOf(finding));
  };
  return (
    <footer className="wm-studio-foot wm-gives-way" aria-label={t('foot.label')}>
      <span>
        {errors.length > 0 ? (
          <IconAlertTriangle size={18} stroke={ICON_STROKE} aria-hidden="true" />
        ) : (
          <IconCheck size={18} stroke={ICON_STROKE} aria-hidden="true" />
        )}
        <strong>{t('foot.fix', { count: errors.length })}</strong>
        <span>{t('foot.consider', { count: warnings.length })}</span>
      </span>
      {findings.length > 0 && (
        <Button size="sm" variant="default" onClick={() => setShown(true)}>
          {t('foot.show')}
        </Button>
      )}
      <span className="wm-studio-total">
        <IconClock size={18} stroke={ICON_STROKE} aria-hidden="true" />
        {t('foot.total', { time: format.minutes(minutes) })}
      </span>
      <Button
        size="sm"
        className="wm-studio-publish"
        onClick={() => (errors.length > 0 ? setShown(true) : setPublishing(true))}
      >
        {t('publish.open', { n: version })}
      </Button>
      {publishing && (
        <PublishDialog
          content={content}
          warnings={warnings}
          onGo={onGo}
          onClose={() => setPublishing(false)}
        />
      )}
      <Dialog opened={shown} onClose={() => setShown(false)} title={t('foot.title')}>
        <div className="wm-stack">
          <Findings title={t('foot.errors')} content={content} findings={errors} onGo={go} />
          <Findings title={t('foot.warnings')} content={content} findings={warnings} onGo={go} />
        </div>
      </Dialog>
    </footer>
  );
}
