import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '../../../../contract/rules.ts';
import { Checks, NumberField, SelectField } from './fields.tsx';
import { toOpening, toRule } from './openingModel.ts';
import type { Opening, OpeningKind } from './openingModel.ts';

interface RuleFieldProps {
  label: string;
  rule: Rule;
  /** What `before` stands for: the modules before this one, or all modules of the pathway. */
  before: readonly string[];
  /** The words of each kind of rule; those without are not offered. */
  kinds: Partial<Readonly<Record<OpeningKind, string>>>;
  /** Modules that can be chosen. */
  modules: readonly { readonly key: string; readonly title: string }[];
  onChange: (rule: Rule) => void;
}

/** A rule about modules: none, all, chosen ones, or some of the chosen ones. */
export function RuleField({ label, rule, before, kinds, modules, onChange }: RuleFieldProps) {
  const { t } = useTranslation('studio');
  const [wanted, setWanted] = useState<OpeningKind | null>(null);
  const found = toOpening(rule, before);
  // a list can be the same as "all before" or "none": whoever chose the list goes on choosing in it
  const isListed = wanted === 'chosen' && (found.kind === 'before' || found.kind === 'always');
  const opening: Opening = isListed ? { ...found, kind: 'chosen' } : found;
  const offered = (Object.keys(kinds) as OpeningKind[]).filter(
    (kind) => kind !== 'own' || opening.kind === 'own',
  );
  const change = (next: Partial<Opening>) => onChange(toRule({ ...opening, ...next }, before, rule));
  const choose = (kind: OpeningKind) => {
    setWanted(kind);
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
