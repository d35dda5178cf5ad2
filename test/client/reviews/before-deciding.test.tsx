import { describe, expect, test } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import type { ColumnEffect } from '../../../contract/reviews.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { openReview, findShown } from './openReview.ts';
import {
  B,
  columnOf,
  judgedPage,
  nextId,
  pageOf,
  reviewApi,
  reviewId,
  type JudgedLevel,
} from './reviewWork.ts';

const why = () => document.getElementById('review-why')?.textContent ?? '';
const button = (name: string) => screen.getByRole('button', { name });
const isBarred = (name: string) => button(name).getAttribute('aria-disabled') === 'true';
const outgoing = () => document.getElementById('review-outgoing')?.textContent ?? '';

describe('the decision bar says, before anything is pressed,', () => {
  test.each<{ a: JudgedLevel; b: JudgedLevel; comment?: string; text: string; barred: [boolean, boolean] }>([
    {
      a: null,
      b: null,
      barred: [true, true],
      text: 'A and B have no level yet. Every criterion needs one before you decide.',
    },
    {
      a: 'meets',
      b: null,
      barred: [true, true],
      text: 'B has no level yet. Every criterion needs one before you decide.',
    },
    {
      a: 'meets',
      b: 'approaching',
      barred: [true, true],
      text: 'B is below Meets, so this can’t be approved. To return it, say under B what is missing.',
    },
    {
      a: 'meets',
      b: 'approaching',
      comment: 'More.',
      barred: [true, false],
      text: 'B is below Meets, so this can’t be approved.',
    },
    {
      a: 'meets',
      b: 'meets',
      barred: [false, true],
      text: 'Every criterion is at Meets or above, so there is nothing to return.',
    },
  ])('why Approve or Return is not possible: $text', async ({ a, b, comment = '', text, barred }) => {
    await openReview(reviewApi(judgedPage(a, b, comment)));

    expect(why()).toBe(text);
    expect([isBarred('Approve'), isBarred('Return')]).toEqual(barred);
    if (barred[0]) expect(button('Approve')).toHaveAccessibleDescription(text);
    await expectAccessible();
  });

  test('that it needs the network, while there is none', async () => {
    await openReview(reviewApi(judgedPage('meets', 'meets')));
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
    fireEvent(window, new Event('offline'));

    await waitFor(() => expect(why()).toBe('You are offline. You can decide as soon as you are back.'));
    expect(isBarred('Approve')).toBe(true);

    Object.defineProperty(navigator, 'onLine', { value: true, configurable: true });
    fireEvent(window, new Event('online'));
    await waitFor(() => expect(isBarred('Approve')).toBe(false));
  });
});

describe('the line before Approve', () => {
  test.each<[ColumnEffect, string]>([
    ['unchanged', '“Assessment technology” in EdTech autumn stays at 10 of 30.'],
    ['nothing', '“Assessment technology” in EdTech autumn gets no points from this yet.'],
    [
      'choice',
      '10 of 30 for “Assessment technology” in EdTech autumn waits until an admin chooses, since the grade there was changed in the LMS.',
    ],
    [
      'held',
      '10 of 30 for “Assessment technology” in EdTech autumn may have to wait: an admin has to look at this column first.',
    ],
    ['off', 'No grade is sent to “Assessment technology” in EdTech autumn.'],
  ])('names a column that gets nothing at once: %s', async (effect, text) => {
    const api = reviewApi(judgedPage('meets', 'meets'));
    api.on(reviewEndpoints.outlook, () => ({ columns: [columnOf({ effect })] }));
    const { user } = await openReview(api);

    await user.keyboard('a');

    await waitFor(() =>
      expect(outgoing()).toBe(`This goes out and can’t be undone: the badge “Uses quick checks”. ${text}`),
    );
  });

  test('names each of several columns with what it gets, and says where there is none', async () => {
    const api = reviewApi(judgedPage('meets', 'meets'));
    api.on(reviewEndpoints.outlook, () => ({
      columns: [columnOf(), columnOf({ title: 'Run it', given: 5, maximum: 5 })],
    }));
    const { user } = await openReview(api);

    await user.keyboard('a');

    await waitFor(() =>
      expect(outgoing()).toBe(
        'This goes out and can’t be undone: the badge “Uses quick checks”, 10 of 30 to “Assessment technology” in EdTech autumn and 5 of 5 to “Run it” in EdTech autumn.',
      ),
    );
  });

  test('says so where no link has a column', async () => {
    const api = reviewApi(judgedPage('meets', 'meets'));
    api.on(reviewEndpoints.outlook, () => ({ columns: [] }));
    const { user } = await openReview(api);

    await user.keyboard('a');

    await waitFor(() =>
      expect(outgoing()).toContain('No grade goes to a course: no link to this work has a grade column.'),
    );
  });

  test('does not guess where it could not be looked up', async () => {
    const api = reviewApi(judgedPage('meets', 'meets'));
    api.on(reviewEndpoints.outlook, () => {
      throw new Refusal('INTERNAL');
    });
    const { user } = await openReview(api);

    await user.keyboard('a');

    await waitFor(() => expect(outgoing()).toContain('can’t be looked up just now'));
  });
});

