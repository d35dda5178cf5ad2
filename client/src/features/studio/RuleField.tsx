import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '../../../../contract/rules.ts';
import { SelectField } from '../../components/field/SelectField.tsx';
import { Checks, NumberField } from './fields.tsx';
import { toOpening, toRule } from './openingModel.ts';
import type { Opening, OpeningKind } from './openingModel.ts';
import { RuleTree } from './RuleTree.tsx';
import type { RuleChoices } from './RuleTree.tsx';

interface RuleFieldProps {
  label: string;
  rule: Rule;
  /** What `before` stands for: the modules before this one, or all modules of the pathway. */
  before: readonly string[];
  /** The words of each kind of rule; those without are not offered. */
  kinds: Partial<Readonly<Record<OpeningKind, string>>>;
  /** What the rule can name. */
  choices: RuleChoices;
  onChange: (rule: Rule) => void;
}

/** A rule: a simple list of modules where that is enough, and otherwise part by part. */
export function RuleField({ label, rule, before, kinds, choices, onChange }: RuleFieldProps) {
  const { t } = useTranslation('studio');
  const [wanted, setWanted] = useState<OpeningKind | null>(null);
  const found = toOpening(rule, before);
  // a list can be the same as "all before" or "none": whoever chose the list goes on choosing in it
  const isListed = wanted === 'chosen' && (found.kind === 'before' || found.kind === 'always');
  const { modules } = choices;
  // whoever chose to write it part by part goes on so, although a list would do
  const isOwn = wanted === 'own';
  const opening: Opening = isOwn
    ? { ...found, kind: 'own' }
    : isListed
      ? { ...found, kind: 'chosen' }
      : found;
  const offered = Object.keys(kinds) as OpeningKind[];
  const change = (next: Partial<Opening>) => onChange(toRule({ ...opening, ...next }, before, rule));
  const choose = (kind: OpeningKind) => {
    setWanted(kind);
    // the same rule, written in another way
    if (kind === 'own') return;
    const hasNone = opening.modules.length === 0 && (kind === 'chosen' || kind === 'some');
    // a list of nothing would hold from the start
    change(hasNone ? { kind, modules: before.slice(-1) } : { kind });
  };
  const isList = opening.kind === 'chosen' || opening.kind === 'some';
  return (
    <div className="wm-studio-rule">
      <SelectField
        label={label}
        value={opening.kind}
        choices={offered.map((value) => ({ value, label: kinds[value] ?? '' }))}
        onChange={choose}
      />
      {isList && modules.length > 0 && (
        <Checks
          label={t('opens.which')}
          chosen={opening.modules}
          choices={modules.map(({ key, title }) => ({ value: key, label: title || t('untitled') }))}
          onChange={(chosen) => change({ modules: chosen })}
        />
      )}
      {opening.kind === 'own' && <RuleTree rule={rule} choices={choices} onChange={onChange} />}
      {opening.kind === 'some' && (
        <NumberField
          label={t('opens.count')}
          value={opening.n}
          least={1}
          most={Math.max(1, opening.modules.length)}
          onChange={(n) => change({ n })}
        />
      )}
    </div>
  );
}
