import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { moduleMinutes, unrollModule } from '../../../../contract/cycles.ts';
import type { PathwayContent } from '../../../../contract/content.ts';
import { evaluativeShare } from '../../../../contract/evaluativeShare.ts';
import type { Finding } from '../../../../contract/lint/findings.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Findings } from './Findings.tsx';
import { targetOf } from './notes.ts';
import { PublishDialog } from './PublishDialog.tsx';
import { useStudio } from './studioContext.ts';
import type { Target } from './target.ts';

interface StudioFootProps {
  content: PathwayContent;
  findings: readonly Finding[];
  /** What is on the page. */
  at: PartKey;
  onGo: (target: Target) => void;
}

/**
 * The minutes of the module on the page and of the whole pathway, and how much of them reviewers judge, each with its cap if the
 * institution has one.
 */
function Minutes({ content, at }: Pick<StudioFootProps, 'content' | 'at'>) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { caps } = useStudio();
  const module = content.modules.find(({ key }) => key === at);
  const modules = content.modules.map((one) => ({
    minutes: moduleMinutes(unrollModule(one)),
    reviewedBy: one.reviewedBy,
  }));
  const all = modules.reduce((sum, { minutes }) => sum + minutes, 0);
  const share = evaluativeShare(modules);
  const shareCap = caps.evaluativeShareMax;
  const words = (what: 'module' | 'total', taken: number, cap: number | null): string => {
    const time = format.minutes(taken);
    return cap === null
      ? t(`foot.${what}`, { time })
      : t(`foot.${what}Of`, { time, cap: format.minutes(cap) });
  };
  return (
    <span className="wm-studio-total">
      <IconClock size={18} stroke={ICON_STROKE} aria-hidden="true" />
      {module && <span>{words('module', moduleMinutes(unrollModule(module)), caps.moduleMinutesMax)}</span>}
      <span>{words('total', all, caps.pathwayMinutesMax)}</span>
      <span>
        {shareCap === null ? t('foot.share', { share }) : t('foot.shareOf', { share, cap: shareCap })}
      </span>
    </span>
  );
}

/** What the check finds while one writes, and the minutes of module and pathway. */
export function StudioFoot({ content, findings, at, onGo }: StudioFootProps) {
  const { t } = useTranslation('studio');
  const { version } = useStudio();
  const [shown, setShown] = useState(false);
  const [publishing, setPublishing] = useState(false);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
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
      <Minutes content={content} at={at} />
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
