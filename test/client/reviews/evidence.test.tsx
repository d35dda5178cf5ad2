import { describe, expect, test } from '@jest/globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { documentOf } from '../../../contract/richText.ts';
import { expectAccessible } from '../support/axe.ts';
import { chosenLevels, openReview } from './openReview.ts';
import { A, pageOf, reflection, reviewApi, SINCE } from './reviewWork.ts';

describe('opening a review', () => {
  test('is reading: nothing is started, and the page says what will start it', async () => {
    const { api } = await openReview();

    expect(screen.getByText(/^Opening it is only reading/)).toBeInTheDocument();
    expect(api.count(reviewEndpoints.start)).toBe(0);
    await expectAccessible();
  });

  test('shows each piece of evidence in a tab and counts those that were looked at', async () => {
    const { user } = await openReview();

    await user.keyboard('e');

    expect(screen.getByRole('tab', { name: 'Class board.png' })).toHaveAttribute('aria-selected', 'true');
    expect(screen.getByText('seen 2 of 3')).toBeInTheDocument();
    expect(screen.getByRole('img', { name: 'Picture: Class board.png' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Download, 12 kB' })).toHaveAttribute(
      'download',
      'Class board.png',
    );
    await user.keyboard('{Shift>}E{/Shift}{Shift>}E{/Shift}');
    expect(screen.getByRole('link', { name: 'https://example.org/check' })).toHaveAttribute(
      'target',
      '_blank',
    );
  });

  test('compares a text with the round before, and sets apart what the author says of it', async () => {
    const before = { ...reflection, earlierText: 'Eleven students left the unit out.' };
    const note = {
      ...reflection,
      id: 'change-note',
      kind: 'change_note' as const,
      document: documentOf('I sat with them.'),
    };
    const { user } = await openReview(
      reviewApi(pageOf({ round: 2, changedSince: SINCE, pieces: [before, note] })),
    );

    await user.click(screen.getByRole('button', { name: /^Changes since 18 Nov( 2026)?$/ }));

    expect(screen.getByRole('insertion')).toHaveTextContent('So I sat with them.');
    expect(screen.getByRole('heading', { name: 'What I changed since 18 Nov' })).toBeInTheDocument();
  });

  test('only reads where somebody else decides', async () => {
    await openReview(reviewApi(pageOf({ state: 'started', mayStart: false })));

    expect(
      screen.getByText('Someone else is reviewing this. You can read it meanwhile.'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
    expect(screen.queryAllByRole('radio')).toEqual([]);
    await expectAccessible();
  });

  test('keeps the unfinished judgement of another reviewer to them', async () => {
    const draft = {
      revision: 3,
      judgements: [{ criterionKey: A, level: 'emerging' as const, comment: 'Not for you' }],
      summary: '',
      savedAt: null,
    };
    await openReview(reviewApi(pageOf({ draft })));

    expect(screen.queryByText('Not for you')).toBeNull();
    expect(chosenLevels('A One clear purpose')).toEqual([]);
  });
});

describe('a file in a review', () => {
  test('asks for a new link once its own has died', async () => {
    const { user, api } = await openReview();
    await user.keyboard('e');
    const before = api.count(reviewEndpoints.page);

    fireEvent.error(screen.getByRole('img', { name: 'Picture: Class board.png' }));

    await waitFor(() => expect(api.count(reviewEndpoints.page)).toBeGreaterThan(before));
    expect(screen.getAllByText('The file did not load.')[0]).toBeVisible();
  });
});
