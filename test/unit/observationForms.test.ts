import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffForms } from '../../contract/diffForms.ts';
import { findJudgingWords } from '../../contract/judgingWords.ts';
import {
  findItem,
  findTag,
  fitIndicator,
  FormContent,
  itemsOf,
  mayFill,
  nameOfFormItem,
  sectionsInOrder,
} from '../../contract/observationForms.ts';
import {
  formKey,
  inFormSection,
  SAMPLE_LEVELS,
  sampleForm,
  sampleIndicator,
  withItem,
} from '../support/sampleForm.ts';

describe('an observation form', () => {
  test.each([
    ['two levels with one key', sampleForm({ levels: [...SAMPLE_LEVELS, ...SAMPLE_LEVELS.slice(0, 1)] })],
    ['an indicator for other levels', withItem(sampleIndicator(), { levels: SAMPLE_LEVELS.slice(1) })],
    ['levels in another order', withItem(sampleIndicator(), { levels: SAMPLE_LEVELS.toReversed() })],
    ['a member that nobody knows', { ...sampleForm(), script: '' }],
    ['two keys for one tag', withItem({ type: 'tag', key: formKey(2, 1), label: 'Tag', shortcut: 'ab' })],
  ])('does not hold %s', (_what, form) => {
    expect(FormContent.safeParse(form).success).toBe(false);
  });

  test('is filled in by phase, whatever the order of its sections', () => {
    const form = sampleForm();

    const found = sectionsInOrder({ sections: form.sections.toReversed() });

    expect(found.map(({ phase }) => phase)).toEqual(['pre', 'during', 'post']);
  });

  test('finds its items by type and by key', () => {
    const form = sampleForm();

    expect(itemsOf(form, 'tag').map(({ label }) => label)).toEqual(['Question', 'Device in use']);
    expect(findItem(form, formKey(2, 3))?.section.key).toBe(formKey(2));
    expect(findItem(form, formKey(9, 9))).toBeNull();
    expect(form.sections.flatMap(({ items }) => items.map(nameOfFormItem))).not.toContain('');
  });

  test.each([
    ['q', 'Question'],
    ['Q', 'Question'],
    ['d', 'Device in use'],
    ['x', undefined],
    ['', undefined],
  ])('sets by the key %p the tag %p', (pressed, label) => {
    const items = [
      ...(inFormSection(2, {}).sections[1]?.items ?? []),
      { type: 'tag', key: formKey(2, 9), label: 'No key yet', shortcut: '' } as const,
    ];

    expect(findTag(inFormSection(2, { items }), pressed)?.label).toBe(label);
  });

  test.each([
    ['together', 'observed', true],
    ['together', 'observer', true],
    ['observer', 'observer', true],
    ['observer', 'observed', false],
    ['observed', 'observer', false],
  ] as const)('lets a section for %s be written by the %s: %p', (filledBy, role, may) => {
    expect(mayFill({ filledBy }, role)).toBe(may);
  });

  test('keeps the descriptors of levels that stay, and has an empty one for each that is new', () => {
    const subset = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));

    fc.assert(
      fc.property(subset, subset, (before, after) => {
        const levels = before.map((level) => ({ level, descriptor: `As ${level}` }));

        const fitted = fitIndicator({ levels }, after.map((key) => ({ key, name: key })));

        expect(fitted).toEqual(
          after.map((level) => ({ level, descriptor: before.includes(level) ? `As ${level}` : '' })),
        );
      }),
    ); // prettier-ignore
  });
});

describe('the difference of two versions of a form', () => {
  test('is none between a form and itself', () => {
    expect(diffForms(sampleForm(), sampleForm())).toEqual([]);
  });

  test('names the item, what changed in it, and both texts', () => {
    const after = withItem(sampleIndicator({ title: 'Pupils ask' }), { ratings: true });

    const changes = diffForms(withItem(sampleIndicator(), { ratings: true }), after);

    expect(changes).toMatchObject([
      { part: 'item', field: 'title', before: 'Pupils explain their thinking', after: 'Pupils ask' },
    ]);
  });
});

describe('judging words', () => {
  test.each([
    ['Good questioning, poorly timed', ['Good', 'poorly']],
    ['Asks four open questions', []],
    ['Goodwill, greatness, weekend', []],
    ['A well-planned start', ['well-planned']],
    ['She said: “that is excellent”, and wrote it on the board', []],
    ['An "outstanding" result is GREAT', ['GREAT']],
  ])('in %p are %p', (text, expected) => {
    expect(findJudgingWords(text).map(({ word }) => word)).toEqual(expected);
  });

  test('are found where they stand', () => {
    fc.assert(
      fc.property(fc.string(), (rest) => {
        const text = `“nice” ${rest} good`;

        const found = findJudgingWords(text);

        expect(found.every(({ word, at }) => text.startsWith(word, at))).toBe(true);
      }),
    );
  });
});
