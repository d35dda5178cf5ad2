import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { deliveryEndpoints, OWN_NOTES } from '../../../contract/grades.ts';
import type { DeliveryRow } from '../../../contract/grades.ts';
import { expectAccessible } from '../support/axe.ts';
import { attemptOf, deliveryApi, deliveryOf, idOf, listOf } from './deliveryWork.ts';
import { postedActions, inMinutes, openGrades } from './openGrades.ts';

describe('what a row says', () => {
  const waiting = { state: 'waiting' as const, reason: 'lms_silent' as const };
  const queued = { state: 'queued' as const, reason: 'none' as const, tries: 0, triedSince: null };
  const accepted = { state: 'accepted' as const, reason: 'none' as const, acceptedAt: '2026-11-23T06:10:00Z', tries: 0, triedSince: null }; // prettier-ignore
  const TABLE: [name: string, change: Partial<DeliveryRow>, happened: string, why: RegExp][] = [
    [
      'no answer',
      { ...waiting, actions: ['send_now'], tries: 3, nextAt: inMinutes(30) },
      'Canvas has not answered',
      /^3 tries since .+\. Next try .+, or now\.$/,
    ],
    [
      'busy',
      { ...waiting, actions: ['send_now'], lmsMessage: 'busy (503)', nextAt: inMinutes(30) },
      'The LMS is not taking grades right now',
      /^One try since .+\. Next try .+, or now\.$/,
    ],
    [
      'a time of the next try that is over',
      { ...waiting, actions: ['send_now'], nextAt: inMinutes(-1) },
      'Canvas has not answered',
      /^One try since .+\. Next try in a moment\.$/,
    ],
    [
      'a platform that is left alone',
      { ...waiting, actions: ['send_now'], nextAt: inMinutes(30), paused: true },
      'Canvas has not answered',
      /^One try since .+\. Canvas is left alone until .+, since it did not answer or asked for that\. You can send it now\.$/,
    ],
    [
      'an answer that could not be read',
      { ...waiting, actions: ['send_now'], lmsMessage: OWN_NOTES.unreadable, nextAt: inMinutes(30) },
      'Canvas gave an answer that could not be read',
      /^One try since .+\. Next try .+, or now\.$/,
    ],
    [
      'a platform that is switched off: nothing was tried',
      { ...waiting, actions: ['send_now'], lmsMessage: OWN_NOTES.switchedOff, nextAt: inMinutes(10) },
      'Canvas is switched off in Waymark',
      /^Next try .+, or now\.$/,
    ],
    [
      'a fault of our own',
      { ...waiting, actions: ['send_now'], lmsMessage: OWN_NOTES.ownFault, nextAt: inMinutes(1) },
      'Waymark could not send it',
      /^One try since .+\. Next try .+, or now\.$/,
    ],
    [
      'three days without an answer',
      { state: 'held', reason: 'lms_silent', tries: 40, actions: ['send_now'] },
      'Canvas has not answered',
      /^40 tries since .+\. We have stopped trying\. /,
    ],
    [
      'its first turn',
      { ...queued, actions: [] },
      'On its way to the gradebook',
      /^It is sent as soon as its turn comes\.$/,
    ],
    [
      'its first turn with a platform that is left alone',
      { ...queued, paused: true, nextAt: inMinutes(5), actions: ['send_now'] },
      'On its way to the gradebook',
      /^Canvas is left alone until .+ You can send it now\.$/,
    ],
    [
      'a try under way',
      { ...queued, state: 'sending', tries: 2, triedSince: '2026-11-23T06:10:00Z', actions: [] },
      'On its way to the gradebook',
      /^2 tries since .+\. It is being sent now\.$/,
    ],
    ['no comparison yet', accepted, 'In the gradebook', /^Accepted [^.]+\.$/],
    [
      'a comparison',
      { ...accepted, comparedAt: '2026-11-23T07:10:00Z', lmsValue: 10 },
      'In the gradebook',
      /^Accepted .+\. Compared .+: 10 stands there\.$/,
    ],
    [
      'a comparison under way',
      { ...accepted, comparing: true },
      'In the gradebook',
      /^Accepted .+\. Being compared with the LMS now\.$/,
    ],
    [
      'a comparison that was not possible just now',
      { ...accepted, comparing: true, tries: 1, nextAt: inMinutes(2) },
      'In the gradebook',
      /^Accepted .+\. Canvas could not show it just now\. We look again .+\.$/,
    ],
    [
      'an LMS that shows nothing',
      { ...accepted, unread: true },
      'In the gradebook',
      /^Accepted .+\. Canvas does not show us what stands there\.$/,
    ],
    [
      'a choice that was made',
      { ...accepted, reason: 'changed_in_lms', lmsValue: 4 },
      'Changed in the LMS to 4',
      /^Ours was 10 of 10\. It was decided that theirs stays\.$/,
    ],
    [
      'a column that is locked',
      { reason: 'locked_in_lms', actions: ['send_now'] },
      'Locked in the LMS',
      /Unlock it in Canvas, then send again\./,
    ],
    [
      'a grade that was cleared, and is left so',
      { state: 'closed', reason: 'cleared_in_lms', actions: ['send_now'] },
      'Cleared in the LMS',
      /^Ours was 10 of 10\. It was decided to leave it empty\.$/,
    ],
    [
      'a course that has ended, where sending is stopped',
      { state: 'closed', reason: 'course_ended', actions: ['send_now'] },
      'The course has ended and takes no more grades',
      /^Sending is stopped\. Once the course takes grades again, it can be sent\.$/,
    ],
    [
      'a score that an admin stopped',
      { state: 'closed', reason: 'closed_by_admin', actions: ['send_now'] },
      'Stopped: nothing more is sent',
      /^An admin decided this\.$/,
    ],
    [
      'a key that was refused',
      { reason: 'token_refused', actions: ['send_now'] },
      'The LMS did not let Waymark in',
      /^Check that Waymark is still registered there/,
    ],
  ];

  test.each(TABLE)('of %s is true', async (_name, change, happened, why) => {
    await openGrades(deliveryApi(deliveryOf(change)));

    const said = await screen.findByRole('button', { name: happened });
    expect(within(said.parentElement as HTMLElement).getByText(why)).toBeInTheDocument();
  });
});

