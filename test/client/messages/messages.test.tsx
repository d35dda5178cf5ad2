import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { DONE } from '../../../contract/common.ts';
import {
  MESSAGE_KINDS,
  messageEndpoints,
  type MessageRow,
  type MessageSettings,
} from '../../../contract/messages.ts';
import { key } from '../gallery/samples.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { idOf } from '../support/teacherWork.ts';

const AT = '2026-11-27T10:00:00.000Z';
const ROWS: MessageRow[] = [
  {
    id: idOf(71),
    kind: 'returned',
    at: AT,
    isRead: false,
    count: 1,
    facts: { pathwayTitle: 'Assessment technology', moduleTitle: 'Explore' },
    target: { page: 'module', attemptId: idOf(1) },
  },
  {
    id: idOf(72),
    kind: 'date_moved',
    at: AT,
    isRead: true,
    count: 1,
    facts: { pathwayTitle: 'Assessment technology', date: null },
    target: { page: 'map', enrolmentId: idOf(2) },
  },
  {
    id: idOf(73),
    kind: 'handed_in',
    at: AT,
    isRead: false,
    count: 3,
    facts: {},
    target: { page: 'reviews' },
  },
];

/** An inbox that keeps what is marked as read. */
function inbox(rows: MessageRow[], place: { zone: string | null } = { zone: null }): FakeApi {
  let now = rows;
  const count = () => now.filter(({ isRead }) => !isRead).length;
  return new FakeApi()
    .on(messageEndpoints.unread, () => ({ unread: count(), locale: 'en', ...place }))
    .on(messageEndpoints.list, () => ({ rows: now, next: null, unread: count() }))
    .on(messageEndpoints.markRead, ({ body }) => {
      const { ids } = body as { ids: string[] | null };
      now = now.map((row) => ({ ...row, isRead: row.isRead || ids === null || ids.includes(row.id) }));
      return { unread: count() };
    })
    .on(messageEndpoints.changeSettings, () => DONE);
}

describe('the messages', () => {
  test('say what happened, lead there and are accessible; the bar counts the new ones', async () => {
    await startApp('/messages', inbox(ROWS));

    const returned = await screen.findByRole('link', { name: '“Explore” came back to you with comments' });

    expect(returned).toHaveAttribute('href', `/app/${key}/modules/${idOf(1)}`);
    expect(screen.getByRole('link', { name: '3 submissions wait for a review' })).toHaveAttribute(
      'href',
      `/app/${key}/reviews`,
    );
    expect(
      screen.getByRole('link', { name: '“Assessment technology” has no date to submit by any more' }),
    ).toBeInTheDocument();
    expect(await screen.findByRole('link', { name: 'Messages, 2 new' })).toBeInTheDocument();
    await expectAccessible();
  });

  test('are marked as read all at once, in the bar, too', async () => {
    const { user, api } = await startApp('/messages', inbox(ROWS));

    await user.click(await screen.findByRole('button', { name: 'Mark all as read' }));

    expect(await screen.findByText('You have read all of them.')).toBeInTheDocument();
    expect(await screen.findByRole('link', { name: 'Messages' })).toBeInTheDocument();
    expect(api.bodiesOf(messageEndpoints.markRead)).toEqual([{ ids: null }]);
  });

  test('are read when they are opened', async () => {
    const { user, api } = await startApp('/messages', inbox(ROWS));

    await user.click(await screen.findByRole('link', { name: /^“Explore”/ }));

    await waitFor(() => expect(api.bodiesOf(messageEndpoints.markRead)).toEqual([{ ids: [idOf(71)] }]));
  });

  test('say what will be here while there are none', async () => {
    await startApp('/messages', inbox([]));

    expect(await screen.findByText(/^Nothing yet\./)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Mark all as read' })).toBeNull();
  });

  test('say so if they could not be marked', async () => {
    const api = inbox(ROWS).on(messageEndpoints.markRead, () => {
      throw new Refusal('VALIDATION_FAILED');
    });
    const { user } = await startApp('/messages', api);

    await user.click(await screen.findByRole('button', { name: 'Mark all as read' }));

    // on the page, and read aloud
    expect(await screen.findAllByText('That was not saved. Try again.')).toHaveLength(2);
  });

  test('can be reached from the menu', async () => {
    const { user } = await startApp('/me', inbox(ROWS));
    // a narrow frame has no bell
    await user.click(await screen.findByRole('button', { name: /^More, \d+ new messages?$/ }));

    await user.click(await screen.findByRole('menuitem', { name: /^Messages/ }));

    expect(await screen.findByRole('heading', { name: 'Messages', level: 1 })).toBeInTheDocument();
  });
});

describe('the place of the browser', () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

  test('is told once if another one is known', async () => {
    const { api } = await startApp('/messages', inbox(ROWS, { zone: 'Pacific/Auckland' }));

    await waitFor(() => expect(api.bodiesOf(messageEndpoints.changeSettings)).toEqual([{ zone: here }]));
  });

  test('is not told again', async () => {
    const { api } = await startApp('/messages', inbox(ROWS, { zone: here }), { locale: 'en' });

    await screen.findByRole('link', { name: 'Messages, 2 new' });

    expect(api.bodiesOf(messageEndpoints.changeSettings)).toEqual([]);
  });
});

