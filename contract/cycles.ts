import { z } from 'zod';
import { Id } from './common.ts';
import {
  Block,
  ModuleContent,
  Step,
  type Cycles,
  type Prompt,
  type Requirement,
  type StepKind,
} from './content.ts';
import { CycleNumber, CYCLES_MAX } from './cycleNumber.ts';
import { keyBeside } from './keyBeside.ts';

/**
 * A module as people go through it: the steps of a practice cycle come once for each cycle, with keys of their own. Whatever is shown,
 * saved, handed in, judged or counted has this form; only what is written and published has the other.
 */

/** Names a step within a module as people go through it; a person's progress is stored with it. Later cycles have `plan.2`, `plan.3`. */
export const UnrolledStepKey = z.string().regex(/^[a-z][a-z0-9_-]{0,39}(\.[2-4])?$/);
export type UnrolledStepKey = z.infer<typeof UnrolledStepKey>;

export const UnrolledStep = z.strictObject({
  ...Step.shape,
  key: UnrolledStepKey,
  blocks: z.array(Block).max(61),
  cycle: CycleNumber,
  /** Key of its prompt that asks what was changed since the cycle before; null if it has none. */
  changed: Id.nullable(),
});
export type UnrolledStep = z.infer<typeof UnrolledStep>;

const { cycles: _cycles, steps: _steps, ...moduleShape } = ModuleContent.shape;
export const UnrolledModule = z.strictObject({
  ...moduleShape,
  /** Seven that come again, and the one where evidence is handed in. */
  steps: z
    .array(UnrolledStep)
    .min(1)
    .max(7 * CYCLES_MAX + 1),
});
export type UnrolledModule = z.infer<typeof UnrolledModule>;

/** The steps of a practice cycle, which come again in each. */
export const CYCLE_STEPS: readonly StepKind[] = ['plan', 'try', 'observe', 'refine'];

/** Added to the number of a cycle: other parts that are keyed beside something have lower numbers. */
const FIRST_PART = 1000;
/** The key of a part in a later cycle: the same however many cycles there are. */
const keyInCycle = (key: string, number: number): string => keyBeside(key, FIRST_PART + number);

function toBlockInCycle(block: Block, number: number): Block {
  const key = keyInCycle(block.key, number);
  if (block.type !== 'checklist') return { ...block, key };
  const items = block.items.map((item) => ({ ...item, key: keyInCycle(item.key, number) }));
  return { ...block, key, items };
}

function toLaterCycle(repeated: readonly Step[], changed: Prompt, number: number): UnrolledStep[] {
  return repeated.map((step, at) => {
    const blocks = step.blocks.map((block) => toBlockInCycle(block, number));
    const asked = { ...changed, key: keyInCycle(changed.key, number) };
    return {
      ...step,
      key: `${step.key}.${number}`,
      blocks: at === 0 ? [asked, ...blocks] : blocks,
      cycle: number,
      changed: at === 0 ? asked.key : null,
    };
  });
}

/** Steps as people go through them. */
export function unrollSteps(steps: readonly Step[], cycles: Cycles | null): UnrolledStep[] {
  const isRepeated = ({ kind }: Step): boolean => cycles !== null && CYCLE_STEPS.includes(kind);
  const once = steps.map((step): UnrolledStep => ({
    ...step,
    cycle: isRepeated(step) ? 1 : null,
    changed: null,
  }));
  if (!cycles) return once;
  const repeated = steps.filter(isRepeated);
  const later = Array.from({ length: cycles.count - 1 }, (_, at) =>
    toLaterCycle(repeated, cycles.changed, at + 2),
  );
  const end = steps.findLastIndex(isRepeated) + 1;
  return [...once.slice(0, end), ...later.flat(), ...once.slice(end)];
}

/** A module as people go through it. The first cycle has the keys that were written, so that work on a module without cycles stays. */
export function unrollModule({ cycles, steps, ...module }: ModuleContent): UnrolledModule {
  return { ...module, steps: unrollSteps(steps, cycles) };
}

type WithSteps = Pick<UnrolledModule, 'steps'>;

/** A prompt in the cycle in which it is answered. */
export type AskedPrompt = Prompt & { readonly cycle: CycleNumber };

/** The prompts of a module, in the order of its page. */
export function promptsOf({ steps }: WithSteps): AskedPrompt[] {
  return steps.flatMap(({ blocks, cycle }) =>
    blocks.flatMap((block) => (block.type === 'prompt' ? [{ ...block, cycle }] : [])),
  );
}

/** The evidence that a module asks for, in the order of its page. */
export function requirementsOf({ steps }: WithSteps): Requirement[] {
  return steps.flatMap(({ blocks }) =>
    blocks.filter((block): block is Requirement => block.type === 'requirement'),
  );
}

/** Total minutes of a module, of all its cycles. */
export function moduleMinutes({ steps }: WithSteps): number {
  return steps.reduce((sum, { minutes }) => sum + minutes, 0);
}
