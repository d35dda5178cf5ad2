import { describe, expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import type { OpensAfter } from '../../../contract/rules.ts';
import { OpensAfterText } from '../../../client/src/components/opens/OpensAfterText.tsx';
import { useOpensAfter } from '../../../client/src/components/opens/useOpensAfter.ts';
import type { OpensReader } from '../../../client/src/components/opens/useOpensAfter.ts';
import { renderPart } from '../gallery/renderPart.tsx';

const module = (position: number, title: string): OpensAfter => ({ type: 'module', position, title });
const [a, b, c] = [module(1, 'Look'), module(2, 'Plan'), module(4, 'Try')];
const award: OpensAfter = { type: 'award', title: 'Asks good questions' };
const track: OpensAfter = { type: 'track', title: 'Science' };
const all = (...of: OpensAfter[]): OpensAfter => ({ type: 'all', of });
const atLeast = (n: number, ...of: OpensAfter[]): OpensAfter => ({ type: 'atLeast', n, of });

function Words({ needed, reader }: { needed: OpensAfter; reader: OpensReader }) {
  return (
    <>
      <span data-testid="short">{useOpensAfter().short(needed)}</span>
      <div data-testid="whole">
        <OpensAfterText opensAfter={needed} reader={reader} />
      </div>
    </>
  );
}

const textOf = (id: string): string => screen.getByTestId(id).textContent.trim();

describe('what is missing before a module opens', () => {
  it.each<{ needed: OpensAfter; short: string; own: string; others: string }>([
    {
      needed: b,
      short: 'Opens after 2',
      own: 'Opens when “Plan” is approved.',
      others: 'Opens for participants when “Plan” is approved.',
    },
    {
      needed: award,
      short: 'Opens later',
      own: 'Opens when you have earned “Asks good questions”.',
      others: 'Opens for participants who have earned “Asks good questions”.',
    },
    {
      needed: track,
      short: 'Opens later',
      own: 'Opens when you have chosen “Science”.',
      others: 'Opens for participants who have chosen “Science”.',
    },
    {
      needed: all(a, b),
      short: 'Opens after 1 and 2',
      own: 'Opens after “Look” and “Plan”.',
      others: 'Opens for participants after “Look” and “Plan”.',
    },
    {
      needed: all(a, award, track),
      short: 'Opens later',
      own: 'Opens after “Look”, the badge “Asks good questions” and the track “Science”.',
      others: 'Opens for participants after “Look”, the badge “Asks good questions” and the track “Science”.',
    },
    {
      needed: atLeast(2, a, b, c),
      short: 'Opens later',
      own: 'Opens after 2 of: “Look”, “Plan”, “Try”.',
      others: 'Opens for participants after 2 of: “Look”, “Plan”, “Try”.',
    },
  ])('is said as “$own”', async ({ needed, short, own, others }) => {
    const { unmount } = await renderPart(<Words needed={needed} reader="own" />);
    const said = { short: textOf('short'), own: textOf('whole') };
    unmount();
    await renderPart(<Words needed={needed} reader="others" />);

    expect({ ...said, others: textOf('whole') }).toEqual({ short, own, others });
  });

  it('is a list of lists where one part is made of others', async () => {
    await renderPart(<Words needed={all(c, atLeast(1, a, all(b, award)))} reader="own" />);

    const [outer] = within(screen.getByTestId('whole')).getAllByRole('list');
    const lines = screen
      .getAllByRole('listitem')
      .map((item) => item.querySelector(':scope > bdi')?.textContent);

    expect(textOf('short')).toBe('Opens later');
    expect(screen.getByText('Opens after all of these:')).toBeInTheDocument();
    expect(outer?.children).toHaveLength(2);
    expect(lines).toEqual([
      '“Try”',
      '1 of these:',
      '“Look”',
      'all of these:',
      '“Plan”',
      'the badge “Asks good questions”',
    ]);
  });
});