describe('the choice of messages under My data', () => {
  const settings: MessageSettings = {
    choices: {
      handed_in: 'mail',
      returned: 'mail',
      approved: 'inbox',
      passed_on: 'mail',
      date_near: 'mail',
      date_moved: 'mail',
      admin_needed: 'mail',
    },
    email: 'teacher-14@example.org',
    isRefused: false,
    agreedBeforeMail: false,
    isMailSetUp: true,
    zone: null,
  };
  const start = (given: Partial<MessageSettings>, roles: ('participant' | 'reviewer' | 'admin')[]) => {
    let now = { ...settings, ...given };
    const api = inbox([])
      .on(messageEndpoints.settings, () => now)
      .on(messageEndpoints.changeSettings, ({ body }) => {
        const { choices = {} } = body as { choices?: Partial<MessageSettings['choices']> };
        now = { ...now, choices: { ...now.choices, ...choices } };
        return DONE;
      });
    return startApp('/me', api, { roles });
  };

  test('is saved at once, for each kind', async () => {
    const { user, api } = await start({}, ['participant']);
    const field = await screen.findByRole('combobox', { name: 'Work that was approved' });

    await user.selectOptions(field, 'Not at all');

    expect(await screen.findByText('Saved.')).toBeInTheDocument();
    expect(field).toHaveDisplayValue('Not at all');
    expect(api.bodiesOf(messageEndpoints.changeSettings)).toContainEqual({ choices: { approved: 'off' } });
  });

  test('has only the kinds that come to the roles of the reader', async () => {
    await start({}, ['participant', 'reviewer', 'admin']);
    await screen.findByRole('combobox', { name: 'Scores that wait for an admin' });

    expect(screen.getAllByRole('combobox')).toHaveLength(MESSAGE_KINDS.length);
  });

  test.each([
    ['the address that the LMS named', {}, ['participant'], /^E-mails go to teacher-14@example\.org/],
    ['that there is no address', { email: null }, ['participant'], /sends no email address that can be used/],
    ['that it was refused', { isRefused: true }, ['participant'], /^The mail server refused/],
    ['that e-mails have to be chosen', { agreedBeforeMail: true }, ['participant'], /^When you agreed/],
    ['that nothing is mailed', { isMailSetUp: false }, ['participant'], /so there are no e-mails\.$/],
    ['to an admin, how it can be', { isMailSetUp: false }, ['admin'], /SMTP_URL/],
  ] as const)('says %s', async (_what, given, roles, said) => {
    await start(given, [...roles]);

    expect(await screen.findByText(said)).toBeInTheDocument();
  });

  test('offers no e-mail where there is none', async () => {
    await start({ isMailSetUp: false }, ['participant']);
    const field = await screen.findByRole('combobox', { name: 'Dates that come near' });

    const offered = within(field)
      .getAllByRole('option')
      .map(({ textContent }) => textContent);

    expect(offered).toEqual(['In Waymark', 'Not at all']);
    expect(field).toHaveDisplayValue('In Waymark');
  });
});
