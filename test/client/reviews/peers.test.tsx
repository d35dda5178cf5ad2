import { describe, expect, test } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { peerEndpoints, type PeerQueue } from '../../../contract/peers.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { expectAccessible } from '../support/axe.ts';
import { startApp } from '../support/startApp.tsx';
import { aMap, aMapModule, enrolmentId } from '../support/teacherWork.ts';
import { ListApi } from './listApi.ts';
import { judgedPage, reviewApi, reviewId } from './reviewWork.ts';

const taken: PeerQueue['taken'] = {
  id: reviewId,
  moduleTitle: 'Run it with one class',
  pathwayTitle: 'Assessment technology',
  minutes: 14,
  until: '2099-12-04T09:00:00Z',
};
function waiting(queue: PeerQueue, api = new ListApi()): ListApi {
  api.on(peerEndpoints.waiting, () => queue);
  return api;
}
const peerPage = judgedPage('meets', 'meets');
/** The review as a peer has it, who may do nothing else with reviews. */
const asPeer = () => reviewApi({ ...peerPage, judgesAs: 'peer' });

describe('reviews for colleagues', () => {
  test('says what waits without a list to choose from, and opens what one is given', async () => {
    const api = waiting({ waiting: 3, taken: null });
    api.on(peerEndpoints.takeNext, () => ({ reviewId }));
    api.on(reviewEndpoints.page, () => ({ ...peerPage, judgesAs: 'peer' as const }));

    const { user } = await startApp('/peers', api);
    const next = await screen.findByRole('button', { name: 'Get the next one' });
    await expectAccessible();
    expect(screen.getByText('3 submissions wait for a colleague.')).toBeInTheDocument();
    await user.click(next);

    expect(
      await screen.findByRole('heading', { level: 1, name: /Run it with one class/ }),
    ).toBeInTheDocument();
    const paths = screen.getAllByRole('link').map((link) => link.getAttribute('href'));
    expect(paths).toContainEqual(expect.stringMatching(/\/peers$/));
  });

  test('leads back to what one has taken', async () => {
    await startApp('/peers', waiting({ waiting: 2, taken }));

    const link = await screen.findByRole('link', { name: 'Go on with it' });

    expect(link.getAttribute('href')).toMatch(new RegExp(`/reviews/${reviewId}$`));
    expect(screen.queryByRole('button', { name: 'Get the next one' })).toBeNull();
  });

  test.each([
    [{ waiting: 0, taken: null }, /^Nothing waits for you now/],
    [{ waiting: 20, taken: null }, '20 submissions or more wait for a colleague.'],
  ])('says how much waits: %j', async (queue, words) => {
    await startApp('/peers', waiting(queue));

    expect(await screen.findByText(words)).toBeInTheDocument();
  });

  test('says that somebody else was faster', async () => {
    const api = waiting({ waiting: 1, taken: null });
    api.on(peerEndpoints.takeNext, () => ({ reviewId: null }));
    const { user } = await startApp('/peers', api);

    await user.click(await screen.findByRole('button', { name: 'Get the next one' }));

    expect(await screen.findByText(/^Somebody else has just taken it/)).toBeInTheDocument();
    expect(api.count(peerEndpoints.waiting)).toBeGreaterThan(1);
  });
});

describe('the review of a peer', () => {
  test('asks for no grades of the author, and leads back to the reviews for colleagues once it is decided', async () => {
    const api = waiting({ waiting: 0, taken: null }, asPeer());
    api.on(reviewEndpoints.approve, () => ({
      outcome: 'approved' as const,
      awardId: null,
      scores: 1,
      undoSeconds: null,
      nextReviewId: null,
    }));
    const { user } = await startApp(`/reviews/${reviewId}`, api);

    await user.click(await screen.findByRole('button', { name: 'Approve' }));
    expect(screen.getAllByText(/What belongs in the gradebook goes there by itself/).length).toBeGreaterThan(
      0,
    );
    await user.click(screen.getByRole('button', { name: /^Approve/ }));

    expect(
      await screen.findByRole('heading', { level: 1, name: 'Reviews for colleagues' }),
    ).toBeInTheDocument();
    expect(api.count(reviewEndpoints.outlook)).toBe(0);
  });
});

describe('the map', () => {
  const mapWith = (state: 'approved' | 'in_progress') =>
    aMap({ modules: [aMapModule(0, { state, reviewedBy: 'peer' }), aMapModule(1), aMapModule(2)] });
  const openMap = (state: 'approved' | 'in_progress', queue: PeerQueue) => {
    const api = waiting(queue);
    api.on(pathwayEndpoints.map, () => mapWith(state));
    return startApp(`/pathways/${enrolmentId}`, api).then(() => api);
  };

  test('invites people who have handed in such a module, if something waits', async () => {
    await openMap('approved', { waiting: 1, taken: null });

    const link = await screen.findByRole('link', { name: 'Review for colleagues' });

    expect(link.getAttribute('href')).toMatch(/\/peers$/);
    expect(screen.getByText('One submission of colleagues could use your eyes.')).toBeInTheDocument();
  });

  test('says nothing where nothing waits', async () => {
    const idle = await openMap('approved', { waiting: 0, taken: null });
    await waitFor(() => expect(idle.count(peerEndpoints.waiting)).toBe(1));

    expect(screen.queryByText('For colleagues')).toBeNull();
  });

  test('asks nothing before one has handed in', async () => {
    const api = await openMap('in_progress', { waiting: 1, taken: null });
    await screen.findByRole('heading', { level: 1 });

    expect(api.count(peerEndpoints.waiting)).toBe(0);
  });
});
