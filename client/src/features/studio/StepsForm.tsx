import { useRef } from 'react';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StepKind } from '../../../../contract/content.ts';
import type { Block } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { MenuButton } from '../../components/menu/MenuButton.tsx';
import { useStepName } from '../../components/steps/steps.ts';
import { useContentUploads } from '../../uploads/useContentUploads.ts';
import { blankBlock, blankStep } from './blanks.ts';
import type { StepPart } from './blanks.ts';
import { BlockCard } from './BlockCard.tsx';
import { canHold } from './blockMoves.ts';
import { findBlock, findModule } from './changes.ts';
import { NumberField } from './fields.tsx';
import { HiddenFileInput } from './FileChooser.tsx';
import { stepPlace } from './fileModel.ts';
import { ItemMenu } from './ItemMenu.tsx';
import { FieldPlace } from './FieldPlace.tsx';
import { useStudio } from './studioContext.ts';
import { addBlock, addStep, moveBlock, moveStep, removeStep, setStep } from './studioModel.ts';
import { focusAdded } from './target.ts';
import { UploadLine } from './UploadLine.tsx';
import { useBlockName } from './useBlockName.ts';
import { useDragOrder } from './useDragOrder.ts';
import type { Grip } from './useDragOrder.ts';
import { useMoveBlock } from './useMoveBlock.ts';

type NewBlock = Exclude<Block['type'], 'file'>;
const READING: readonly NewBlock[] = ['text', 'resource', 'embed', 'checklist', 'prompt'];

/** The kinds of steps that a designer adds; the last step is always there. */
const ADDED = StepKind.options.filter((kind) => kind !== 'hand_in');

function AddBlock({ module, step, name }: { module: ModulePart; step: StepPart; name: string }) {
  const { t } = useTranslation('studio');
  const { draftId, change } = useStudio();
  const types: readonly NewBlock[] = step.kind === 'hand_in' ? [...READING, 'requirement'] : READING;
  const label = t('module.addTo', { step: name });
  const add = (type: NewBlock) => {
    const block = blankBlock(type, crypto.randomUUID());
    change((now) => addBlock(now, { module: module.key, step: step.key }, block));
    focusAdded(block.key);
  };
  const input = useRef<HTMLInputElement>(null);
  const { uploads, items } = useContentUploads(draftId);
  const place = stepPlace(module.key, step.key);
  const sending = items.find((item) => item.place === place);
  const entries = types.map((type) => ({ key: type, label: t(`block.${type}`), onSelect: () => add(type) }));
  // a file is not added empty: first it is chosen
  const file = { key: 'file', label: t('block.file'), onSelect: () => input.current?.click() };
  return (
    <>
      {sending && (
        <UploadLine
          item={sending}
          onRetry={() => uploads.retry(place)}
          onCancel={() => uploads.cancel(place)}
        />
      )}
      <div className="wm-studio-add">
        <HiddenFileInput input={input} onChoose={(chosen) => uploads.start(place, chosen)} />
        <MenuButton label={label} isLabelShown entries={[...entries, file]}>
          <IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />
        </MenuButton>
      </div>
    </>
  );
}

/** What can be dragged out of its step: to another step, or to a module of the outline. */
function useDropBlock(module: ModulePart): (block: Block, drop: string) => void {
  const { parts } = useStudio();
  const moveTo = useMoveBlock();
  return (block, drop) => {
    const [key = '', stepKey = ''] = drop.split('/');
    if (key === module.key && stepKey === '') return;
    const steps = findModule(parts, key)?.steps.filter((step) => canHold(step, block)) ?? [];
    const step = stepKey === '' ? steps[0] : steps.find((one) => one.key === stepKey);
    if (step) moveTo(block, { module: key, step: step.key, at: step.blocks.length });
  };
}

