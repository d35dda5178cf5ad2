import { useTranslation } from 'react-i18next';
import type { Block } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { findStepBeside } from './blockMoves.ts';
import type { StepPart } from './blanks.ts';
import { BlockFields } from './BlockFields.tsx';
import { PartPlace } from './FieldPlace.tsx';
import { duplicateBlock } from './duplicate.ts';
import { ItemMenu } from './ItemMenu.tsx';
import { MoveBlockDialog } from './MoveBlockDialog.tsx';
import { MovedTwice } from './MovedTwice.tsx';
import { useStudio } from './studioContext.ts';
import { moveBlock, removeBlock } from './studioModel.ts';
import type { Grip } from './useDragOrder.ts';
import { useMoveBlock } from './useMoveBlock.ts';

interface BlockCardProps {
  module: ModulePart;
  step: StepPart;
  block: Block;
  /** Its place in the step, from 0. */
  at: number;
  names: readonly string[];
  grip: Grip;
}

/** One block of a step: what it holds, and where it stands. */
export function BlockCard({ module, step, block, at, names, grip }: BlockCardProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const name = names[at] ?? '';
  const onMove = (to: number) => change((now) => moveBlock(now, module.key, block.key, to));
  const here = { module: module.key, step: step.key };
  const moveTo = useMoveBlock();
  const before = findStepBeside(module, step.key, block, 'before');
  const after = findStepBeside(module, step.key, block, 'after');
  const beyond = {
    before: before && (() => moveTo(block, { ...here, step: before.key, at: before.blocks.length })),
    after: after && (() => moveTo(block, { ...here, step: after.key, at: 0 })),
  };
  return (
    <div role="group" className="wm-studio-card" data-part={block.key} aria-label={name} data-movable>
      <div className="wm-studio-card-head">
        <h4 className="wm-label">{t(`block.${block.type}`)}</h4>
        <ItemMenu
          grip={grip}
          part={{ type: 'block', block }}
          name={name}
          at={at}
          names={names}
          onMove={onMove}
          beyond={beyond}
          renderDialog={(onClose) => (
            <MoveBlockDialog
              block={block}
              module={module}
              from={here}
              onMove={(to) => moveTo(block, to)}
              onClose={onClose}
            />
          )}
          onDuplicate={() =>
            change((now) => duplicateBlock(now, module.key, block.key, () => crypto.randomUUID()))
          }
          onRemove={() => change((now) => removeBlock(now, module.key, block.key))}
        />
      </div>
      <MovedTwice block={block} here={here} />
      <PartPlace part={block.key}>
        <BlockFields module={module} block={block} />
      </PartPlace>
    </div>
  );
}
