import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyInRange, nameKeysOf, toNameRange } from '../../server/features/launches/nameKeys.ts';

const finds = (name: string, search: string): boolean => {
  const range = toNameRange(search);
  return range !== null && keyInRange(nameKeysOf(name), range) !== null;
};

describe('a search by a part of a name', () => {
  test.each([
    ['Ana de la Cruz', 'ana'],
    ['Ana de la Cruz', 'Cruz'],
    ['Ana de la Cruz', 'la  cr'],
    ['Zoë Müller-Łuka', 'muller'],
    ['Zoë Müller-Łuka', 'ZOË MÜ'],
    ['Sinéad O’Brien', 'brien'],
    ['王小明', '小明'],
    ['Teacher 14', '14'],
  ])('finds %s by %s', (name, search) => {
    expect(finds(name, search)).toBe(true);
  });

  test.each([
    ['Ana de la Cruz', 'ruz'],
    ['Ana de la Cruz', 'ana cruz'],
    ['Teacher 14', '.*'],
  ])('does not find %s by %s', (name, search) => {
    expect(finds(name, search)).toBe(false);
  });

  test('finds nothing where nothing but spaces was typed', () => {
    expect(toNameRange('  ')).toBeNull();
  });

  test('finds every name by its own beginning, whatever it is written in', () => {
    const words = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N} '-]{0,30}$/u);

    const isFound = (name: string): boolean => finds(name, Array.from(name).slice(0, 5).join(''));
    fc.assert(fc.property(words, isFound), { numRuns: 1000 });
  });

  test('keeps few and short keys of an endless name', () => {
    const keys = nameKeysOf('a b '.repeat(500));

    expect(keys.length).toBeLessThanOrEqual(12);
    expect(Math.max(...keys.map((key) => key.length))).toBeLessThanOrEqual(80);
  });
});
