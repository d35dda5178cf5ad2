import { describe, expect, test } from '@jest/globals';
import { screen } from '@testing-library/react';
import { COUNT_MAX, deliveryEndpoints } from '../../../contract/grades.ts';
import { admin, deliveryApi, listOf } from './deliveryWork.ts';
import { startApp } from '../support/startApp.tsx';

async function openWith(inGradebook: number): Promise<void> {
  const api = deliveryApi();
  const counts = { need_you: 0, on_the_way: 0, changed: 0, in_gradebook: inGradebook, closed: 0 };
  api.on(deliveryEndpoints.list, () => listOf([], { counts }));
  await startApp('/admin/deliveries?show=in_gradebook', api, admin);
}

describe('the numbers of the grades page', () => {
  test('are exact as far as they are counted', async () => {
    await openWith(COUNT_MAX);

    expect(await screen.findByRole('heading', { name: '5,000 are in the gradebook' })).toBeInTheDocument();
  });

  test('say "more than" where counting ended', async () => {
    await openWith(COUNT_MAX + 1);

    expect(await screen.findByRole('link', { name: '5,000+ in the gradebook' })).toBeInTheDocument();
    expect(
      await screen.findByRole('heading', { name: 'More than 5,000 are in the gradebook' }),
    ).toBeInTheDocument();
  });
});
