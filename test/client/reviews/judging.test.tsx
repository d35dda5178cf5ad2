import { describe, expect, test } from '@jest/globals';
import { act, screen, waitFor, within } from '@testing-library/react';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { listUnsent } from '../../../client/src/storage/listUnsent.ts';
import { session as sample } from '../gallery/samples.ts';
import { Refusal } from '../support/fakeApi.ts';
import { chosenLevels, openReview, findShown, waitUntilSaved } from './openReview.ts';
import { A, pageOf, reviewApi, startedPage } from './reviewWork.ts';

describe('judging', () => {
  test('starts the review with the first level, and saves upon the revision that the start gave', async () => {
    const { user, api } = await openReview(
      reviewApi(pageOf({ draft: { revision: 4, judgements: [], summary: '', savedAt: null } })),
    );

    await user.keyboard('3');
    await waitUntilSaved(api);

    expect(chosenLevels('A One clear purpose')).toEqual(['meets']);
    expect(
      api.received
        .map(({ endpoint }) => endpoint.path)
        .filter((path) => path.includes('start') || path.includes('draft')),
    ).toEqual(['/reviews/:id/start', '/reviews/:id/draft']);
    expect(api.bodiesOf(reviewEndpoints.saveDraft)[0]).toEqual({
      baseRevision: 4,
      judgements: [{ criterionKey: A, level: 'meets', comment: '' }],
      summary: '',
    });
    expect(findShown(/^You have started this review/)).toBeInTheDocument();
    expect(screen.getByText('The author’s own mark: Approaching')).toBeInTheDocument();
  });

  test('goes by keyboard alone: level, comment, next criterion, and letters stay letters in a field', async () => {
    const { user } = await openReview(reviewApi(startedPage()));

    await user.keyboard('2c');
    await user.keyboard('a quick 3 jars{Escape}j4');

    expect(screen.getByRole('heading', { name: 'Acting on results' })).toHaveFocus();
    expect(chosenLevels('B Acting on results')).toEqual(['extends']);
    await user.keyboard('k');
    expect(chosenLevels('A One clear purpose')).toEqual(['approaching']);
    expect(screen.getByRole('textbox', { name: /^Comment/ })).toHaveValue('a quick 3 jars');
  });

  test('leaves single keys alone once they are switched off', async () => {
    const { user } = await openReview(reviewApi(startedPage()));

    await user.keyboard('?');
    await user.click(await screen.findByRole('checkbox', { name: 'Use single keys' }));
    await user.keyboard('{Escape}');
    await user.keyboard('3');

    expect(chosenLevels('A One clear purpose')).toEqual([]);
    expect(screen.getByRole('button', { name: 'All keys' })).toBeInTheDocument();
    localStorage.clear();
  });

  test('takes a selected passage into the comment and marks it in the evidence', async () => {
    const { user } = await openReview(reviewApi(startedPage()));
    const paragraph = screen.getByText('Eleven students left the unit out.');
    await act(async () => {
      window.getSelection()?.selectAllChildren(paragraph);
      await Promise.resolve();
    });

    await user.keyboard('q');

    const comment = screen.getByRole('textbox', { name: /^Comment/ });
    expect(comment).toHaveValue('“Eleven students left the unit out.” ');
    await waitFor(() =>
      expect(document.querySelector('mark.wm-quote')).toHaveTextContent(
        'Eleven students left the unit out.A',
      ),
    );
  });

  test('keeps both judgements of two windows until one is chosen', async () => {
    const api = reviewApi(startedPage());
    const theirs = {
      revision: 7,
      judgements: [{ criterionKey: A, level: 'emerging', comment: 'From the other window' }],
      summary: '',
    };
    api.on(reviewEndpoints.saveDraft, ({ body }) => {
      if ((body as { baseRevision: number }).baseRevision !== 7)
        throw new Refusal('DRAFT_CONFLICT', { theirs });
      return { revision: 8, savedAt: new Date().toISOString() };
    });
    const { user } = await openReview(api);

    await user.keyboard('4');
    await user.click(await screen.findByRole('button', { name: 'Compare' }));
    expect(screen.getByText('From the other window')).toBeInTheDocument();
    const here = screen.getByRole('heading', { name: 'In this window' }).closest('section');
    await user.click(within(here ?? document.body).getByRole('button', { name: 'Keep this' }));

    await waitFor(() =>
      expect(api.bodiesOf(reviewEndpoints.saveDraft).at(-1)).toMatchObject({ baseRevision: 7 }),
    );
    expect(chosenLevels('A One clear purpose')).toEqual(['extends']);
  });

  test('gives the words back where somebody else was faster', async () => {
    const api = reviewApi();
    api.on(reviewEndpoints.start, () => {
      throw new Refusal('REVIEW_TAKEN');
    });
    const { user } = await openReview(api);

    await user.keyboard('1');

    expect(await screen.findByText(/^Someone else has taken this review/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Copy my comments' })).toBeInTheDocument();
    expect(api.count(reviewEndpoints.saveDraft)).toBe(0);
  });

  test('keeps words on the device while offline and sends them after a reload', async () => {
    const api = reviewApi(startedPage());
    const { user } = await openReview(api);
    const store = await openDeviceStore({ institutionId: sample.institution.id, personId: sample.person.id });

    api.offline = true;
    await user.keyboard('3');
    await waitFor(async () => expect(await listUnsent(store)).toHaveLength(1));
    api.offline = false;
    act(() => void window.dispatchEvent(new Event('online')));
    await waitUntilSaved(api);

    await waitFor(async () => expect(await listUnsent(store)).toEqual([]));
  });
});
