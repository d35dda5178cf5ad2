import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../contract/content.ts';
import { NO_FACTS } from '../../../../contract/rules.ts';
import type { RuleFacts } from '../../../../contract/rules.ts';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { OpensAfterText } from '../../components/opens/OpensAfterText.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { FactSwitches } from './FactSwitches.tsx';
import { tryRules } from './tryRules.ts';
import type { Outcome } from './tryRules.ts';

function ModuleOutcome({ module }: { module: Outcome['modules'][number] }) {
  const { t } = useTranslation('studio');
  const { title, opens, after, isDeadEnd } = module;
  return (
    <li>
      <p>
        <strong dir="auto">{title || t('untitled')}</strong>{' '}
        <StateChip state={opens ? 'approved' : 'locked'}>{t(opens ? 'try.open' : 'try.locked')}</StateChip>
      </p>
      {after && <OpensAfterText className="wm-small" opensAfter={after} reader="others" />}
      {isDeadEnd && <p className="wm-field-problem">{t('try.deadEnd')}</p>}
    </li>
  );
}

function OutcomeText({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { modules, earned, completed, neverCompleted } = outcome;
  const names = earned.map((title) => `“${title || t('untitled')}”`);
  return (
    <div className="wm-stack" role="region" aria-label={t('try.outcome')}>
      <h3 className="wm-subheading">{t('try.outcome')}</h3>
      <ul className="wm-plain-list">
        {modules.map((module) => (
          <ModuleOutcome key={module.key} module={module} />
        ))}
      </ul>
      <p role="status">
        {names.length > 0 ? t('try.earned', { names: format.list(names) }) : t('try.nothing')}{' '}
        {t(completed ? 'try.completed' : 'try.notCompleted')}
      </p>
      {neverCompleted && <p className="wm-field-problem">{t('try.neverCompleted')}</p>}
    </div>
  );
}

/** A box to try the rules of a draft: what opens and what is earned, by the engine that decides for participants. Keeps nothing. */
export function TryRulesDialog({ content, onClose }: { content: PathwayContent; onClose: () => void }) {
  const { t } = useTranslation('studio');
  const [facts, setFacts] = useState<RuleFacts>(NO_FACTS);
  const outcome = useMemo(() => tryRules(content, facts), [content, facts]);
  return (
    <Dialog opened onClose={onClose} title={t('try.title')}>
      <div className="wm-stack">
        <p className="wm-small">{t('try.help')}</p>
        <FactSwitches content={content} facts={facts} onChange={setFacts} />
        <OutcomeText outcome={outcome} />
      </div>
    </Dialog>
  );
}
