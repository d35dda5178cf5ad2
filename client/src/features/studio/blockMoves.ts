import type { Block } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import type { StepPart } from './blanks.ts';
import { findBlock, findModule, joinChanges, NO_CHANGES, toChanges, withInserted } from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import type { StepPlace } from './studioModel.ts';

/** Moves of blocks between steps and modules: pure functions of the parts that return what changes. */

/** Most blocks of a step. */
const BLOCKS_MAX = 60;

/** A place for a block in a step, from 0. */
export interface BlockPlace extends StepPlace {
  readonly at: number;
}

/** Whether a block may stand in a step: evidence is asked for in the last one only. */
export function canHold({ kind, blocks }: StepPart, { type, key }: Pick<Block, 'type' | 'key'>): boolean {
  if (type === 'requirement' && kind !== 'hand_in') return false;
  return blocks.includes(key) || blocks.length < BLOCKS_MAX;
}

/** Every step that lists a block. Two designers who move it to different steps at once leave it in both, until one is chosen. */
export function findPlacesOf(parts: Parts, blockKey: string): StepPlace[] {
  return [...parts.values()].flatMap((part) =>
    part.type === 'module'
      ? part.steps
          .filter(({ blocks }) => blocks.includes(blockKey))
          .map((step) => ({ module: part.key, step: step.key }))
      : [],
  );
}

/** The next step before or after one that may hold a block; null if there is none. */
export function findStepBeside(
  { steps }: ModulePart,
  stepKey: string,
  block: Block,
  side: 'before' | 'after',
): StepPart | null {
  const at = steps.findIndex(({ key }) => key === stepKey);
  const beside = side === 'before' ? steps.slice(0, at).reverse() : steps.slice(at + 1);
  return beside.find((step) => canHold(step, block)) ?? null;
}

function without({ steps, ...module }: ModulePart, blockKey: string): ModulePart {
  return {
    ...module,
    steps: steps.map((step) => ({ ...step, blocks: step.blocks.filter((key) => key !== blockKey) })),
  };
}

/** A block as another module has it: it speaks to no criteria but that module's. */
function fitCriteria(block: Block, { criteria }: ModulePart): Block {
  if (block.type !== 'prompt' && block.type !== 'requirement') return block;
  if (block.criteria.every((key) => criteria.includes(key))) return block;
  return { ...block, criteria: block.criteria.filter((key) => criteria.includes(key)) };
}

/** Puts a block into one step, also of another module, and takes it out of every other one that lists it. */
export function moveBlockTo(parts: Parts, blockKey: string, to: BlockPlace): Changes {
  const block = findBlock(parts, blockKey)?.block;
  const target = findModule(parts, to.module);
  const step = target?.steps.find(({ key }) => key === to.step);
  if (!block || !target || !step || !canHold(step, block)) return NO_CHANGES;
  const sources = [...new Set(findPlacesOf(parts, blockKey).map(({ module }) => module))].flatMap(
    (key) => findModule(parts, key) ?? [],
  );
  const freed = without(target, blockKey);
  const steps = freed.steps.map((one) =>
    one.key === to.step ? { ...one, blocks: withInserted(one.blocks, blockKey, to.at) } : one,
  );
  const fitted = fitCriteria(block, target);
  return joinChanges(
    toChanges(...sources.map((source) => without(source, blockKey))),
    toChanges({ ...freed, steps }),
    fitted === block ? NO_CHANGES : toChanges({ type: 'block', block: fitted }),
  );
}
