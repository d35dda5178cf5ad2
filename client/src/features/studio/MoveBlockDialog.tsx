import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Block } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { useStepName } from '../../components/steps/steps.ts';
import { SelectField } from '../../components/field/SelectField.tsx';
import { canHold } from './blockMoves.ts';
import type { BlockPlace } from './blockMoves.ts';
import { findBlock, findModule, findPathway } from './changes.ts';
import { useStudio } from './studioContext.ts';
import type { StepPlace } from './studioModel.ts';
import { useBlockName } from './useBlockName.ts';

interface MoveBlockDialogProps {
  block: Block;
  /** The module that it is in. */
  module: ModulePart;
  /** Where it is now. */
  from: StepPlace;
  onMove: (to: BlockPlace) => void;
  onClose: () => void;
}

/** The places of a step: before each of its other blocks, and at the end. */
function usePlaces(keys: readonly string[]): { value: string; label: string }[] {
  const { t } = useTranslation('studio');
  const { parts } = useStudio();
  const nameOf = useBlockName();
  const blocks = keys.flatMap((key) => findBlock(parts, key)?.block ?? []);
  return [...blocks, null].map((block, at) => ({
    value: String(at),
    label:
      block === null ? t('move.last', { n: at + 1 }) : t('move.place', { n: at + 1, name: nameOf(block) }),
  }));
}

/** Asks for the module, the step and the place that a block is moved to. */
export function MoveBlockDialog({ block, module: here, from, onMove, onClose }: MoveBlockDialogProps) {
  const { t } = useTranslation('studio');
  const { parts } = useStudio();
  const nameOf = useBlockName();
  const [moduleKey, setModule] = useState(from.module);
  const [stepKey, setStep] = useState(from.step);
  const [at, setAt] = useState<string | null>(null);
  const modules = (findPathway(parts)?.modules ?? []).flatMap((key) => findModule(parts, key) ?? []);
  const module = modules.find(({ key }) => key === moduleKey) ?? here;
  const stepName = useStepName(module.steps);
  const steps = module.steps.filter((step) => canHold(step, block));
  const step = steps.find(({ key }) => key === stepKey) ?? steps[0];
  const places = usePlaces((step?.blocks ?? []).filter((key) => key !== block.key));
  const place = places.find(({ value }) => value === at) ?? places.at(-1);
  return (
    <ConfirmDialog
      opened
      title={t('move.title', { name: nameOf(block) })}
      confirm={t('move.confirm')}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        if (step) onMove({ module: module.key, step: step.key, at: Number(place?.value ?? 0) });
      }}
    >
      <SelectField
        label={t('move.module')}
        value={module.key}
        choices={modules.map(({ key, title }) => ({ value: key, label: title || t('untitled') }))}
        onChange={(key) => {
          setModule(key);
          setAt(null);
        }}
      />
      <SelectField
        label={t('move.step')}
        value={step?.key ?? ''}
        choices={steps.map((one) => ({ value: one.key, label: stepName(one) }))}
        onChange={(key) => {
          setStep(key);
          setAt(null);
        }}
      />
      <SelectField label={t('move.position')} value={place?.value ?? ''} choices={places} onChange={setAt} />
    </ConfirmDialog>
  );
}
