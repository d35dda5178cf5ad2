import { DONE } from '../../../contract/common.ts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { act, screen, waitFor } from '@testing-library/react';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import {
  CHOICE_KIND,
  isSuperseded,
  listChoices,
  toChoiceEntry,
} from '../../../client/src/autosave/choices/choice.ts';
import type { Choice } from '../../../client/src/autosave/choices/choice.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { session as sample } from '../gallery/samples.ts';
import { Refusal } from '../support/fakeApi.ts';
import { clearDevice, startApp } from '../support/startApp.tsx';
import { attemptId, aWorkspace, enrolmentId, idOf, moduleAt } from '../support/teacherWork.ts';
import { findEditor, workServer } from '../support/workServer.ts';

const at = `/modules/${attemptId}`;
const owner = { institutionId: sample.institution.id, personId: sample.person.id };
const firstTick = () => screen.getAllByRole('checkbox', { name: 'Done with this step' })[0] as HTMLElement;
const learnIsDone: Choice = { what: 'step', attemptId, key: 'learn', done: true };

/** Sends of the step Learn: the others follow from what is written. */
const learnSends = (api: ReturnType<typeof workServer>) =>
  api.received.filter((one) => one.endpoint === attemptEndpoints.setStep && one.params['step'] === 'learn');

afterEach(clearDevice);

describe('a small choice', () => {
  test('shows before the server has answered', async () => {
    const api = workServer(aWorkspace());
    let answer = () => {};
    const { user } = await startApp(at, api);
    await findEditor();
    const held = new Promise<void>((resolve) => (answer = resolve));
    api.on(attemptEndpoints.setStep, () => held.then(() => DONE));

    await user.click(firstTick());

    expect(firstTick()).toBeChecked();
    await waitFor(() => expect(learnSends(api)).toHaveLength(1));
    answer();
    await waitFor(() => expect(firstTick()).toBeChecked());
  });

  test('made offline is kept on the device, and sent when the network is back', async () => {
    const api = workServer(aWorkspace());
    const { user } = await startApp(at, api);
    await findEditor();
    api.offline = true;

    await user.click(firstTick());

    const store = await openDeviceStore(owner);
    await waitFor(async () => {
      expect((await listChoices(store)).map(({ choice }) => choice)).toContainEqual(learnIsDone);
    });
    expect(firstTick()).toBeChecked();
    api.offline = false;
    act(() => void window.dispatchEvent(new Event('online')));
    await waitFor(() => expect(learnSends(api)).toMatchObject([{ body: { done: true } }]));
    await waitFor(async () => expect(await listChoices(store)).toEqual([]));
    expect(firstTick()).toBeChecked();
  });

  test('left by an earlier visit is shown and sent', async () => {
    const store = await openDeviceStore(owner);
    await store.put(toChoiceEntry({ choice: learnIsDone, at: new Date().toISOString() }));
    const api = workServer(aWorkspace());

    await startApp(at, api);
    await findEditor();

    await waitFor(() => expect(firstTick()).toBeChecked());
    await waitFor(() => expect(learnSends(api)).toHaveLength(1));
  });

  describe('left by a page from before steps were called so', () => {
    const id = `choice:${attemptId}:part:learn`;
    const value = { what: 'part', attemptId, key: 'learn', done: true };
    const leave = async () => {
      const store = await openDeviceStore(owner);
      await store.put({ id, kind: CHOICE_KIND, value, at: new Date().toISOString() });
      return store;
    };

    test('is shown, sent, and taken off the device', async () => {
      const store = await leave();
      const api = workServer(aWorkspace());

      await startApp(at, api);
      await findEditor();

      await waitFor(() => expect(firstTick()).toBeChecked());
      await waitFor(() => expect(learnSends(api)).toMatchObject([{ body: { done: true } }]));
      await waitFor(async () => expect(await store.list(CHOICE_KIND)).toEqual([]));
    });

    test('gives way to a later choice of the same step, also where both have to wait', async () => {
      const store = await leave();
      const api = workServer(aWorkspace());
      api.on(attemptEndpoints.setStep, () => {
        throw new Refusal('UNAVAILABLE');
      });
      const { user } = await startApp(at, api);
      await findEditor();
      await waitFor(() => expect(firstTick()).toBeChecked());

      await user.click(firstTick());

      const waiting = async () =>
        (await listChoices(store)).map(({ choice }) => choice).filter(({ key }) => key === 'learn');
      await waitFor(async () => expect(await waiting()).toEqual([{ ...learnIsDone, done: false }]));
      expect(firstTick()).not.toBeChecked();
    });

    test('is sent also where its module is not opened', async () => {
      const store = await leave();
      const api = workServer(aWorkspace());

      await startApp(`/pathways/${enrolmentId}`, api);

      await waitFor(() => expect(learnSends(api)).toHaveLength(1));
      await waitFor(async () => expect(await store.list(CHOICE_KIND)).toEqual([]));
    });
  });

  test('that the server refuses is taken back, and said so', async () => {
    const api = workServer(aWorkspace());
    const { user } = await startApp(at, api);
    await findEditor();
    api.on(attemptEndpoints.setStep, () => {
      throw new Refusal('RUN_ARCHIVED');
    });

    await user.click(firstTick());

    expect(await screen.findByText(/^Your last choice could not be saved, so it was undone/)).toBeVisible();
    await waitFor(() => expect(firstTick()).not.toBeChecked());
  });
});

describe('a level that waited on the device', () => {
  const [criterion] = moduleAt(0).criteria;
  const made = (at: string) => ({
    choice: { what: 'level', attemptId, key: criterion?.key ?? '', level: 'meets' } as const,
    at,
  });
  const chosen = [
    { criterionKey: criterion?.key ?? '', level: 'extends' as const, at: '2026-11-23T10:00:00.000Z' },
  ];

  test.each([
    ['2026-11-23T09:59:00.000Z', true],
    ['2026-11-23T10:01:00.000Z', false],
  ])('since %s is overtaken by one that was chosen elsewhere at 10:00: %s', (at, overtaken) => {
    expect(isSuperseded(made(at), { selfLevels: chosen })).toBe(overtaken);
    expect(
      isSuperseded({ ...made(at), choice: { ...made(at).choice, key: idOf(9) } }, { selfLevels: chosen }),
    ).toBe(false);
  });
});
