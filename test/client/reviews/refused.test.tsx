import { describe, expect, test } from '@jest/globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { COMMENT_MAX } from '../../../contract/attempts.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { listUnsent } from '../../../client/src/storage/listUnsent.ts';
import { session as sample } from '../gallery/samples.ts';
import { Refusal } from '../support/fakeApi.ts';
import { openReview, findShown } from './openReview.ts';
import { A, reviewApi, startedPage } from './reviewWork.ts';

const store = () => openDeviceStore({ institutionId: sample.institution.id, personId: sample.person.id });
const comment = () => screen.getByRole('textbox', { name: /^Comment/ });

describe('a reviewer’s words', () => {
  test('that are too long are not cut and not sent: the field says so, and shortened they are saved', async () => {
    const api = reviewApi(startedPage());
    api.on(reviewEndpoints.saveDraft, () => ({ revision: 8, savedAt: new Date().toISOString() }));
    await openReview(api);

    fireEvent.change(comment(), { target: { value: 'c'.repeat(COMMENT_MAX + 3) } });

    expect(await screen.findByText(/^3 characters too long/)).toBeInTheDocument();
    expect(await screen.findByText(/^A comment is longer than can be kept/)).toBeInTheDocument();
    expect(comment()).toHaveValue('c'.repeat(COMMENT_MAX + 3));
    expect(api.count(reviewEndpoints.saveDraft)).toBe(0);
    fireEvent.change(comment(), { target: { value: 'c'.repeat(COMMENT_MAX) } });
    await waitFor(() => expect(api.count(reviewEndpoints.saveDraft)).toBe(1));
    expect(screen.queryByText(/^Too long/)).not.toBeInTheDocument();
  });

  test('that the server refuses name the cause, stay, and the next good ones are saved', async () => {
    let refuses = true;
    const api = reviewApi(startedPage());
    api.on(reviewEndpoints.saveDraft, () => {
      if (refuses) throw new Refusal('VALIDATION_FAILED');
      return { revision: 8, savedAt: new Date().toISOString() };
    });
    await openReview(api);

    fireEvent.change(comment(), { target: { value: 'Odd' } });

    const words = /^Something in your comments can’t be kept/;
    await screen.findByText(words);
    expect(findShown(words)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Copy my comments' })).toBeInTheDocument();
    refuses = false;
    fireEvent.change(comment(), { target: { value: 'Good' } });
    await waitFor(() => expect(screen.queryByText(words)).not.toBeInTheDocument());
    await waitFor(() =>
      expect(api.bodiesOf(reviewEndpoints.saveDraft).at(-1)).toMatchObject({
        judgements: [{ comment: 'Good' }],
      }),
    );
  });

  test('typed in a conflict stay on the device upon what they were written on, so that a reload does not choose', async () => {
    const api = reviewApi(startedPage());
    const theirs = {
      revision: 70,
      judgements: [{ criterionKey: A, level: 'meets' as const, comment: 'Theirs' }],
      summary: '',
      savedAt: new Date().toISOString(),
    };
    api.on(reviewEndpoints.saveDraft, () => {
      throw new Refusal('DRAFT_CONFLICT', { theirs });
    });
    await openReview(api);
    fireEvent.change(comment(), { target: { value: 'Mine' } });
    await screen.findByRole('button', { name: 'Compare' });

    fireEvent.change(comment(), { target: { value: 'Mine, and more' } });

    await waitFor(async () => {
      const [entry] = await listUnsent(await store());
      expect(entry?.value).toMatchObject({ judgements: [{ comment: 'Mine, and more' }] });
      expect(entry?.value).not.toMatchObject({ baseRevision: 70 });
    });
  });
});
