import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ModuleKind } from '../../../../contract/content.ts';
import { CYCLES_MAX } from '../../../../contract/cycleNumber.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { SelectField } from '../../components/field/SelectField.tsx';
import { FieldPlace } from './FieldPlace.tsx';
import { blankCycles, setKind } from './practiceModel.ts';
import type { PracticeWords } from './practiceModel.ts';
import { PromptInputs } from './PromptInputs.tsx';
import { useStudio } from './studioContext.ts';
import { setModule, withChanged } from './studioModel.ts';

function usePracticeWords(): PracticeWords {
  const { t } = useTranslation('studio');
  return {
    changed: t('practice.changed'),
    plan: t('practice.plan'),
    refine: t('practice.refine'),
    record: t('practice.record'),
  };
}

/** The kind of a module. What a practice cycle consists of is added with it. */
export function KindField({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const words = usePracticeWords();
  const newKey = () => crypto.randomUUID();
  return (
    <FieldPlace at="kind">
      <SelectField
        label={t('fields.kind')}
        value={module.kind}
        choices={ModuleKind.options.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        onChange={(kind) => change((now) => setKind(now, { key: module.key, kind }, words, newKey))}
      />
    </FieldPlace>
  );
}

const COUNTS = Array.from({ length: CYCLES_MAX }, (_, at) => String(at + 1));

/** How often a practice cycle is gone through, and what is asked from the second time on. */
export function CyclesFields({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const words = usePracticeWords();
  const id = useId();
  const { key, kind, cycles } = module;
  if (kind !== 'practice_cycle' && cycles === null) return null;
  const setCount = (count: number) =>
    change((now) => {
      const some = cycles ?? blankCycles(words, crypto.randomUUID());
      return setModule(now, key, { cycles: count === 1 ? null : { ...some, count } });
    });
  return (
    <>
      <FieldPlace at={['cycles', 'cycles/count']}>
        <SelectField
          label={t('fields.cycles')}
          value={String(cycles?.count ?? 1)}
          choices={COUNTS.map((value) => ({ value, label: t('practice.times', { count: Number(value) }) }))}
          onChange={(value) => setCount(Number(value))}
        />
      </FieldPlace>
      {cycles && (
        <div role="group" aria-labelledby={id} className="wm-studio-step">
          <h2 id={id} className="wm-subheading">
            {t('practice.between')}
          </h2>
          <p className="wm-small">{t('practice.betweenHelp')}</p>
          <PromptInputs
            module={module}
            prompt={cycles.changed}
            within="cycles/changed/"
            onChange={(fields, field) =>
              change(
                (now) => setModule(now, key, { cycles: withChanged(cycles, fields) }),
                `${key}/cycles/${field}`,
              )
            }
          />
        </div>
      )}
    </>
  );
}
