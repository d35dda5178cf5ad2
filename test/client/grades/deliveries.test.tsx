import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { deliveryEndpoints, OWN_NOTES } from '../../../contract/grades.ts';
import type { DeliveryRow } from '../../../contract/grades.ts';
import { DELIVERY_REASONS } from '../../../contract/states.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { admin, attemptOf, deliveryApi, deliveryOf, idOf, listOf } from './deliveryWork.ts';
import { postedActions, inMinutes, openGrades } from './openGrades.ts';

describe('the grades page', () => {
  test('has numbers that open their rows, and is accessible', async () => {
    const { user, api } = await openGrades();

    await screen.findByRole('table', { name: '1 needs attention' });
    await expectAccessible();
    await user.click(await screen.findByRole('link', { name: '1,284 in the gradebook' }));

    await waitFor(() => expect(api.queries.at(-1)).toEqual({ show: 'in_gradebook' }));
    expect(await screen.findByRole('heading', { name: '1,284 are in the gradebook' })).toBeInTheDocument();
  });

  test('has plain words for every reason', async () => {
    const rows = DELIVERY_REASONS.map((reason, n) => deliveryOf({ id: idOf(n + 1), reason, lmsValue: 9 }));
    const api = deliveryApi();
    api.on(deliveryEndpoints.list, () => listOf(rows));

    await openGrades(api);

    const table = await screen.findByRole('table');
    const words = within(table)
      .getAllByRole('button', { expanded: false })
      .map((button) => button.textContent ?? '');
    expect(words).toHaveLength(DELIVERY_REASONS.length);
    expect(words.filter((word) => word === '' || /[a-z]_[a-z]|happened/.test(word))).toEqual([]);
    expect(words).toContain('Changed in the LMS to 9');
  });

  test('says what the LMS answered, and of what we noted ourselves not that it said so', async () => {
    const waiting = { state: 'waiting' as const, reason: 'lms_silent' as const, actions: [] };
    const api = deliveryApi();
    api.on(deliveryEndpoints.list, () =>
      listOf([
        deliveryOf({ ...waiting, lmsMessage: 'busy (503)' }),
        deliveryOf({ ...waiting, id: idOf(702), lmsMessage: OWN_NOTES.switchedOff }),
      ]),
    );

    await openGrades(api);

    expect(await screen.findByText('The LMS answered: busy (503)')).toBeInTheDocument();
    expect(screen.getByText('The LMS is not taking grades right now')).toBeInTheDocument();
    expect(screen.getByText(OWN_NOTES.switchedOff)).toBeInTheDocument();
  });

  test('opens the history of a row with its receipt', async () => {
    const refused = attemptOf({ id: idOf(711), outcome: 'refused', httpStatus: 404, reason: 'column_gone' });
    const choice = attemptOf({
      id: idOf(712),
      kind: 'choice',
      outcome: 'chosen',
      by: 'Admin 1',
      lmsMessage: 'no_grade',
    });
    const { user } = await openGrades(deliveryApi(deliveryOf(), [attemptOf(), refused, choice]));

    await user.click(await screen.findByRole('button', { name: 'The grade column is gone' }));
    await user.click(await screen.findByRole('button', { name: 'receipt' }));

    expect(screen.getByText('In the gradebook, 10 of 10')).toBeInTheDocument();
    expect(screen.getByText('Sent, and the LMS said no (404)')).toBeInTheDocument();
    expect(screen.getByText('Admin 1 chose: Mark as no grade')).toBeInTheDocument();
    expect(screen.getByText('cccc cccc … cccc')).toBeInTheDocument();
    await expectAccessible();
  });

  test('asks before it makes a column for everybody of the link', async () => {
    const { user, api } = await openGrades();

    await user.click(await screen.findByRole('button', { name: 'Make a new one' }));
    const asked = screen.getByRole('dialog', { name: 'Make a new grade column?' });
    expect(postedActions(api)).toEqual([]);
    await user.click(within(asked).getByRole('button', { name: 'Make a new one' }));

    await waitFor(() => expect(postedActions(api)).toEqual([{ action: 'make_column' }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('links a column that exists, as the LMS lists it now', async () => {
    const { user, api } = await openGrades();
    const url = 'https://lms.example/lineitems/7';
    api.on(deliveryEndpoints.columns, () => ({
      columns: [{ url, label: 'Check', scoreMaximum: 20 }],
      more: 0,
    }));

    await user.click(await screen.findByRole('button', { name: 'The grade column is gone' }));
    await user.click(await screen.findByRole('button', { name: 'Use one that exists' }));
    await user.click(screen.getByRole('button', { name: 'Use this column' }));
    expect(screen.getByText('Choose a column first.')).toBeInTheDocument();
    await user.click(await screen.findByRole('radio', { name: 'Check 20 points' }));
    await user.click(screen.getByRole('button', { name: 'Use this column' }));

    await waitFor(() => expect(postedActions(api)).toEqual([{ action: 'link_column', lineItemUrl: url }]));
  });

  test('lets a person choose between the LMS’ grade and ours', async () => {
    const changed: Partial<DeliveryRow> = {
      reason: 'changed_in_lms',
      lmsValue: 9,
      lmsMaximum: 10,
      actions: ['keep_theirs', 'send_ours'],
    };
    const { user, api } = await openGrades(deliveryApi(deliveryOf(changed)), '?show=changed');

    await user.click(await screen.findByRole('button', { name: 'Choose' }));
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Keep 9' }));

    await waitFor(() => expect(postedActions(api)).toEqual([{ action: 'keep_theirs' }]));
  });

  test('sends one at once, and says where that was not possible', async () => {
    const waiting: Partial<DeliveryRow> = {
      state: 'waiting',
      reason: 'lms_silent',
      tries: 5,
      nextAt: inMinutes(30),
      actions: ['send_now', 'close'],
    };
    const { user, api } = await openGrades(deliveryApi(deliveryOf(waiting)), '?show=on_the_way');
    api.on(deliveryEndpoints.act, () => {
      throw new Refusal('DELIVERY_BUSY');
    });

    expect(await screen.findByText(/^5 tries since .* Next try .*, or now\.$/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Send now' }));

    expect(await screen.findByText('DELIVERY_BUSY of the test')).toBeInTheDocument();
    expect(postedActions(api)).toEqual([{ action: 'send_now' }]);
  });

  test('sends all that can be sent and says how many', async () => {
    const { user, api } = await openGrades();
    api.on(deliveryEndpoints.list, () => listOf([deliveryOf()], { sendable: 4 }));
    api.on(deliveryEndpoints.sendAll, () => ({ queued: 4 }));
    await user.click(await screen.findByRole('link', { name: '12 on the way' }));

    await user.click(await screen.findByRole('button', { name: 'Send again where possible, 4' }));

    expect((await screen.findAllByText(/^4 are on their way again\./))[0]).toBeVisible();
    expect(api.bodiesOf(deliveryEndpoints.sendAll)).toEqual([{ show: 'on_the_way' }]);
  });

  test('says whose place it is to somebody else', async () => {
    const api = deliveryApi();
    api.on(deliveryEndpoints.list, () => {
      throw new Refusal('FORBIDDEN');
    });

    await startApp('/admin/deliveries', api, admin);

    expect(
      await screen.findByRole('heading', { name: 'Only admins of this institution can open this.' }),
    ).toBeInTheDocument();
  });
});
