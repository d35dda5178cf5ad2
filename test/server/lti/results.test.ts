import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startServiceDouble, type ServiceAnswer, type ServiceDouble } from '../../support/serviceDouble.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();
let lms: ServiceDouble;

beforeEach(async () => {
  lms = await startServiceDouble(deps);
});
afterEach(async () => {
  await lms.close();
});

const own = { id: 'r', userId: '77', resultScore: 8, resultMaximum: 10 };
const other = (n: number) => ({ id: `o${n}`, userId: `other-${n}`, resultScore: n, resultMaximum: 10 });
const others = (n: number) => Array.from({ length: n }, (_, index) => other(index));
const read = () => lms.ags.readResult(lms.target, `${lms.url}/li/1?type_id=2`, '77');

/** A list in pages, linked as RFC 8288 has it. */
function pages(...all: unknown[][]): (request: { url: URL }) => ServiceAnswer {
  return ({ url }) => {
    const page = Number(url.searchParams.get('page') ?? 0);
    const next =
      page + 1 < all.length ? { link: `<${lms.url}/li/1/results?page=${page + 1}>; rel="next"` } : {};
    return { body: all[page], headers: next };
  };
}

const WITH = { score: 8, maximum: 10 };
const NOTHING = { score: null, maximum: null };

describe('one person’s result is read from', () => {
  const lists: [string, unknown[][], object][] = [
    ['a list of theirs alone', [[own]], WITH],
    ['a list that takes no notice of the filter', [[...others(60), own, ...others(60)]], WITH],
    ['the last of five pages', [others(3), others(3), others(3), others(3), [own]], WITH],
    ['a page after an empty one', [[], [own]], WITH],
    ['members in any order', [[other(2), own, other(1)]], WITH],
    ['an id that is a number', [[{ ...own, userId: 77 }]], WITH],
    ['numbers that are texts', [[{ ...own, resultScore: '8', resultMaximum: '10.0' }]], WITH],
    ['numbers with a comma', [[{ ...own, resultScore: '8,5' }]], { score: 8.5, maximum: 10 }],
    [
      'several of theirs, one with points',
      [[{ userId: '77' }, own, { userId: '77', resultScore: null }]],
      WITH,
    ],
    ['an empty one of theirs before that with points', [[{ userId: '77' }], [own]], WITH],
    [
      'several of theirs, the newest of them',
      [
        [
          { ...own, timestamp: '2026-03-02T10:00:00Z' },
          { ...own, resultScore: 2, timestamp: '2026-03-01T10:00:00Z' },
        ],
      ],
      WITH,
    ],
    ['odd members beside theirs', [[null, 'x', {}, { userId: null }, own]], WITH],
    ['a list without them', [others(3)], NOTHING],
    ['no list of anything', [[]], NOTHING],
    ['one that was emptied', [[{ id: 'r', userId: '77' }]], NOTHING],
    ['a 0', [[{ ...own, resultScore: 0 }]], { score: 0, maximum: 10 }],
    ['a column without points', [[{ ...own, resultScore: 0, resultMaximum: 0 }]], { score: 0, maximum: 0 }],
  ];
  test.each(lists)('%s', async (_name, list, value) => {
    lms.answer = pages(...list);

    expect(await read()).toMatchObject({ ok: true, value });
  });
});

describe('nothing is concluded about a person from', () => {
  const nobody = { link: '<PLACE>; rel="next"' };
  const linked = (place: string): ServiceAnswer => ({
    body: others(2),
    headers: { link: nobody.link.replace('PLACE', place) },
  });
  const second =
    (answer: ServiceAnswer) =>
    ({ url }: { url: URL }) =>
      url.searchParams.has('limit') ? answer : linked(`${lms.url}/li/1/results?limit=2&from=2`);
  const answers: Record<string, (request: { url: URL }) => ServiceAnswer> = {
    'a next page that is an HTML 404 (Moodle)': second({
      status: 404,
      body: '<!doctype html><title>Error</title>',
    }),
    'a next page that answers 500': second({ status: 500 }),
    'a next page that is no list': second({ body: {} }),
    'a next page that leads back': () => linked(`${lms.url}/li/1/results?type_id=2&user_id=77`),
    'a next page on another host': () => linked('https://elsewhere.example/results'),
    'pages without an end': ({ url }) =>
      linked(`${lms.url}/li/1/results?n=${Number(url.searchParams.get('n') ?? 0) + 1}`),
    'a list in which members can’t be read': () => ({
      body: [...others(2), { userId: null, resultScore: 8 }],
    }),
    'a grade that is no number': () => ({ body: [{ ...own, resultScore: 'B+' }] }),
    'a grade of four hundred digits': () => ({ body: [{ ...own, resultScore: '9'.repeat(400) }] }),
    'a page instead of a list': () => ({ body: '<!doctype html><title>Log in</title>' }),
    'an object instead of a list': () => ({ body: { results: [own] } }),
    'an answer beyond all measure': () => ({ body: `[${' '.repeat(17 * 1024 ** 2)}]` }),
  };
  test.each(Object.keys(answers))('%s', async (name) => {
    lms.answer = answers[name] ?? (() => ({}));

    const outcome = await read();

    expect(outcome.ok).toBe(false);
    expect(lms.calls.length).toBeLessThanOrEqual(40);
  });

  test('but their points count, wherever the pages lead after them', async () => {
    lms.answer = () => ({ body: [own], headers: { link: `<${lms.url}/li/1/results?page=2>; rel="next"` } });

    const outcome = await read();

    expect(outcome).toMatchObject({ ok: true, value: WITH });
    expect(lms.calls).toEqual(['GET /li/1/results?type_id=2&user_id=77']);
  });
});
