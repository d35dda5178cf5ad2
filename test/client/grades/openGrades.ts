import { screen } from '@testing-library/react';
import { deliveryEndpoints } from '../../../contract/grades.ts';
import type { ListApi } from '../reviews/listApi.ts';
import { startApp } from '../support/startApp.tsx';
import { admin, deliveryApi } from './deliveryWork.ts';

/** The Grades page of an admin, when it is there. */
export async function openGrades(api = deliveryApi(), at = '') {
  const started = await startApp(`/admin/deliveries${at}`, api, admin);
  await screen.findByRole('heading', { level: 1, name: 'Grades on their way to the LMS' });
  return { ...started, api };
}

export const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** What was chosen about scores. */
export const postedActions = (api: ListApi) => api.bodiesOf(deliveryEndpoints.act);
