import { useTranslation } from 'react-i18next';
import type { Prompt } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { findCriterion } from './changes.ts';
import { FieldPlace } from './FieldPlace.tsx';
import { AreaField } from '../../components/field/AreaField.tsx';
import { Checks, NumberField } from './fields.tsx';
import { useStudio } from './studioContext.ts';

interface CriteriaChecksProps {
  module: ModulePart;
  chosen: readonly string[];
  /** The place of the field in its part. */
  at?: string;
  onChange: (chosen: string[]) => void;
}

/** The criteria that a question or a piece of evidence speaks to. */
export function CriteriaChecks({ module, chosen, at = 'criteria', onChange }: CriteriaChecksProps) {
  const { t } = useTranslation('studio');
  const { parts } = useStudio();
  const criteria = module.criteria.flatMap((key) => findCriterion(parts, key) ?? []);
  if (criteria.length === 0) return null;
  return (
    <FieldPlace at={at}>
      <Checks
        label={t('fields.criteria')}
        chosen={chosen}
        choices={criteria.map(({ criterion: { key, code, title } }) => ({
          value: key,
          label: `${code} ${title}`,
        }))}
        onChange={onChange}
      />
    </FieldPlace>
  );
}

interface PromptInputsProps {
  module: ModulePart;
  prompt: Prompt;
  /** Where the prompt is in its part, with a slash at the end; nothing for a block. */
  within?: string;
  /** @param field  what was changed, so that typing in it is one step of undo */
  onChange: (fields: Partial<Omit<Prompt, 'type' | 'key'>>, field: string) => void;
}

/** The fields of a question that is answered in writing. */
export function PromptInputs({ module, prompt, within = '', onChange }: PromptInputsProps) {
  const { t } = useTranslation('studio');
  const { from, to } = prompt.words;
  return (
    <>
      <FieldPlace at={`${within}question`}>
        <AreaField
          label={t('fields.question')}
          value={prompt.question}
          most={500}
          onChange={(question) => onChange({ question }, 'question')}
        />
      </FieldPlace>
      <FieldPlace at={`${within}help`}>
        <TextField
          label={t('fields.help')}
          value={prompt.help}
          most={1000}
          dir="auto"
          onChange={(help) => onChange({ help }, 'help')}
        />
      </FieldPlace>
      <FieldPlace at={`${within}words`} className="wm-studio-pair">
        <NumberField
          label={t('fields.from')}
          value={from}
          least={0}
          most={5000}
          onChange={(next) => onChange({ words: { from: next, to } }, 'from')}
        />
        <NumberField
          label={t('fields.to')}
          value={to}
          least={1}
          most={5000}
          onChange={(next) => onChange({ words: { from, to: next } }, 'to')}
        />
      </FieldPlace>
      <CriteriaChecks
        module={module}
        chosen={prompt.criteria}
        at={`${within}criteria`}
        onChange={(criteria) => onChange({ criteria }, 'criteria')}
      />
    </>
  );
}