describe('evidence that was not opened', () => {
  const warning = () => document.getElementById('review-unopened')?.textContent ?? null;

  test('is named before the decision, and stops nobody', async () => {
    const { user, api } = await openReview(reviewApi(judgedPage('meets', 'meets')));

    await user.keyboard('a');
    expect(warning()).toBe('Not opened in this window: Class board.png and The check.');
    expect(button('Approve')).toHaveAccessibleDescription(/Not opened in this window/);
    await expectAccessible();
    await user.keyboard('{Enter}');

    await waitFor(() => expect(api.count(reviewEndpoints.approve)).toBe(1));
  });

  test('counts a file as opened when it is shown, and a link when it is followed', async () => {
    sessionStorage.clear();
    const { user } = await openReview(reviewApi(judgedPage('meets', 'meets')));

    await user.keyboard('ee');
    await user.keyboard('a');
    expect(warning()).toBe('Not opened in this window: The check.');
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('link', { name: 'https://example.org/check' }));
    await user.keyboard('a');

    expect(warning()).toBeNull();
  });

  test('of an earlier round, which nobody judges again, is not asked for', async () => {
    sessionStorage.clear();
    const page = { ...judgedPage(null, 'meets'), round: 2, openCriteria: [B] };
    const { user } = await openReview(reviewApi(page));

    await user.keyboard('a');

    expect(findShown(/^This goes out and can’t be undone/)).toBeInTheDocument();
    expect(warning()).toBeNull();
  });
});

describe('a return', () => {
  const give = async () => {
    const opened = await openReview(reviewApi(judgedPage('meets', 'approaching', 'Name the groups.')));
    await opened.user.keyboard('r{Enter}');
    await screen.findByRole('heading', { level: 1, name: 'Reviews' });
    return opened;
  };

  test('can be undone from the page that follows, which opens the review again', async () => {
    const { user, api } = await give();

    const undo = await screen.findByRole('button', { name: /^Undo \(\d+ s\)$/ });
    expect(findShown(/^7F3K goes back to its author with your comments\./)).toBeInTheDocument();
    await expectAccessible();
    await user.click(undo);

    await screen.findByRole('heading', { level: 1, name: 'Run it with one class · 7F3K' });
    expect(window.location.pathname).toMatch(new RegExp(`/reviews/${reviewId}$`));
    expect(findShown('The return of 7F3K is undone. Its author has not seen it.')).toBeInTheDocument();
    expect(api.count(reviewEndpoints.undoReturn)).toBe(1);
  });

  test('is undone by Z, too', async () => {
    const { user, api } = await give();

    await user.keyboard('z');

    await waitFor(() => expect(api.count(reviewEndpoints.undoReturn)).toBe(1));
  });

  test('says that it is too late where the server says so', async () => {
    const { user, api } = await give();
    api.on(reviewEndpoints.undoReturn, () => {
      throw new Refusal('ALREADY_DECIDED');
    });

    await user.click(await screen.findByRole('button', { name: /^Undo/ }));

    expect((await screen.findAllByText('It has already gone to its author.'))[0]).toBeVisible();
  });

  test('that is opened again within its seconds offers to undo it there', async () => {
    const api = reviewApi(pageOf({ state: 'returning', mayStart: false, undoSeconds: 7 }));
    const { user } = await openReview(api);

    expect(screen.getByText(/^You returned it a moment ago\./)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /^Undo/ }));

    await waitFor(() => expect(api.count(reviewEndpoints.undoReturn)).toBe(1));
  });
});

describe('the review’s header', () => {
  test('names the module beside the code, and holds what was asked', async () => {
    const { user } = await openReview();

    const evidence = screen.getByRole('tabpanel');
    expect(within(evidence).getByText('Run it with one class')).toBeVisible();
    expect(evidence).toHaveTextContent(/Assessment technology, Round 1, submitted/);
    await user.click(screen.getByText('What was asked'));

    expect(screen.getByText('Ask one question at the end.')).toBeVisible();
  });

  test('says that its date has passed where it has', async () => {
    await openReview(reviewApi(pageOf({ dueAt: '2020-01-02T09:00:00Z' })));

    expect(screen.getByText('was due Thu 2 Jan 2020, about 14 min')).toBeInTheDocument();
  });

  test('leads on to the next one in the part of the queue that one is in', async () => {
    const api = reviewApi(judgedPage('meets', 'meets'));
    const { user } = await openReview(api, '?show=overdue');

    expect(screen.getByRole('link', { name: 'Back to My reviews' })).toHaveAttribute(
      'href',
      expect.stringMatching(/\/reviews\?show=overdue$/),
    );
    await user.keyboard('a{Enter}');

    await screen.findByRole('heading', { level: 1, name: 'Run it with one class · NEXT' });
    expect(window.location.pathname + window.location.search).toMatch(
      new RegExp(`/reviews/${nextId}\\?show=overdue$`),
    );
  });
});