test('a newer grade in the LMS is left as it is, and nobody is asked to choose', async () => {
  await openGrades(deliveryApi(deliveryOf({ reason: 'newer_is_there', actions: [] })), '?show=changed');

  expect(await screen.findByText('Left as it is')).toBeInTheDocument();
  expect(screen.queryByText('Your choice')).toBeNull();
});

describe('the open grades page', () => {
  test('reads its list anew as soon as a score has moved, and not before', async () => {
    const api = deliveryApi();
    let newest = 'a';
    api.on(deliveryEndpoints.list, () => ({ ...listOf([deliveryOf()]), newest }));
    api.on(deliveryEndpoints.newest, () => ({ newest }));
    await openGrades(api);
    await waitFor(() => expect(api.count(deliveryEndpoints.newest)).toBe(1), { timeout: 5000 });
    const before = api.count(deliveryEndpoints.list);
    newest = 'b';
    api.on(deliveryEndpoints.list, () => ({
      ...listOf([deliveryOf({ state: 'accepted', reason: 'none', acceptedAt: inMinutes(0), actions: [] })]),
      newest,
    }));

    expect(
      await screen.findByRole('button', { name: 'In the gradebook' }, { timeout: 10_000 }),
    ).toBeInTheDocument();

    expect(before).toBe(1);
  });

  test('compares one score, and all that can be compared', async () => {
    const accepted: Partial<DeliveryRow> = {
      state: 'accepted',
      reason: 'none',
      acceptedAt: inMinutes(-9),
      actions: ['compare'],
    };
    const rows = [
      deliveryOf(accepted),
      deliveryOf({ ...accepted, id: idOf(701) }),
      deliveryOf({ ...accepted, id: idOf(702), actions: [] }),
    ];
    const api = deliveryApi();
    api.on(deliveryEndpoints.list, () => listOf(rows));
    api.on(deliveryEndpoints.compareAll, () => ({ compared: 2 }));
    const { user } = await openGrades(api, '?show=in_gradebook');

    await user.click((await screen.findAllByRole('button', { name: 'Compare now' }))[0] as HTMLElement);
    await waitFor(() => expect(postedActions(api)).toEqual([{ action: 'compare' }]));
    await user.click(screen.getByRole('button', { name: 'Compare now, 2' }));

    expect((await screen.findAllByText(/^2 are being compared with the LMS\./))[0]).toBeVisible();
    expect(api.bodiesOf(deliveryEndpoints.compareAll)).toEqual([{ ids: [idOf(700), idOf(701)] }]);
    await expectAccessible();
  });

  test('tells in its history what was sent, and what was not', async () => {
    const fault = { outcome: 'passing_fault' as const, reason: 'lms_silent' as const, requestHash: null };
    const { user } = await openGrades(
      deliveryApi(deliveryOf(), [
        attemptOf({ ...fault, id: idOf(711), httpStatus: null }),
        attemptOf({ ...fault, id: idOf(712), httpStatus: 503 }),
        attemptOf({ ...fault, id: idOf(713), httpStatus: 200, lmsMessage: OWN_NOTES.unreadable }),
        attemptOf({ ...fault, id: idOf(714), httpStatus: null, lmsMessage: OWN_NOTES.workerEnded }),
        attemptOf({ ...fault, id: idOf(715), kind: 'token', httpStatus: null }),
        attemptOf({ ...fault, id: idOf(716), kind: 'token', outcome: 'refused', httpStatus: 401 }),
        attemptOf({ ...fault, id: idOf(717), kind: 'read_back', httpStatus: 429 }),
      ]),
    );

    await user.click(await screen.findByRole('button', { name: 'The grade column is gone' }));

    const history = await screen.findByRole('region', { name: 'History' });
    const lines = [
      'The LMS did not answer',
      'The LMS did not take it for now (503)',
      'Sent, and the answer could not be read (200)',
      'Waymark ended before it knew whether this arrived',
      'Access: the LMS did not answer. Nothing was sent.',
      'Access: the LMS did not let Waymark in. Nothing was sent. (401)',
      'Comparison: the LMS could not show it for now (429)',
    ];
    for (const line of lines) expect(await within(history).findByText(line)).toBeInTheDocument();
  });
});
