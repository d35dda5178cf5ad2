import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeThreeWay } from '../../../contract/studioMerge.ts';

const keyed = (keys: readonly string[]) => keys.map((key) => ({ key, title: `Title of ${key}` }));

/** Values as drafts have them: texts, numbers, records, lists of keys and of entries with a key. */
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.constant(null),
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
    fc.uniqueArray(
      fc.record({ key: fc.constantFrom('a', 'b', 'c'), title: fc.constantFrom('x', 'y', 'z') }),
      { selector: ({ key }) => key },
    ),
    fc.dictionary(fc.constantFrom('title', 'minutes', 'steps'), tie('value')),
  ),
}));

describe('a three-way merge', () => {
  it('takes what only one side changed', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (base, changed) => {
        expect(mergeThreeWay(base, changed, base)).toEqual({ value: changed, conflicts: [] });
        expect(mergeThreeWay(base, base, changed)).toEqual({ value: changed, conflicts: [] });
      }),
    );
  });

  it('has no conflict where both made the same of it', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (base, both) => {
        expect(mergeThreeWay(base, both, both)).toEqual({ value: both, conflicts: [] });
      }),
    );
  });

  it('loses no member that one side changed and the other left alone', () => {
    const members = fc.record({ title: anyValue, summary: anyValue, minutes: anyValue });
    fc.assert(
      fc.property(members, anyValue, anyValue, (base, title, summary) => {
        const { value, conflicts } = mergeThreeWay(base, { ...base, title }, { ...base, summary });

        expect(conflicts).toEqual([]);
        expect(value).toEqual({ ...base, title, summary });
      }),
    );
  });

  it('names what both changed, with both texts, and leaves theirs in place', () => {
    const base = { title: 'One', minutes: 5 };

    const merged = mergeThreeWay(base, { ...base, title: 'Mine' }, { ...base, title: 'Theirs' });

    expect(merged).toEqual({
      value: { title: 'Theirs', minutes: 5 },
      conflicts: [{ path: ['title'], mine: 'Mine', theirs: 'Theirs' }],
    });
  });

  it.each([
    { what: 'both added one', base: 'ab', mine: 'axb', theirs: 'aby', merged: 'axby' },
    { what: 'both added one at the same place', base: 'a', mine: 'ax', theirs: 'ay', merged: 'ayx' },
    { what: 'I added one where they moved things', base: 'ab', mine: 'axb', theirs: 'ba', merged: 'bax' },
    { what: 'I moved things where they added one', base: 'abc', mine: 'cab', theirs: 'abyc', merged: 'caby' },
    { what: 'I removed one where they added one', base: 'ab', mine: 'a', theirs: 'aby', merged: 'ay' },
    { what: 'each moved another one', base: 'abcde', mine: 'bcdea', theirs: 'eabcd', merged: 'ebcda' },
    { what: 'both moved the same one', base: 'abcd', mine: 'dabc', theirs: 'adbc', merged: 'adbc' },
    { what: 'both removed the same', base: 'ab', mine: 'a', theirs: 'a', merged: 'a' },
  ])('merges lists by entry: $what', ({ base, mine, theirs, merged }) => {
    const { value, conflicts } = mergeThreeWay([...base], [...mine], [...theirs]);

    expect(value).toEqual([...merged]);
    expect(conflicts).toEqual([]);
  });

  it('keeps an entry that one removed and the other changed', () => {
    const base = keyed(['a', 'b']);
    const changed = [base[0], { key: 'b', title: 'Written again' }];

    expect(mergeThreeWay(base, keyed(['a']), changed).value).toEqual(changed);
    expect(mergeThreeWay(base, changed, keyed(['a'])).value).toEqual(changed);
  });

  it('merges inside an entry that both changed in different members', () => {
    const base = [{ key: 'a', title: 'One', minutes: 5 }];

    const merged = mergeThreeWay(
      base,
      [{ key: 'a', title: 'Mine', minutes: 5 }],
      [{ key: 'a', title: 'One', minutes: 9 }],
    );

    expect(merged).toEqual({ value: [{ key: 'a', title: 'Mine', minutes: 9 }], conflicts: [] });
  });

  it('takes a text as one: two people who wrote in it both keep theirs', () => {
    const text = (words: string) => ({
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }],
    });

    const { conflicts } = mergeThreeWay({ help: text('a') }, { help: text('b') }, { help: text('c') });

    expect(conflicts).toEqual([{ path: ['help'], mine: text('b'), theirs: text('c') }]);
  });

  it('never loses an entry that either side added', () => {
    const lists = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
    fc.assert(
      fc.property(lists, lists, lists, (base, mine, theirs) => {
        const { value } = mergeThreeWay(base, mine, theirs);
        const added = [...mine, ...theirs].filter((key) => !base.includes(key));

        expect(value).toEqual(expect.arrayContaining(added));
        expect(new Set(value as string[]).size).toBe((value as string[]).length);
      }),
    );
  });
});

describe('a merge of alignments', () => {
  const aligned = (...items: string[]) => ({
    alignments: items.map((item) => ({ framework: 'core', item, code: item.toUpperCase(), title: item })),
  });

  it('keeps the items that each side added, and leaves out what one of them removed', () => {
    const { value, conflicts } = mergeThreeWay(
      aligned('a', 'b'),
      aligned('a', 'b', 'mine'),
      aligned('b', 'theirs'),
    );

    expect(conflicts).toEqual([]);
    expect(value).toEqual(aligned('b', 'theirs', 'mine'));
  });
});
