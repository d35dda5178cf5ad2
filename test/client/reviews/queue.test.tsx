import { describe, expect, test } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { ListApi } from './listApi.ts';
import { idOf, nextId, reviewer, rowOf } from './reviewWork.ts';

const queue = (rows = [rowOf()]) => ({ mine: 1, dueSoon: 2, minutes: 28, rows, next: null as string | null });

describe('the review queue', () => {
  test('says what waits without a name in it, and is accessible', async () => {
    const api = new ListApi().on(reviewEndpoints.queue, () => queue([rowOf({ late: true })]));

    await startApp('/reviews', api, reviewer);

    const row = (await screen.findByText('7F3K')).closest('li');
    expect(row).toHaveTextContent('Round 2, 2 criteria, 3 pieces, about 14 min');
    expect(row).toHaveTextContent('Late');
    expect(screen.getByText(/You have started 1\. 2 are due within three days\./)).toBeInTheDocument();
    await expectAccessible();
  });

  test('opens first what the reviewer has started, then what has waited longest', async () => {
    const mine = rowOf({ id: nextId, code: 'MINE', state: 'started', mine: true });
    const api = new ListApi().on(reviewEndpoints.queue, () => queue([rowOf(), mine]));

    await startApp('/reviews', api, reviewer);

    const open = await screen.findByRole('link', { name: 'Open next' });
    expect(open.getAttribute('href')).toMatch(new RegExp(`/reviews/${nextId}$`));
  });

  test('says what will stand here where nothing waits', async () => {
    const api = new ListApi().on(reviewEndpoints.queue, () => ({
      ...queue([]),
      mine: 0,
      dueSoon: 0,
      minutes: 0,
    }));

    await startApp('/reviews', api, reviewer);

    expect(await screen.findByText('Nothing to review. New submissions show up here.')).toBeInTheDocument();
  });

  test('shows more rows when asked, and other rows by the filter', async () => {
    const api = new ListApi();
    api.on(reviewEndpoints.queue, () => {
      if (api.query['show'] === 'decided')
        return queue([rowOf({ id: idOf(3), code: 'DONE', state: 'approved' })]);
      if (api.query['cursor'] === 'two') return queue([rowOf({ id: nextId, code: 'LATR' })]);
      return { ...queue(), next: 'two' };
    });
    const { user } = await startApp('/reviews', api, reviewer);

    await user.click(await screen.findByRole('button', { name: 'Show more' }));
    expect(await screen.findByText('LATR')).toBeInTheDocument();
    expect(screen.getByText('7F3K')).toBeInTheDocument();
    await user.click(screen.getByRole('radio', { name: 'Decided by me' }));

    expect(await screen.findByText('DONE')).toBeInTheDocument();
    expect(screen.queryByText('7F3K')).toBeNull();
    expect(window.location.search).toBe('?show=decided');
  });

  test('shows the submissions of a review launch and nothing else', async () => {
    const api = new ListApi().on(reviewEndpoints.ofPerson, () => ({ rows: [rowOf({ state: 'approved' })] }));
    const shows = { kind: 'submissions' as const, pathwayKey: idOf(7), moduleKey: null };

    await startApp('/reviews', api, { ...reviewer, shows });

    const heading = await screen.findByRole('heading', { level: 1 });
    expect(heading).toHaveTextContent('What this person has submitted');
    const row = await screen.findByRole('link', { name: 'Submission 7F3K, Run it with one class' });
    expect(within(document.body).queryByRole('link', { name: 'Open next' })).toBeNull();
    expect(row).toBeInTheDocument();
    expect(api.count(reviewEndpoints.queue)).toBe(0);
  });

  test('says whose place it is to somebody who reviews nothing here', async () => {
    const api = new ListApi().on(reviewEndpoints.queue, () => {
      throw new Refusal('FORBIDDEN');
    });

    await startApp('/reviews', api, reviewer);

    expect(
      await screen.findByRole('heading', { name: 'Only reviewers of this course can open this.' }),
    ).toBeInTheDocument();
  });
});
