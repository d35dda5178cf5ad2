import { useId, useState } from 'react';
import { Button, CloseButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CONDITIONS_MAX, DEPTH_MAX } from '../../../../contract/rules.ts';
import type { Rule } from '../../../../contract/rules.ts';
import { SelectField } from '../../components/field/SelectField.tsx';
import { BadgeDialog } from './BadgeDialog.tsx';
import { NumberField } from './fields.tsx';
import { depthOf, isGroup, orHeld, toGroup, withCount, withParts } from './ruleTree.ts';
import type { Condition, Group } from './ruleTree.ts';

/** What a rule can name. */
export interface RuleChoices {
  readonly pathwayKey: string;
  readonly modules: readonly { readonly key: string; readonly title: string }[];
  readonly tracks: readonly { readonly key: string; readonly title: string }[];
}

interface PartProps<R extends Rule> {
  rule: R;
  choices: RuleChoices;
  /** Null removes it. */
  onChange: (rule: Rule | null) => void;
}

/** A choice of one named thing; one that is not there any more is shown as such and stays until another is chosen. */
function NamedField(props: {
  label: string;
  gone: string;
  value: string;
  among: RuleChoices['modules'];
  onChange: (key: string) => void;
}) {
  const { t } = useTranslation('studio');
  const { label, gone, value, among, onChange } = props;
  const known = among.map(({ key, title }) => ({ value: key, label: title || t('untitled') }));
  const choices = known.some((one) => one.value === value) ? known : [{ value, label: gone }, ...known];
  return <SelectField label={label} value={value} choices={choices} onChange={onChange} />;
}

function ConditionField({ rule, choices, onChange }: PartProps<Condition>) {
  const { t } = useTranslation('studio');
  switch (rule.type) {
    case 'approved':
      return (
        <NamedField
          label={t('rule.module')}
          gone={t('rule.goneModule')}
          value={rule.module}
          among={choices.modules}
          onChange={(module) => onChange({ type: 'approved', module })}
        />
      );
    case 'track':
      return (
        <NamedField
          label={t('rule.track')}
          gone={t('rule.goneTrack')}
          value={rule.track}
          among={choices.tracks}
          onChange={(track) => onChange({ type: 'track', track })}
        />
      );
    case 'awarded':
      return <p dir="auto">{t('rule.badge', { title: rule.title || t('untitled') })}</p>;
  }
}

/** One part of a group, with what can be done to it. @param level  of the group that it is in, from 1 */
function PartRow({ rule, choices, level, onChange }: PartProps<Rule> & { level: number }) {
  const { t } = useTranslation('studio');
  const [finding, setFinding] = useState(false);
  if (isGroup(rule))
    return <GroupField rule={rule} choices={choices} level={level + 1} onChange={onChange} />;
  const canNest = level + depthOf(rule) < DEPTH_MAX;
  return (
    <div className="wm-studio-condition">
      <ConditionField rule={rule} choices={choices} onChange={onChange} />
      <CloseButton size="lg" aria-label={t('rule.remove')} onClick={() => onChange(null)} />
      {rule.type === 'approved' && canNest && (
        <Button variant="subtle" size="compact-sm" onClick={() => setFinding(true)}>
          {t('rule.orHeld')}
        </Button>
      )}
      {finding && (
        <BadgeDialog
          pathwayKey={choices.pathwayKey}
          onClose={() => setFinding(false)}
          onChoose={({ key, title }) => {
            setFinding(false);
            onChange(orHeld(rule, { achievement: key, title }));
          }}
        />
      )}
    </div>
  );
}

function AddButtons({
  choices,
  level,
  onAdd,
}: Pick<PartProps<Rule>, 'choices'> & { level: number; onAdd: (rule: Rule) => void }) {
  const { t } = useTranslation('studio');
  const [finding, setFinding] = useState(false);
  const [[module], [track]] = [choices.modules, choices.tracks];
  const add = (label: string, onClick: () => void) => (
    <Button variant="default" size="compact-sm" onClick={onClick}>
      {label}
    </Button>
  );
  return (
    <div className="wm-row">
      {module && add(t('rule.addModule'), () => onAdd({ type: 'approved', module: module.key }))}
      {track && add(t('rule.addTrack'), () => onAdd({ type: 'track', track: track.key }))}
      {add(t('rule.addBadge'), () => setFinding(true))}
      {level < DEPTH_MAX && add(t('rule.addGroup'), () => onAdd({ type: 'atLeast', n: 1, of: [] }))}
      {finding && (
        <BadgeDialog
          pathwayKey={choices.pathwayKey}
          onClose={() => setFinding(false)}
          onChoose={({ key, title }) => {
            setFinding(false);
            onAdd({ type: 'awarded', achievement: key, title });
          }}
        />
      )}
    </div>
  );
}

function GroupField({ rule, choices, level, onChange }: PartProps<Group> & { level: number }) {
  const { t } = useTranslation('studio');
  const id = useId();
  const { of } = rule;
  const change = (parts: Rule[]) => onChange(withParts(rule, parts));
  const n = rule.type === 'atLeast' ? rule.n : null;
  return (
    <div role="group" className="wm-studio-group" aria-labelledby={id}>
      <span id={id} hidden>
        {n === null ? t('rule.allOf', { count: of.length }) : t('rule.someOf', { n, count: of.length })}
      </span>
      <div className="wm-studio-condition">
        <SelectField
          label={t('rule.needed')}
          value={rule.type}
          choices={[
            { value: 'all', label: t('rule.all') },
            { value: 'atLeast', label: t('rule.atLeast') },
          ]}
          onChange={(type) => onChange(withCount(rule, type === 'all' ? null : 1))}
        />
        {n !== null && (
          <NumberField
            label={t('rule.count')}
            value={n}
            least={1}
            most={Math.max(n, of.length, 1)}
            onChange={(count) => onChange(withCount(rule, count))}
          />
        )}
        {level > 1 && (
          <CloseButton size="lg" aria-label={t('rule.removeGroup')} onClick={() => onChange(null)} />
        )}
      </div>
      <ul className="wm-plain-list">
        {of.map((part, at) => (
          // parts have no names of their own, and two may be alike
          <li key={at}>
            <PartRow
              rule={part}
              choices={choices}
              level={level}
              onChange={(next) => change(of.flatMap((one, place) => (place === at ? (next ?? []) : one)))}
            />
          </li>
        ))}
      </ul>
      {of.length < CONDITIONS_MAX && (
        <AddButtons choices={choices} level={level} onAdd={(added) => change([...of, added])} />
      )}
    </div>
  );
}

/** Any rule, part by part: modules, tracks, badges, and groups of them in each other. */
export function RuleTree({
  rule,
  choices,
  onChange,
}: Omit<PartProps<Rule>, 'onChange'> & { onChange: (rule: Rule) => void }) {
  return (
    <GroupField
      rule={toGroup(rule)}
      choices={choices}
      level={1}
      onChange={(next) => {
        if (next) onChange(next);
      }}
    />
  );
}
