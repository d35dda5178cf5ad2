import { useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { moduleMinutes } from '../../../../contract/content.ts';
import type { PathwayContent } from '../../../../contract/content.ts';
import type { Finding } from '../../../../contract/lint/findings.ts';
import { NO_CAPS } from '../../../../contract/lint/findings.ts';
import { PathwayLinter } from '../../../../contract/lint/pathwayLinter.ts';
import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import type { Target } from './target.ts';

/** The part that a finding is about, and the field in it. */
function targetOf({ place }: Finding): Target {
  const { module, block, criterion, exemplar, level, item, field } = place;
  const part = block ?? criterion ?? exemplar ?? module ?? PATHWAY_PART;
  return { part, field: level !== null ? 'levels' : item !== null ? 'text' : field };
}

/** Where a finding is, in the names that people gave. */
function placeName(content: PathwayContent, { place }: Finding): string {
  const module = content.modules.find(({ key }) => key === place.module);
  if (!module) return content.title;
  const criterion = module.criteria.find(({ key }) => key === place.criterion);
  return [module.title, criterion && `${criterion.code} ${criterion.title}`].filter(Boolean).join(', ');
}

interface FindingsProps {
  title: string;
  content: PathwayContent;
  findings: readonly Finding[];
  onGo: (finding: Finding) => void;
}

function Findings({ title, content, findings, onGo }: FindingsProps) {
  const { t } = useTranslation('lint');
  if (findings.length === 0) return null;
  return (
    <section>
      <h3 className="wm-subheading">{title}</h3>
      <ul className="wm-rows wm-studio-findings">
        {findings.map((finding, at) => (
          // two may be the same but for their place
          <li key={at}>
            <button type="button" className="wm-link" onClick={() => onGo(finding)}>
              <bdi>{placeName(content, finding)}</bdi>
            </button>
            <p className="wm-small">{t(finding.code, finding.facts)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the check finds while one writes, and the minutes of the whole pathway. */
export function StudioFoot({ content, onGo }: { content: PathwayContent; onGo: (target: Target) => void }) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const [shown, setShown] = useState(false);
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
      <Dialog opened={shown} onClose={() => setShown(false)} title={t('foot.title')}>
        <div className="wm-stack">
          <Findings title={t('foot.errors')} content={content} findings={errors} onGo={go} />
          <Findings title={t('foot.warnings')} content={content} findings={warnings} onGo={go} />
        </div>
      </Dialog>
    </footer>
  );
}
