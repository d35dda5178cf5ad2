import { describe, expect, test } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { NOTICE, sessionEndpoints } from '../../../contract/sessions.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { aMap, enrolmentId } from '../support/teacherWork.ts';
import { session as sample } from '../gallery/samples.ts';

const newPerson = { ...sample.person, agreed: false };
const heading = { level: 1, name: 'Welcome. Three things before you start' } as const;

function withWork(): FakeApi {
  return new FakeApi()
    .on(pathwayEndpoints.open, () => ({ enrolmentId, attemptId: null }))
    .on(pathwayEndpoints.map, () => aMap());
}

describe('the welcome page', () => {
  test('comes first for a person who has not agreed, and is accessible', async () => {
    await startApp('', withWork(), { person: newPerson });

    expect(await screen.findByRole('heading', heading)).toBeInTheDocument();
    await expectAccessible();
  });

  test.each([
    [{ hasName: true, hasEmail: true }, 'Your course sent us your name and email address.'],
    [{ hasName: true, hasEmail: false }, 'Your course sent us your name, and no email address.'],
    [{ hasName: false, hasEmail: true }, 'Your course sent us your email address, and no name.'],
    [{ hasName: false, hasEmail: false }, 'Your course sent us no name and no email address.'],
  ])('says what the course sent of a person: %j', async (sent, words) => {
    await startApp('', withWork(), { person: { ...newPerson, ...sent } });

    expect(await screen.findByText(words, { exact: false })).toBeInTheDocument();
  });

  test('suggests 90 minutes, sends what was chosen, and goes on to the map', async () => {
    const { user, api } = await startApp('', withWork(), { person: newPerson });
    await screen.findByRole('heading', heading);
    const suggested = screen.getByRole('radio', { name: '90' });

    const wasSuggested = (suggested as HTMLInputElement).checked;
    await user.click(screen.getByRole('radio', { name: '60' }));
    await user.click(screen.getByRole('button', { name: 'I agree, start' }));

    expect(wasSuggested).toBe(true);
    expect(await screen.findByRole('heading', { level: 1, name: aMap().pathway.title })).toBeInTheDocument();
    expect(api.bodiesOf(sessionEndpoints.agree)).toEqual([{ weeklyMinutes: 60, notice: NOTICE }]);
  });

  test('shows the full notice, which promises no way to erase that is not there', async () => {
    const { user } = await startApp('', withWork(), { person: newPerson });

    await user.click(await screen.findByRole('button', { name: 'Read the full notice' }));

    const notice = screen.getByRole('dialog', { name: 'The full notice' });
    expect(within(notice).getByText(/runs Waymark and is responsible/)).toBeInTheDocument();
    expect(within(notice).getByText(/^Ask Demo District for a copy/)).toBeInTheDocument();
    await expectAccessible();
  });

  test('stays and says so when agreeing did not get through', async () => {
    const { user, api } = await startApp('', withWork(), { person: newPerson });
    await screen.findByRole('heading', heading);
    api.on(sessionEndpoints.agree, () => {
      throw new Refusal('FORBIDDEN');
    });

    await user.click(screen.getByRole('button', { name: 'I agree, start' }));

    const words = 'That has not reached us yet. Nothing is lost; press again.';
    expect(await screen.findByText(words, { selector: 'p' })).toBeVisible();
    expect(screen.getByRole('heading', heading)).toBeInTheDocument();
  });
});

describe('a link whose work is gone', () => {
  test('says so in words, not as a fault', async () => {
    const api = new FakeApi().on(pathwayEndpoints.open, () => {
      throw new Refusal('LINK_GONE');
    });
    await startApp('', api);

    expect(
      await screen.findByRole('heading', { level: 1, name: 'This module is no longer here' }),
    ).toBeInTheDocument();
  });
});
