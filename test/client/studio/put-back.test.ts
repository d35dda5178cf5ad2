import { describe, expect, it } from '@jest/globals';
import { diffPart } from '../../../contract/partDiff.ts';
import { PATHWAY_PART, type Part } from '../../../contract/studioParts.ts';
import { applyChanges, toChanges, type Parts } from '../../../client/src/features/studio/changes.ts';
import { putBack } from '../../../client/src/features/studio/putBack.ts';
import { moduleAt, sampleParts } from './samples.ts';

const PARTS = sampleParts();
const MODULE = moduleAt(PARTS, 0);
const partOf = (key: string): Part => {
  const part = PARTS.get(key);
  if (!part) throw new Error(`there is no part ${key}`);
  return part;
};
const [BLOCK = ''] = MODULE.steps[0]?.blocks ?? [];
const [CRITERION = ''] = MODULE.criteria;
const EXEMPLAR = [...PARTS.values()].find(({ type }) => type === 'exemplar');

/** The same part with other words. */
function reworded(part: Part): Part {
  switch (part.type) {
    case 'block':
      return part.block.type === 'prompt' ? { ...part, block: { ...part.block, question: 'Anew?' } } : part;
    case 'criterion':
      return { ...part, criterion: { ...part.criterion, title: 'Anew' } };
    case 'exemplar':
      return { ...part, exemplar: { ...part.exemplar, title: 'Anew' } };
    case 'module':
    case 'pathway':
    case 'form':
    case 'section':
      return { ...part, title: 'Anew' };
    case 'item':
      return part;
  }
}
const PROMPT = [...PARTS.values()].find((part) => part.type === 'block' && part.block.type === 'prompt');

describe('a part that is put back', () => {
  it.each([
    ['the pathway’s own', partOf(PATHWAY_PART)],
    ['a module', MODULE],
    ['a question', PROMPT],
    ['a criterion', partOf(CRITERION)],
    ['an example', EXEMPLAR],
  ])('is what it was before: %s', (_what, before) => {
    if (!before) throw new Error('the sample has no such part');
    const now = applyChanges(PARTS, toChanges(reworded(before)));

    const after = applyChanges(now, putBack(now, before));

    expect(diffPart(before, reworded(before))).not.toEqual([]);
    expect(after).toEqual(PARTS);
  });

  it('keeps what it contains now: a block that was added since is not lost, one that was removed not missed', () => {
    const steps = MODULE.steps.map((step, at) => (at === 0 ? { ...step, minutes: 99, blocks: [] } : step));
    const now: Parts = applyChanges(PARTS, toChanges({ ...MODULE, steps, criteria: [] }));

    const after = moduleAt(applyChanges(now, putBack(now, MODULE)), 0);

    expect(after.steps[0]).toEqual({ ...MODULE.steps[0], blocks: [] });
    expect(after.criteria).toEqual([]);
  });

  it.each([BLOCK, CRITERION, MODULE.key])('stays away once it was removed', (key) => {
    const now: Parts = applyChanges(PARTS, new Map([[key, null]]));

    expect(putBack(now, partOf(key)).size).toBe(0);
  });
});

describe('the differences between two states of a part', () => {
  it('are none where only the order of what it contains differs', () => {
    const reordered = { ...MODULE, criteria: MODULE.criteria.toReversed() };

    expect(diffPart(MODULE, reordered)).toEqual([]);
  });

  it('name a field with both words', () => {
    expect(diffPart(MODULE, { ...MODULE, title: 'Anew' })).toMatchObject([
      { part: 'module', field: 'title', before: MODULE.title, after: 'Anew' },
    ]);
  });
});
