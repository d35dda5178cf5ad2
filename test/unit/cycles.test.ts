import { describe, expect, it } from '@jest/globals';
import type { Block, ModuleContent, Prompt, Step, StepKind } from '../../contract/content.ts';
import { moduleMinutes, promptsOf, unrollModule, UnrolledModule } from '../../contract/cycles.ts';
import { sampleKey, sampleModule } from '../support/sampleContent.ts';

const promptOf = (part: number, question: string): Prompt => ({
  type: 'prompt',
  key: sampleKey(1, part),
  question,
  help: '',
  words: { from: 0, to: 300 },
  criteria: [sampleKey(1, 100)],
});
const stepOf = (kind: StepKind, blocks: Block[]): Step => ({
  key: kind,
  kind,
  title: null,
  minutes: 10,
  blocks,
});

const ticks: Block = {
  type: 'checklist',
  key: sampleKey(1, 20),
  title: 'Before the lesson',
  items: [{ key: sampleKey(1, 21), text: 'Choose a class' }],
};
const changed = promptOf(30, 'What did you change since the last cycle, and why?');

/** A module with every step of a cycle, between one to read and the one to hand in. */
function cycled(count: number | null): ModuleContent {
  const [learn, , handIn] = sampleModule(1).steps;
  if (!learn || !handIn) throw new Error('the sample has three steps');
  const steps = [
    { ...learn, minutes: 10 },
    stepOf('plan', [promptOf(10, 'What will you try?')]),
    stepOf('try', [ticks]),
    stepOf('observe', []),
    stepOf('refine', [promptOf(11, 'What will you keep?')]),
    { ...handIn, minutes: 10 },
  ];
  return sampleModule(1, { steps, cycles: count === null ? null : { count, changed } });
}

/** Every key of blocks and of their items. */
const keysOf = ({ steps }: UnrolledModule): string[] =>
  steps.flatMap(({ blocks }) =>
    blocks.flatMap((block) => [
      block.key,
      ...(block.type === 'checklist' ? block.items.map(({ key }) => key) : []),
    ]),
  );

describe('a module as people go through it', () => {
  it('has its steps as they are written if nothing is repeated', () => {
    const { steps } = unrollModule(cycled(null));

    expect(steps.map(({ cycle, changed: asked, ...step }) => [cycle, asked, step])).toEqual(
      cycled(null).steps.map((step) => [null, null, step]),
    );
  });

  it('has the steps of its cycle once for each, before what comes after them', () => {
    const { steps } = unrollModule(cycled(2));

    expect(steps.map(({ key, cycle }) => `${key} ${cycle ?? '-'}`)).toEqual([
      'learn -',
      'plan 1',
      'try 1',
      'observe 1',
      'refine 1',
      'plan.2 2',
      'try.2 2',
      'observe.2 2',
      'refine.2 2',
      'hand_in -',
    ]);
  });

  it('asks first in each later cycle what was changed', () => {
    const module = unrollModule(cycled(3));

    expect(promptsOf(module).map(({ question, cycle }) => [cycle, question])).toEqual([
      [1, 'What will you try?'],
      [1, 'What will you keep?'],
      [2, changed.question],
      [2, 'What will you try?'],
      [2, 'What will you keep?'],
      [3, changed.question],
      [3, 'What will you try?'],
      [3, 'What will you keep?'],
    ]);
    const places = module.steps.filter((step) => step.changed !== null);
    expect(places.map(({ key }) => key)).toEqual(['plan.2', 'plan.3']);
    expect(places.map(({ blocks, changed: asked }) => blocks[0]?.key === asked)).toEqual([true, true]);
  });

  it.each([2, 3, 4])('has keys of its own in each of %i cycles, and fits its schema', (count) => {
    const module = unrollModule(cycled(count));

    expect(UnrolledModule.parse(module)).toEqual(module);
    for (const keys of [keysOf(module), module.steps.map(({ key }) => key)])
      expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    [null, 2],
    [2, 3],
    [3, 4],
  ])('keeps every key when %s cycles become %s, so that what was written stays', (fewer, more) => {
    const before = keysOf(unrollModule(cycled(fewer)));

    expect(keysOf(unrollModule(cycled(more)))).toEqual(expect.arrayContaining(before));
  });

  it('takes the minutes of all its cycles', () => {
    expect([null, 2, 4].map((count) => moduleMinutes(unrollModule(cycled(count))))).toEqual([60, 100, 180]);
  });
});
