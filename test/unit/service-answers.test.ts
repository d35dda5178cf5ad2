import { expect, it } from '@jest/globals';
import { answerOf, lmsMessageOf } from '../../server/lti/serviceFault.ts';

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

const MILLION = 1_000_000;

/** Longest texts that an answer may have, each of which some pattern would begin with anew at every character. */
it.each([
  ['signs that open a tag', '<'.repeat(MILLION)],
  ['one word', 'a'.repeat(MILLION)],
  ['addresses', 'http://'.repeat(MILLION / 7)],
  ['white space', `http${' '.repeat(MILLION)}x`],
  ['ends of addresses', 'a@'.repeat(MILLION / 2)],
  ['digits', `500${'. '.repeat(MILLION / 2)}x`],
])('reads of a million characters only the beginning: %s', (_what, said) => {
  const told = [
    lmsMessageOf({ statusText: '', body: JSON.stringify({ error: { message: said } }) }),
    lmsMessageOf({ statusText: said, body: '' }),
  ];

  expect(told.every((text) => text === null || text.length <= 300)).toBe(true);
});

it('tells no part of an id that stands where it stops reading', () => {
  const said = `${'<b></b>'.repeat(284)} user 0123456789-0123456789`;

  const told = lmsMessageOf({ statusText: '', body: JSON.stringify({ message: said }) }, [
    '0123456789-0123456789',
  ]);

  expect(told).not.toContain('0123');
});
