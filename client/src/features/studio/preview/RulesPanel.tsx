import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../../contract/content.ts';
import type { RuleFacts } from '../../../../../contract/rules.ts';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import { FactSwitches } from '../FactSwitches.tsx';
import type { DraftMap } from './draftMap.ts';
import { quickFacts } from './quickFacts.ts';

/** What follows from the facts, in a sentence that is read aloud when it changes. */
export function Outcome({ map }: { map: DraftMap }) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const isLocked = ({ opensAfter, notAsked }: DraftMap['modules'][number]) =>
    opensAfter !== null && notAsked === null;
  const locked = map.modules.filter(isLocked).length;
  const open = map.modules.filter(
    ({ state, opensAfter, notAsked }) => state !== 'approved' && opensAfter === null && notAsked === null,
  ).length;
  const names = map.awards.map(({ achievement }) => `“${achievement || t('untitled')}”`);
  return (
    <p className="wm-small wm-preview-outcome" role="status">
      {t('previewAs.outcome', { approved: map.approved, open, locked })}
      {names.length > 0 && ` ${t('previewAs.earned', { names: format.list(names) })}`}
      {map.state === 'completed' && ` ${t('try.completed')}`}
    </p>
  );
}

interface RulesPanelProps {
  content: PathwayContent;
  facts: RuleFacts;
  onChange: (facts: RuleFacts) => void;
}

/** What the previewed teacher has done: every fact that a rule asks about, and three beginnings. */
export function RulesPanel({ content, facts, onChange }: RulesPanelProps) {
  const { t } = useTranslation('studio');
  const quick = (which: Parameters<typeof quickFacts>[1], label: string) => (
    <Button size="sm" variant="default" onClick={() => onChange(quickFacts(content, which))}>
      {label}
    </Button>
  );
  return (
    <aside className="wm-preview-rules wm-stack" aria-labelledby="preview-rules">
      <h2 id="preview-rules" className="wm-subheading">
        {t('previewAs.rules')}
      </h2>
      <p className="wm-small">{t('previewAs.rulesHelp')}</p>
      <div className="wm-row">
        {quick('start', t('previewAs.start'))}
        {quick('open', t('previewAs.allOpen'))}
        {quick('done', t('previewAs.allDone'))}
      </div>
      <FactSwitches content={content} facts={facts} onChange={onChange} />
    </aside>
  );
}
