import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { render, screen } from '@testing-library/react';
import { WordDiff } from '../../../client/src/components/diff/WordDiff.tsx';
import { wordParts } from '../../../client/src/components/diff/wordParts.ts';
import { headingLevels } from '../../../client/src/components/words/headingLevels.ts';
import { Words } from '../../../client/src/components/words/Words.tsx';
import type { RichDocument } from '../../../contract/richText.ts';
import { renderPart } from '../gallery/renderPart.tsx';

function doc(...content: RichDocument['content']): RichDocument {
  return { type: 'doc', content };
}

describe("a person's words", () => {
  it('show paragraphs, lists, quotes and marks as what they are, each in its own direction', () => {
    render(
      <Words
        document={doc(
          { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Wednesday' }] },
          {
            type: 'paragraph',
            content: [
              { type: 'text', text: 'Eleven students', marks: [{ type: 'bold' }, { type: 'italic' }] },
            ],
          },
          {
            type: 'bulletList',
            content: [
              {
                type: 'listItem',
                content: [{ type: 'paragraph', content: [{ type: 'text', text: 'units' }] }],
              },
            ],
          },
        )}
      />,
    );

    expect(screen.getByRole('heading', { level: 3, name: 'Wednesday' })).toHaveAttribute('dir', 'auto');
    expect(screen.getByText('Eleven students').closest('strong, em')).not.toBeNull();
    expect(screen.getByRole('listitem')).toHaveTextContent('units');
  });

  it.each<[string, readonly (2 | 3)[], readonly string[]]>([
    ['an upper heading and a lower one', [2, 3], ['H3', 'H4']],
    ['a lower heading alone', [3], ['H3']],
    ['lower headings before an upper one', [3, 3, 2, 3], ['H3', 'H3', 'H3', 'H4']],
    ['upper headings only', [2, 2], ['H3', 'H3']],
  ])('skip no level of headings below those of a page: %s', (_what, levels, expected) => {
    const headings = levels.map((level) => ({
      type: 'heading' as const,
      attrs: { level },
      content: [{ type: 'text' as const, text: 'Wednesday' }],
    }));
    const [first, ...rest] = headings;

    render(
      <Words
        document={doc(...(first ? [{ type: 'blockquote' as const, content: [first] }] : []), ...rest)}
      />,
    );

    expect(screen.getAllByRole('heading').map(({ tagName }) => tagName)).toEqual(expected);
  });

  it('skip no level below any heading of a page', () => {
    const kind = fc.constantFrom<2 | 3>(2, 3);

    fc.assert(
      fc.property(fc.array(kind), fc.integer({ min: 2, max: 5 }), (kinds, top) => {
        const levels = headingLevels(kinds, top);
        const skipped = levels.filter((level, at) => level > (levels[at - 1] ?? top - 1) + 1);
        expect(skipped).toEqual([]);
        expect(levels.every((level) => level === top || level === top + 1)).toBe(true);
      }),
    );
  });

  it('say at which level they stand where that is not the usual one, and look the same', () => {
    const heading = { type: 'heading' as const, attrs: { level: 2 as const } };
    render(<Words document={doc({ ...heading, content: [{ type: 'text', text: 'Wednesday' }] })} top={5} />);

    expect(screen.getByRole('heading', { level: 5, name: 'Wednesday' }).tagName).toBe('H3');
  });

  it('never become markup', () => {
    const nasty = '<img src=x onerror=alert(1)>';
    const { container } = render(
      <Words document={doc({ type: 'paragraph', content: [{ type: 'text', text: nasty }] })} />,
    );

    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByText(nasty)).toBeInTheDocument();
  });

  it('link only to the web and to mail, in a window that learns nothing of us', () => {
    const link = (href: string, text: string) => ({
      type: 'text' as const,
      text,
      marks: [{ type: 'link' as const, attrs: { href } }],
    });
    render(
      <Words
        document={doc({
          type: 'paragraph',
          content: [link('https://example.org/a', 'good'), link('javascript:alert(1)', 'bad')],
        })}
      />,
    );

    const links = screen.getAllByRole('link');

    expect(links).toHaveLength(1);
    expect(links[0]).toHaveAttribute('rel', expect.stringContaining('noopener'));
    expect(screen.getByText('bad')).toBeInTheDocument();
  });
});

describe('what changed between two texts', () => {
  it('is underlined and struck, and said aloud', async () => {
    await renderPart(<WordDiff before="We moved on. Bye" after="We measured. Bye" />);

    expect(screen.getByRole('insertion')).toHaveTextContent(/added: measured/);
    expect(screen.getByRole('deletion')).toHaveTextContent(/removed: moved on/);
  });

  it('counts a sentence that was written anew as one removal and one addition', () => {
    const parts = wordParts(
      'I went over the answers with everybody today',
      'I did not start with page 42 today',
    );

    expect(parts.map((part) => part.kind)).toEqual(['same', 'removed', 'added', 'same']);
  });

  it('loses nothing of either text', () => {
    const [before, after] = ['One two three.\nFour five', 'One 2 three four.\nFive'];

    const parts = wordParts(before, after);

    const without = (kind: string) =>
      parts
        .filter((part) => part.kind !== kind)
        .map((part) => part.text)
        .join('');
    expect(without('added')).toBe(before);
    expect(without('removed')).toBe(after);
  });

  it('says so when nothing has changed', async () => {
    await renderPart(<WordDiff before="Same" after="Same" />);

    expect(screen.getByText('Nothing has changed.')).toBeInTheDocument();
  });
});
