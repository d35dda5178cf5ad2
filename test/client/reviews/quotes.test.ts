import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Inline } from '../../../contract/richText.ts';
import { quotedRuns } from '../../../client/src/components/words/quoted.ts';
import { toQuotes, withQuotes } from '../../../client/src/features/reviews/quotes.ts';

const text = (value: string, ...marks: 'bold'[]): Inline => ({
  type: 'text',
  text: value,
  ...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}),
});
const shown = (nodes: Inline[], quoted: string) =>
  quotedRuns(nodes, [{ text: quoted, code: 'A' }]).flatMap(({ node, code }) =>
    code !== null && node.type === 'text' ? [node.text] : [],
  );

describe('quotes', () => {
  test('are one for each paragraph of a selection, with single quotation marks within', () => {
    expect(toQuotes('They said “why”.\n\n  So I\tasked.  \nHm')).toEqual([
      '“They said ‘why’.”',
      '“So I asked.”',
    ]);
  });

  test('stand on a line of their own after what was written', () => {
    expect(withQuotes('Clear.', ['“So I asked.”'])).toBe('Clear.\n“So I asked.” ');
    expect(withQuotes('', ['“So I asked.”'])).toBe('“So I asked.” ');
  });

  test('are found in the text whatever its quotation marks, over bold and line breaks', () => {
    const nodes: Inline[] = [
      text('They said "'),
      text('why', 'bold'),
      text('".'),
      { type: 'hardBreak' },
      text('So.'),
    ];

    expect(shown(nodes, 'said ‘why’.')).toEqual(['said "', 'why', '".']);
    expect(shown(nodes, 'something else')).toEqual([]);
  });

  test('never change a letter of the text', () => {
    const words = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(words, fc.nat(), fc.nat(), (parts, from, length) => {
        const whole = parts.join('');
        const quotes = [
          { text: whole.slice(from % whole.length, (from % whole.length) + length), code: 'A' },
        ];

        const runs = quotedRuns(
          parts.map((part) => text(part)),
          quotes,
        );

        expect(runs.map(({ node }) => (node.type === 'text' ? node.text : '\n')).join('')).toBe(whole);
      }),
    );
  });
});
