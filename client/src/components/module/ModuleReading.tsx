import { useTranslation } from 'react-i18next';
import type { Prompt, Requirement } from '../../../../contract/content.ts';
import { requirementsOf } from '../../../../contract/cycles.ts';
import type { UnrolledModule } from '../../../../contract/cycles.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Examples } from './Examples.tsx';
import { Needs } from './Needs.tsx';
import { StepSection } from './StepSection.tsx';
import './module.css';

function Question({ prompt }: { prompt: Prompt }) {
  const { t } = useTranslation('pathwayPreview');
  const { words } = prompt;
  return (
    <div className="wm-prompt">
      <p className="wm-question" dir="auto">
        <strong>{prompt.question}</strong> {prompt.help}
      </p>
      <div className="wm-editor" data-reads="true">
        <p className="wm-small">{t(words.from > 0 ? 'module.answer' : 'module.answerUpTo', words)}</p>
      </div>
    </div>
  );
}

function WantedItem({ requirement }: { requirement: Requirement }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const kinds = format.list(requirement.kinds.map((kind) => t(`handIn.kind.${kind}`)));
  return (
    <li>
      <p>
        <strong dir="auto">{requirement.title}</strong>
      </p>
      {requirement.help && (
        <p className="wm-small" dir="auto">
          {requirement.help}
        </p>
      )}
      {requirement.visitRecord && <p className="wm-small">{t('handIn.visitRecord')}</p>}
      <p className="wm-small">{t('handIn.takes', { kinds })}</p>
    </li>
  );
}

function Wanted({ requirements }: { requirements: readonly Requirement[] }) {
  const { t } = useTranslation('pathwayPreview');
  if (requirements.length === 0) return <p>{t('module.nothing')}</p>;
  return (
    <ul className="wm-plain-list wm-stack">
      {requirements.map((requirement) => (
        <WantedItem key={requirement.key} requirement={requirement} />
      ))}
    </ul>
  );
}

/** A module as participants read it, without a place to write. Needs the words `module` and `pathwayPreview`. */
export function ModuleReading({ module }: { module: UnrolledModule }) {
  return (
    <>
      <Needs module={module} />
      {module.steps.map((step) => (
        <StepSection
          key={step.key}
          step={step}
          steps={module.steps}
          ownerId={null}
          renderPrompt={(prompt) => <Question prompt={prompt} />}
          evidence={step.kind === 'hand_in' && <Wanted requirements={requirementsOf(module)} />}
        />
      ))}
      <Examples module={module} />
    </>
  );
}
