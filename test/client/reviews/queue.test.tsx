import { describe, expect, test } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { ListApi } from './listApi.ts';
import { idOf, nextId, queueOf, reviewApi, reviewer, rowOf } from './reviewWork.ts';

const queue = (rows = [rowOf()]) => queueOf(rows, { dueSoon: 2, minutes: 28 });

describe('the review queue', () => {
  test('says what waits without a name in it, and is accessible', async () => {
    const api = new ListApi().on(reviewEndpoints.queue, () => queue([rowOf({ late: true })]));

    await startApp('/reviews', api, reviewer);

    const row = (await screen.findByText('7F3K')).closest('li');
    expect(row).toHaveTextContent('Round 2, 2 criteria, 3 items, about 14 min');
    expect(row).toHaveTextContent('Late');
    expect(
      screen.getByText(/^One to review\. 2 are due in the next three days\. You have started one\./),
    ).toBeInTheDocument();
    await expectAccessible();
  });

  test('opens first what the reviewer has started, then what has waited longest', async () => {
    const mine = rowOf({ id: nextId, code: 'MINE', state: 'started', mine: true });
    const api = new ListApi().on(reviewEndpoints.queue, () => queue([rowOf(), mine]));

    await startApp('/reviews', api, reviewer);

    const open = await screen.findByRole('link', { name: 'Open next' });
    expect(open.getAttribute('href')).toMatch(new RegExp(`/reviews/${nextId}$`));
  });

  test('has what is overdue in a group of its own, and alone by a filter that stays in the address', async () => {
    const late = rowOf({ id: nextId, code: 'LATE', dueAt: '2020-01-02T09:00:00Z' });
    const api = new ListApi().on(reviewEndpoints.queue, () =>
      queueOf([late, rowOf()], { total: 37, overdue: 1, dueSoon: 0 }),
    );
    const { user } = await startApp('/reviews', api, reviewer);

    expect(await screen.findByText(/^37 to review\. One is overdue\./)).toBeInTheDocument();
    const heading = screen.getByRole('heading', { level: 2, name: 'Overdue' });
    expect(heading.nextElementSibling).toHaveTextContent('LATE');
    expect(heading.nextElementSibling).not.toHaveTextContent('7F3K');
    expect(screen.getByRole('heading', { level: 2, name: 'Not due yet' })).toBeInTheDocument();
    await expectAccessible();
    await user.click(screen.getByRole('radio', { name: 'Overdue' }));

    expect(window.location.search).toBe('?show=overdue');
    expect(api.queries.at(-1)).toEqual({ show: 'overdue' });
    expect(screen.getByRole('link', { name: 'Submission LATE, Run it with one class' })).toHaveAttribute(
      'href',
      expect.stringMatching(/\?show=overdue$/),
    );
  });

  test('never says of what is overdue that it is due soon', async () => {
    const api = new ListApi().on(reviewEndpoints.queue, () => queueOf([rowOf()], { overdue: 2, dueSoon: 0 }));

    await startApp('/reviews', api, reviewer);

    const numbers = await screen.findByText(/2 are overdue\./);
    expect(numbers).not.toHaveTextContent(/three days/);
  });

  test('shows the row again that one comes back from, with the focus on it', async () => {
    const api = reviewApi();
    api.on(reviewEndpoints.queue, () => queueOf([rowOf({ id: nextId, code: 'LATR' }), rowOf()]));
    const { user } = await startApp('/reviews?show=mine', api, reviewer);

    await user.click(await screen.findByRole('link', { name: 'Submission 7F3K, Run it with one class' }));
    await screen.findByRole('heading', { level: 1, name: 'Run it with one class · 7F3K' });
    await user.click(screen.getByRole('link', { name: 'Back to My reviews' }));

    expect(await screen.findByRole('link', { name: 'Submission 7F3K, Run it with one class' })).toHaveFocus();
    expect(window.location.search).toBe('?show=mine');
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

  test('offers what colleagues have decided only where there is any, and counts nothing above it', async () => {
    const api = new ListApi();
    api.on(reviewEndpoints.queue, () =>
      api.query['show'] === 'peers'
        ? queueOf([rowOf({ id: nextId, code: 'PEER', state: 'approved' })], { total: 3, anyByPeers: true })
        : queueOf([rowOf()], { anyByPeers: true }),
    );
    const { user } = await startApp('/reviews', api, reviewer);

    await user.click(await screen.findByRole('radio', { name: 'Decided by colleagues' }));

    expect(await screen.findByText('PEER')).toBeInTheDocument();
    expect(screen.queryByText(/3 to review/)).toBeNull();
    expect(screen.queryByRole('link', { name: 'Open next' })).toBeNull();
    expect(window.location.search).toBe('?show=peers');
    await expectAccessible();
  });

  test('offers no such filter where colleagues decide nothing', async () => {
    const api = new ListApi().on(reviewEndpoints.queue, () => queueOf([]));

    await startApp('/reviews', api, reviewer);

    await screen.findByText('Nothing to review. New submissions show up here.');
    expect(screen.queryByRole('radio', { name: 'Decided by colleagues' })).toBeNull();
  });

  test('keeps that filter for who has opened it, although nothing is left in it', async () => {
    const api = new ListApi().on(reviewEndpoints.queue, () => queueOf([]));

    await startApp('/reviews?show=peers', api, reviewer);

    expect(
      await screen.findByText('What colleagues of the authors decide shows up here.'),
    ).toBeInTheDocument();
    expect(screen.getByRole('radio', { name: 'Decided by colleagues' })).toBeChecked();
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
