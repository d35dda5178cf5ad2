import { DONE } from '../../../contract/common.ts';
import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { documentOf } from '../../../contract/richText.ts';
import { minutesOf } from '../../../client/src/features/sessions/WeeklyLimit.tsx';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { attemptId, aWorkspace, firstPrompt, idOf } from '../support/teacherWork.ts';
import { workServer } from '../support/workServer.ts';
import { session as sample } from '../gallery/samples.ts';

const owner = { institutionId: sample.institution.id, personId: sample.person.id };

/** A text as a page leaves it on the device. */
const leftText = (value: { subjectId: string; pieceKey: string; draftId: string; document: unknown }) => ({
  id: `draft:${value.subjectId}:${value.pieceKey}:${value.draftId}`,
  kind: 'draft',
  value,
  at: new Date().toISOString(),
});

describe('my data', () => {
  test('keeps a chosen weekly limit at once, and is accessible', async () => {
    const { user, api } = await startApp('/me', new FakeApi());

    await user.click(await screen.findByRole('radio', { name: '120' }));

    expect(await screen.findByText('Saved: 120 minutes a week.')).toBeInTheDocument();
    expect(api.bodiesOf(sessionEndpoints.changeLimit)).toEqual([{ weeklyMinutes: 120 }]);
    await expectAccessible();
  });

  test('says what is wrong with a number and sends nothing', async () => {
    const { user, api } = await startApp('/me', new FakeApi());
    const field = await screen.findByLabelText('Minutes a week');

    await user.clear(field);
    await user.type(field, '5{Enter}');

    expect(screen.getByText('Enter a whole number from 10 to 2,400.')).toBeInTheDocument();
    expect(field).toHaveAttribute('aria-invalid', 'true');
    expect(api.bodiesOf(sessionEndpoints.changeLimit)).toEqual([]);
  });

  test('asks before it signs off with text that is not sent, and then leaves nothing of the person', async () => {
    const store = await openDeviceStore(owner);
    const entry = {
      subjectId: attemptId,
      pieceKey: firstPrompt().key,
      draftId: idOf(6),
      baseRevision: 0,
      document: documentOf('Unsent'),
    };
    await store.put(leftText(entry));
    const { user } = await startApp(
      '/me',
      new FakeApi().on(sessionEndpoints.signOff, () => DONE),
    );
    await screen.findByText(/^One change is not sent yet/);

    await user.click(screen.getByRole('button', { name: 'Sign out' }));
    const asked = screen.getByRole('dialog', { name: 'Sign out and lose what is not sent?' });
    await user.click(within(asked).getByRole('button', { name: 'Sign out' }));

    expect(await screen.findByRole('heading', { name: 'You are signed out' })).toBeInTheDocument();
    // the closed dialog takes its step out of the history
    await waitFor(() => expect(window.history.state).not.toHaveProperty('wmSheet'));
    expect(await store.list('draft')).toEqual([]);
  });
});

describe('signing off from the menu', () => {
  test('leads to my data while a text waits on this device, and ends the session else', async () => {
    const store = await openDeviceStore(owner);
    const entry = { subjectId: attemptId, pieceKey: firstPrompt().key, draftId: idOf(7), baseRevision: 0 };
    const kept = leftText({ ...entry, document: documentOf('Unsent') });
    await store.put(kept);
    const api = workServer(aWorkspace()).on(sessionEndpoints.signOff, () => DONE);
    const { user } = await startApp(`/submissions/${idOf(40)}`, api);
    const leave = async () => {
      await user.click(await screen.findByRole('button', { name: 'More' }));
      await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    };

    await leave();
    expect(await screen.findByText(/^One change is not sent yet/)).toBeInTheDocument();
    await store.remove(kept.id);
    await leave();

    expect(await screen.findByRole('heading', { name: 'You are signed out' })).toBeInTheDocument();
  });
});

describe('minutes that were typed', () => {
  test.each([
    ['90', 90],
    [' 45 ', 45],
    ['9', null],
    ['2401', null],
    ['12.5', null],
    ['', null],
    ['ninety', null],
  ])('%j are %j', (typed, minutes) => {
    expect(minutesOf(typed)).toBe(minutes);
  });
});