function Blocks({ module, step }: { module: ModulePart; step: StepPart }) {
  const { t } = useTranslation('studio');
  const { parts, change } = useStudio();
  const nameOf = useBlockName();
  const drop = useDropBlock(module);
  const blocks = step.blocks.flatMap((key) => findBlock(parts, key) ?? []);
  const order = useDragOrder(
    (from, to) => {
      const moved = blocks[from]?.block.key;
      if (moved !== undefined) change((now) => moveBlock(now, module.key, moved, to));
    },
    (from, place) => {
      const moved = blocks[from]?.block;
      if (moved) drop(moved, place);
    },
  );
  if (blocks.length === 0) return <p className="wm-small">{t('module.emptyStep')}</p>;
  const names = blocks.map(({ block }) => nameOf(block));
  return (
    <ol className="wm-plain-list wm-studio-blocks" ref={order.list}>
      {blocks.map(({ block }, at) => (
        <li key={block.key} data-look={order.lookOf(at)}>
          <BlockCard
            module={module}
            step={step}
            block={block}
            at={at}
            names={names}
            grip={order.gripOf(at)}
          />
        </li>
      ))}
    </ol>
  );
}

interface StepFormProps {
  module: ModulePart;
  step: StepPart;
  at: number;
  names: readonly string[];
  grip: Grip;
}

function StepForm({ module, step, at, names, grip }: StepFormProps) {
  const { t } = useTranslation('studio');
  const { t: common } = useTranslation();
  const { change } = useStudio();
  const place = { module: module.key, step: step.key };
  const name = names[at] ?? '';
  const isLast = step.kind === 'hand_in';
  const movable = names.slice(0, -1);
  const onMove = (to: number) => change((now) => moveStep(now, module.key, step.key, to));
  return (
    <div
      role="group"
      className="wm-studio-step"
      aria-label={name}
      data-movable
      data-drop={`${module.key}/${step.key}`}
    >
      <div className="wm-studio-step-head">
        <h3 dir="auto">{name}</h3>
        {!isLast && (
          <ItemMenu
            grip={grip}
            name={name}
            at={at}
            names={movable}
            onMove={onMove}
            onRemove={() => change((now) => removeStep(now, module.key, step.key))}
          />
        )}
      </div>
      <div className="wm-studio-pair">
        <FieldPlace at={`steps/${step.key}/title`}>
          <TextField
            label={t('module.stepTitle')}
            description={t('module.stepTitleHelp', { name: common(`steps.${step.kind}`) })}
            value={step.title ?? ''}
            most={40}
            dir="auto"
            onChange={(title) =>
              change(
                (now) => setStep(now, place, { title: title === '' ? null : title }),
                `${module.key}/${step.key}/title`,
              )
            }
          />
        </FieldPlace>
        <FieldPlace at={`steps/${step.key}/minutes`}>
          <NumberField
            label={t('module.stepMinutes', { step: name })}
            value={step.minutes}
            least={0}
            most={600}
            onChange={(minutes) =>
              change((now) => setStep(now, place, { minutes }), `${module.key}/${step.key}/minutes`)
            }
          />
        </FieldPlace>
      </div>
      <Blocks module={module} step={step} />
      <AddBlock module={module} step={step} name={name} />
    </div>
  );
}

/** The steps of a module's page, with their blocks. */
export function StepsForm({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { t: common } = useTranslation();
  const { change } = useStudio();
  const nameOf = useStepName(module.steps);
  const names = module.steps.map(nameOf);
  const order = useDragOrder((from, to) => {
    const moved = module.steps[from];
    if (moved) change((now) => moveStep(now, module.key, moved.key, to));
  });
  const add = (kind: (typeof ADDED)[number]) => {
    const { key } = blankStep(
      kind,
      module.steps.map((step) => step.key),
    );
    change((now) => addStep(now, module.key, kind));
    // it stands at the end of the steps, often out of sight
    focusAdded(module.key, `steps/${key}/title`);
  };
  return (
    <section className="wm-studio-steps">
      <div className="wm-studio-step-head">
        <FieldPlace at="steps">
          <h2>{t('module.steps')}</h2>
        </FieldPlace>
        <MenuButton
          label={t('module.addStep')}
          entries={ADDED.map((kind) => ({
            key: kind,
            label: common(`steps.${kind}`),
            onSelect: () => add(kind),
          }))}
        >
          <IconPlus size={20} stroke={ICON_STROKE} aria-hidden="true" />
        </MenuButton>
      </div>
      <ol className="wm-plain-list wm-studio-steps" ref={order.list}>
        {module.steps.map((step, at) => (
          <li key={step.key} data-look={order.lookOf(at)}>
            <StepForm module={module} step={step} at={at} names={names} grip={order.gripOf(at)} />
          </li>
        ))}
      </ol>
    </section>
  );
}
