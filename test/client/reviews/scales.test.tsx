import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import type { Scale } from '../../../contract/content.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { criteria, onScale, scaleOf } from '../gallery/samples.ts';
import { expectAccessible } from '../support/axe.ts';
import { chosenLevels, openReview, findShown, waitUntilSaved } from './openReview.ts';
import { A, B, reviewApi, startedPage } from './reviewWork.ts';

const three = scaleOf(['Not yet', 'Good enough', 'Strong'], 'Good enough');
const six = scaleOf(['None', 'Aware', 'Trying', 'Secure', 'Leading', 'Sharing'], 'Secure');

/** A review on this scale, A with that level, B with none. */
function onThe(scale: Scale, level: string | null = null) {
  const judgements = [
    { criterionKey: A, level, comment: '' },
    { criterionKey: B, level: level === null ? null : scale.meets, comment: '' },
  ];
  return startedPage({
    scale,
    criteria: [onScale(criteria[0], scale), onScale(criteria[1], scale)],
    selfLevels: [{ criterionKey: A, level: scale.levels[0]?.key ?? '', at: '2026-11-18T09:00:00Z' }],
    draft: { revision: 1, judgements, summary: '', savedAt: null },
  });
}

describe.each([
  { levels: 3, scale: three, last: 'strong', below: 'not_yet', needed: 'Good enough' },
  { levels: 6, scale: six, last: 'sharing', below: 'trying', needed: 'Secure' },
])('a review on a scale of $levels levels', ({ levels, scale, last, below, needed }) => {
  test('gives levels by their numbers, up to the last one and no further', async () => {
    const { user, api } = await openReview(reviewApi(onThe(scale)));

    await user.keyboard(`${levels}`);
    await user.keyboard(`${levels + 1}`);
    await waitUntilSaved(api);

    expect(chosenLevels('A One clear purpose')).toEqual([last]);
    expect(screen.getByText(`The author’s own mark: ${scale.levels[0]?.name}`)).toBeInTheDocument();
    await expectAccessible();
  });

  test('lists these numbers among the keys, with the names of the lowest and the highest', async () => {
    const { user } = await openReview(reviewApi(onThe(scale)));

    await user.keyboard('?');
    const dialog = await screen.findByRole('dialog', { name: 'Keys for reviewing' });
    const names = scale.levels.map(({ name }) => name);
    const line = within(dialog).getByText(`Level, ${names[0]} to ${names.at(-1)}`).parentElement;

    const keys = [...(line?.querySelectorAll('kbd') ?? [])].map((key) => key.textContent);
    expect(keys).toEqual(names.map((_, index) => String(index + 1)));
  });

  test('names the needed level where a decision is not possible, and asks for the comment below it', async () => {
    const { user } = await openReview(reviewApi(onThe(scale, below)));

    await user.click(screen.getByRole('button', { name: 'Return' }));

    expect(document.getElementById('review-why')).toHaveTextContent(
      `A is below ${needed}, so this can’t be approved. To return it, say under A what is missing.`,
    );
    expect(
      findShown(`Say under A what is missing: below ${needed}, the author needs a comment.`),
    ).toBeInTheDocument();
    expect(screen.getByText(`needed below ${needed}`, { exact: false })).toBeInTheDocument();
  });

  test('approves at the needed level and above', async () => {
    const { user, api } = await openReview(reviewApi(onThe(scale, last)));

    await user.keyboard('a{Enter}');

    await waitFor(() =>
      expect(api.bodiesOf(reviewEndpoints.approve)).toMatchObject([
        {
          judgements: [
            { criterionKey: A, level: last },
            { criterionKey: B, level: scale.meets },
          ],
        },
      ]),
    );
  });
});
