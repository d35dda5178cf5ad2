import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { assignmentEndpoints } from '../../../contract/assignments.ts';
import type { Assignment, PersonRow } from '../../../contract/assignments.ts';
import { session as sample } from '../gallery/samples.ts';
import { ListApi } from '../reviews/listApi.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { admin, idOf } from '../grades/deliveryWork.ts';

const course = { id: idOf(800), title: 'EdTech autumn' };
const role = (change: Partial<Assignment> = {}): Assignment => ({
  id: idOf(810),
  personId: idOf(801),
  person: 'Teacher 1',
  role: 'reviewer',
  course,
  since: '2026-11-20T09:00:00Z',
  by: 'Admin 1',
  ...change,
});
const person = (assignments: Assignment[] = [], more = 0): PersonRow => ({
  id: idOf(801),
  displayName: 'Teacher 1',
  platform: 'Canvas',
  lastSeenAt: '2026-11-20T09:00:00Z',
  assignments,
  more,
});

function peopleApi(rows: PersonRow[]): ListApi {
  const api = new ListApi();
  api.on(assignmentEndpoints.people, () => ({ rows, next: null, courses: [course] }));
  api.on(assignmentEndpoints.assign, () => role());
  api.on(assignmentEndpoints.remove, () => ({ done: true as const }));
  return api;
}
async function open(rows: PersonRow[]) {
  const api = peopleApi(rows);
  const started = await startApp('/admin/people', api, admin);
  await screen.findByRole('heading', { level: 1, name: 'People' });
  return { ...started, api };
}

describe('the people page', () => {
  test('shows who has which role from whom, and is accessible', async () => {
    await open([person([role(), role({ id: idOf(811), role: 'admin', course: null, by: '' })])]);

    expect(await screen.findByText('Reviewer, EdTech autumn')).toBeInTheDocument();
    expect(screen.getByText(/^since Fri 20 Nov( 2026)?, by Admin 1$/)).toBeInTheDocument();
    expect(screen.getByText('Admin, whole institution')).toBeInTheDocument();
    expect(screen.getByText(/^since Fri 20 Nov( 2026)?, by the operator$/)).toBeInTheDocument();
    await expectAccessible();
  });

  test('says how many roles of a person are not shown', async () => {
    await open([person([role()], 12)]);

    expect(
      await screen.findByText('And 12 more roles; they show once some of these are removed.'),
    ).toBeInTheDocument();
    await expectAccessible();
  });

  test('gives a reviewer one course, and takes it back on Undo', async () => {
    const { user, api } = await open([person()]);

    await user.click(await screen.findByRole('button', { name: 'Give a role: Teacher 1' }));
    await expectAccessible();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Where?' }), 'EdTech autumn');
    await user.click(screen.getByRole('button', { name: 'Give this role' }));

    expect((await screen.findAllByText('Teacher 1 is now Reviewer (EdTech autumn).'))[0]).toBeVisible();
    expect(api.bodiesOf(assignmentEndpoints.assign)).toEqual([
      { personId: idOf(801), role: 'reviewer', courseId: course.id },
    ]);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(api.count(assignmentEndpoints.remove)).toBe(1));
  });

  test('makes an admin for the whole institution only', async () => {
    const { user, api } = await open([person()]);

    await user.click(await screen.findByRole('button', { name: 'Give a role: Teacher 1' }));
    await user.click(screen.getByRole('radio', { name: 'Admin' }));
    expect(screen.queryByRole('combobox')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Give this role' }));

    await waitFor(() =>
      expect(api.bodiesOf(assignmentEndpoints.assign)).toEqual([
        { personId: idOf(801), role: 'admin', courseId: null },
      ]),
    );
  });

  test('asks before it takes a role back, and says more where it is one’s own', async () => {
    const own = role({ role: 'admin', course: null, personId: sample.person.id });
    const { user, api } = await open([person([own])]);

    await user.click(await screen.findByRole('button', { name: 'Remove role: Admin, whole institution' }));
    const asked = screen.getByRole('dialog', { name: 'Remove this role?' });
    expect(within(asked).getByText(/^This is your own role/)).toBeInTheDocument();
    expect(api.count(assignmentEndpoints.remove)).toBe(0);
    await user.click(within(asked).getByRole('button', { name: 'Remove role' }));

    expect(
      (await screen.findAllByText('Teacher 1 is no longer Admin (whole institution).'))[0],
    ).toBeVisible();
  });

  test('searches after a pause in typing', async () => {
    const { user, api } = await open([person()]);

    await user.type(await screen.findByRole('searchbox', { name: 'Find a person' }), 'desi');

    await waitFor(() => expect(api.queries.at(-1)).toEqual({ search: 'desi' }));
    expect(api.queries.filter(({ search }) => search === 'd')).toEqual([]);
  });

  test('says in the dialog why a role was not given', async () => {
    const { user, api } = await open([person()]);
    api.on(assignmentEndpoints.assign, () => {
      throw new Refusal('NOT_FOUND');
    });

    await user.click(await screen.findByRole('button', { name: 'Give a role: Teacher 1' }));
    await user.click(screen.getByRole('button', { name: 'Give this role' }));

    expect(await screen.findByText('NOT_FOUND of the test')).toBeInTheDocument();
    expect(screen.getByRole('dialog')).toBeInTheDocument();
  });
});
