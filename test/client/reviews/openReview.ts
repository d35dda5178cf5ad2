import { expect } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { startApp } from '../support/startApp.tsx';
import type { ListApi } from './listApi.ts';
import { reviewApi, reviewer, reviewId } from './reviewWork.ts';

/** The client at the sample review. */
export async function openReview(api = reviewApi(), search = '') {
  const started = await startApp(`/reviews/${reviewId}${search}`, api, reviewer);
  await screen.findByRole('heading', { level: 1, name: 'Run it with one class · 7F3K' });
  return { ...started, api };
}

/** Waits until a draft has reached the server. */
export async function waitUntilSaved(api: ListApi): Promise<void> {
  await waitFor(() => expect(api.count(reviewEndpoints.saveDraft)).toBeGreaterThan(0));
}

/** Values of the chosen levels of a criterion. */
export function chosenLevels(criterion: string): string[] {
  const group = screen.getByRole('radiogroup', { name: criterion });
  return within(group)
    .queryAllByRole<HTMLInputElement>('radio', { checked: true })
    .map(({ value }) => value);
}

/** The text where it stands on the page; the live region may say it too. */
export function findShown(text: string | RegExp): HTMLElement | undefined {
  return screen.getAllByText(text).find((element) => element.closest('[aria-live]') === null);
}
