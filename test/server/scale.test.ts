import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENDPOINTS } from '../../contract/endpoints.ts';
import { sumOf, type Cost } from '../bench/scale/examiner.ts';
import { farDown } from '../bench/scale/ground.ts';
import { startScaleWorld, type ScaleWorld } from '../bench/scale/world.ts';
import { PAGE_INDEXES } from '../support/pageIndexes.ts';

const ENROLMENTS = 2_000;
/** What the fullest page shows: 50 people and 200 courses to choose from. */
const SHOWN_MOST = 300;

/** Read for every request of a live session. */
const SESSION = ['assignments: assignment_of_person', 'deployments: _id_', 'sessions: session_by_bearer'];
/**
 * Lists of ids that may be empty: then nothing is looked up, or nothing is told of how. And where two indexes cost the same, as where
 * all who were given a role are reviewers of the whole institution: MongoDB takes either.
 */
const MAYBE_UNUSED: readonly RegExp[] = [
  /^people.*> contexts: _id_$/,
  /^people(?!, far down).*> persons: _id_$/,
  /^review, .*> artifacts: _id_$/,
  /^review, .*> assignments: assignments_by_role$/,
];

interface Visited {
  cost: Cost;
  path: string;
  /** Most that its lists may look at. */
  most: number;
}

let world: ScaleWorld;
const visited = new Map<string, Visited>();

beforeAll(async () => {
  world = await startScaleWorld(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '');
  await world.grow(ENROLMENTS, () => undefined);
  for (const { name, endpoint, tableCap, visit } of await world.pages(farDown(ENROLMENTS))) {
    await visit();
    const cost = await world.examiner.costOf(visit);
    visited.set(name, { cost, path: endpoint.path, most: tableCap ?? SHOWN_MOST });
  }
}, 120_000);
afterAll(() => world.close());

function get(name: string): Visited {
  const one = visited.get(name);
  if (!one) throw new Error(`${name} was not visited`);
  return one;
}

const always = (name: string, indexes: readonly string[]): string[] =>
  [...new Set(indexes)]
    .filter((index) => !MAYBE_UNUSED.some((maybe) => maybe.test(`${name} > ${index}`)))
    .sort();

function indexesOf(name: string): string[] {
  const used = get(name).cost.examined.flatMap(({ collection, indexes }) =>
    indexes.map((index) => `${collection}: ${index}`),
  );
  return always(name, used);
}

describe(`an institution with ${ENROLMENTS} enrolments`, () => {
  test('has all its pages measured', () => {
    expect(Object.keys(PAGE_INDEXES).filter((name) => !visited.has(name))).toEqual([]);
  });

  test('has every endpoint that reads among them', () => {
    const reading = ENDPOINTS.filter(({ endpoint }) => endpoint.method === 'get');

    const measured = new Set([...visited.values()].map(({ path }) => path));
    expect(reading.map(({ endpoint }) => endpoint.path).filter((path) => !measured.has(path))).toEqual([]);
  });

  test.each(Object.keys(PAGE_INDEXES))('%s: is answered from its indexes', (name) => {
    const used = indexesOf(name);

    expect(used).toEqual(always(name, [...SESSION, ...(PAGE_INDEXES[name] ?? [])]));
  });

  test('looks at no more than it shows, on every page, and never at a whole collection', () => {
    const faults = [...visited].flatMap(([name, { cost, most }]) => {
      const lists = sumOf(cost.examined.filter(({ isCount }) => !isCount));
      const scans = cost.examined.filter(({ plan }) => plan.includes('COLLSCAN'));
      return [
        ...(lists > most ? [`${name}: looks at ${lists} of at most ${most}`] : []),
        ...scans.map(({ collection }) => `${name}: looks at all of ${collection}`),
      ];
    });

    expect(visited.size).toBeGreaterThan(30);
    expect(faults).toEqual([]);
  });

  test('sorts in memory only what belongs to the few that a page shows', () => {
    const sorted = [...visited.values()].flatMap(({ cost }) => cost.examined.filter((one) => one.sorted));

    expect([...new Set(sorted.map(({ collection }) => collection))].sort()).toEqual([
      'assignments',
      'awards',
      // with the attempts of one
      'enrolments',
      'pathways',
      'placements',
      // whatever pages read together with the session
      'sessions',
      // the rounds of one attempt that hold a file
      'submissions',
    ]);
  });
});
