import { CYCLE_STEPS } from '../../../../contract/cycles.ts';
import { StepKind } from '../../../../contract/content.ts';
import type { Block, Cycles, ModuleKind, Prompt, Requirement } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { blankStep } from './blanks.ts';
import type { StepPart } from './blanks.ts';
import { findBlock, findModule, NO_CHANGES, toChanges, withInserted } from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import { setModule, STEPS_MAX } from './studioModel.ts';

/** What a practice cycle begins with, before a designer writes anything, in the reader's language. */
export interface PracticeWords {
  readonly changed: string;
  readonly plan: string;
  readonly refine: string;
  readonly record: string;
}

const promptOf = (question: string, key: string, [from, to]: readonly [number, number]): Prompt => ({
  type: 'prompt',
  key,
  question,
  help: '',
  words: { from, to },
  criteria: [],
});

export function blankCycles(words: PracticeWords, key: string): Cycles {
  return { count: 2, changed: promptOf(words.changed, key, [40, 120]) };
}

/** A step before the first one that comes after it in a module's order. */
function withStepInOrder(steps: readonly StepPart[], step: StepPart): StepPart[] {
  const rank = ({ kind }: StepPart): number => StepKind.options.indexOf(kind);
  const at = steps.findIndex((one) => rank(one) > rank(step));
  return withInserted(steps, step, at < 0 ? steps.length - 1 : at);
}

/** The steps that the module lacks, those to write in with a question. */
function withCycleSteps(
  { steps }: ModulePart,
  words: PracticeWords,
  newKey: () => string,
): { steps: StepPart[]; prompts: Prompt[] } {
  const prompts: Prompt[] = [];
  const blocksOf = (kind: StepKind): string[] => {
    if (kind !== 'plan' && kind !== 'refine') return [];
    const prompt = promptOf(words[kind], newKey(), kind === 'plan' ? [20, 80] : [50, 150]);
    prompts.push(prompt);
    return [prompt.key];
  };
  const missing = CYCLE_STEPS.flatMap((kind) =>
    kind === 'hand_in' || steps.some((step) => step.kind === kind) ? [] : [kind],
  ).slice(0, STEPS_MAX - steps.length);
  const all = missing.reduce<readonly StepPart[]>((some, kind) => {
    const taken = some.map(({ key }) => key);
    return withStepInOrder(some, { ...blankStep(kind, taken), blocks: blocksOf(kind) });
  }, steps);
  return { steps: [...all], prompts };
}

const visitRecordOf = (title: string, key: string): Requirement => ({
  type: 'requirement',
  key,
  title,
  help: '',
  kinds: ['document', 'image', 'text'],
  criteria: [],
  visitRecord: true,
});

const toBlockPart = (block: Block) => ({ type: 'block' as const, block });

/** A module as a practice cycle: what it lacks for one is added, and nothing of it is lost. */
function toPracticeCycle(
  parts: Parts,
  module: ModulePart,
  words: PracticeWords,
  newKey: () => string,
): Changes {
  const { steps, prompts } = withCycleSteps(module, words, newKey);
  const cycles = module.cycles ?? blankCycles(words, newKey());
  const blocks = module.steps.flatMap((step) => step.blocks.flatMap((key) => findBlock(parts, key) ?? []));
  const isRecord = ({ block }: { block: Block }) => block.type === 'requirement' && block.visitRecord;
  const record = blocks.some(isRecord) ? null : visitRecordOf(words.record, newKey());
  const withRecord = steps.map((step) =>
    record && step.kind === 'hand_in' ? { ...step, blocks: [...step.blocks, record.key] } : step,
  );
  const added = [...prompts, ...(record ? [record] : [])].map(toBlockPart);
  return toChanges({ ...module, kind: 'practice_cycle', cycles, steps: withRecord }, ...added);
}

/**
 * Makes a module one of another kind. A practice cycle gets the steps, the question between the cycles and the record of a visit that
 * it lacks; a module that is none any more is gone through once.
 *
 * @param newKey  a key that nothing has yet
 */
export function setKind(
  parts: Parts,
  { key, kind }: { key: string; kind: ModuleKind },
  words: PracticeWords,
  newKey: () => string,
): Changes {
  const module = findModule(parts, key);
  if (!module || module.kind === kind) return NO_CHANGES;
  if (kind === 'practice_cycle') return toPracticeCycle(parts, module, words, newKey);
  return setModule(parts, key, { kind, cycles: null });
}
