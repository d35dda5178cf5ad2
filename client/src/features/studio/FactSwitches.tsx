import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../contract/content.ts';
import type { RuleFacts } from '../../../../contract/rules.ts';
import { Checks } from './fields.tsx';
import { badgesAsked } from './tryRules.ts';

interface FactSwitchesProps {
  content: PathwayContent;
  facts: RuleFacts;
  onChange: (facts: RuleFacts) => void;
}

/** Every fact that the rules of a pathway can ask about, to switch on and off. */
export function FactSwitches({ content, facts, onChange }: FactSwitchesProps) {
  const { t } = useTranslation('studio');
  const badges = badgesAsked(content);
  const switches = (
    name: keyof RuleFacts,
    label: string,
    among: readonly { readonly key: string; readonly title: string }[],
  ) => {
    const others = [...facts[name]].filter((key) => among.every((one) => one.key !== key));
    return (
      among.length > 0 && (
        <Checks
          label={label}
          chosen={[...facts[name]]}
          choices={among.map(({ key, title }) => ({ value: key, label: title || t('untitled') }))}
          onChange={(chosen) => onChange({ ...facts, [name]: new Set([...others, ...chosen]) })}
        />
      )
    );
  };
  return (
    <>
      {switches('approved', t('try.approved'), content.modules)}
      {switches('tracks', t('try.tracks'), content.tracks)}
      {switches(
        'awarded',
        t('try.badges'),
        badges.filter(({ isEvidence }) => !isEvidence),
      )}
      {switches(
        'awarded',
        t('try.evidence'),
        badges.filter(({ isEvidence }) => isEvidence),
      )}
    </>
  );
}
