import { expect, it } from '@jest/globals';
import { answerOf } from '../../server/lti/serviceFault.ts';

it.each([
  [503, null, 'busy (503)'],
  [429, null, 'busy (429)'],
  [504, null, 'busy (504)'],
  [500, null, 'a fault of its own (500)'],
  [403, null, 'no (403)'],
  [503, 'Closed for the night', 'Closed for the night'],
  [null, null, null],
])('tells an admin of status %s with the words %s: %s', (status, lmsMessage, told) => {
  expect(answerOf({ status, lmsMessage })).toBe(told);
});
