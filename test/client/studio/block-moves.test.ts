import { describe, expect, it } from '@jest/globals';
import { mergeThreeWay } from '../../../contract/studioMerge.ts';
import { Part } from '../../../contract/studioParts.ts';
import type { PartKey } from '../../../contract/studioParts.ts';
import { findPlacesOf, findStepBeside, moveBlockTo } from '../../../client/src/features/studio/blockMoves.ts';
import { applyChanges, findBlock, NO_CHANGES } from '../../../client/src/features/studio/changes.ts';
import type { Changes, Parts } from '../../../client/src/features/studio/changes.ts';
import { moduleAt, sampleParts } from './samples.ts';

const blocksOf = (parts: Parts, at: number, step: number): string[] =>
  moduleAt(parts, at).steps[step]?.blocks ?? [];
const placeOf = (parts: Parts, at: number, step: number) => {
  const { key, steps } = moduleAt(parts, at);
  return { module: key, step: steps[step]?.key ?? '' };
};

/** The first block of this type in a module. */
function findOfType(parts: Parts, at: number, type: string) {
  const keys = moduleAt(parts, at).steps.flatMap(({ blocks }) => blocks);
  const block = keys.flatMap((key) => findBlock(parts, key)?.block ?? []).find((one) => one.type === type);
  if (!block) throw new Error(`there is no ${type}`);
  return block;
}

/** What the browser that saves second makes of two changes of the same parts. */
function mergeBoth(base: Parts, mine: Changes, theirs: Changes): Parts {
  const keys = [...new Set([...mine.keys(), ...theirs.keys()])];
  const [after, others] = [applyChanges(base, mine), applyChanges(base, theirs)];
  const merged = keys.map((key): [PartKey, Part] => {
    const { value, conflicts } = mergeThreeWay(base.get(key), after.get(key), others.get(key));
    if (conflicts.length > 0) throw new Error(`a conflict in ${key}`);
    return [key, Part.parse(value)];
  });
  return applyChanges(base, new Map(merged));
}

describe('moving a block', () => {
  it('puts it at its place in another step of the module', () => {
    const parts = sampleParts();
    const [text = ''] = blocksOf(parts, 0, 0);

    const after = applyChanges(parts, moveBlockTo(parts, text, { ...placeOf(parts, 0, 1), at: 0 }));

    expect(blocksOf(after, 0, 1)[0]).toBe(text);
    expect(findPlacesOf(after, text)).toEqual([placeOf(parts, 0, 1)]);
  });

  it('into another module leaves behind the criteria of its own', () => {
    const parts = sampleParts();
    const prompt = findOfType(parts, 0, 'prompt');

    const after = applyChanges(parts, moveBlockTo(parts, prompt.key, { ...placeOf(parts, 1, 0), at: 0 }));

    expect(prompt).toMatchObject({ criteria: expect.arrayContaining([expect.any(String)]) });
    expect(findBlock(after, prompt.key)?.block).toEqual({ ...prompt, criteria: [] });
    expect(findPlacesOf(after, prompt.key)).toEqual([placeOf(parts, 1, 0)]);
  });

  it('never takes what is asked for out of the step in which it is handed in', () => {
    const parts = sampleParts();
    const requirement = findOfType(parts, 0, 'requirement');
    const last = moduleAt(parts, 0).steps.at(-1)?.key ?? '';

    expect(moveBlockTo(parts, requirement.key, { ...placeOf(parts, 0, 0), at: 0 })).toEqual(NO_CHANGES);
    expect(findStepBeside(moduleAt(parts, 0), last, requirement, 'before')).toBeNull();
  });

  it('by two people to two places leaves it in both, and choosing one takes it out of the other', () => {
    const parts = sampleParts();
    const [text = ''] = blocksOf(parts, 0, 0);
    const mine = { ...placeOf(parts, 0, 1), at: 0 };
    const theirs = { ...placeOf(parts, 1, 0), at: 0 };

    const both = mergeBoth(parts, moveBlockTo(parts, text, mine), moveBlockTo(parts, text, theirs));
    const chosen = applyChanges(both, moveBlockTo(both, text, theirs));

    expect(findPlacesOf(both, text)).toEqual([placeOf(parts, 0, 1), placeOf(parts, 1, 0)]);
    expect(findPlacesOf(chosen, text)).toEqual([placeOf(parts, 1, 0)]);
  });
});
