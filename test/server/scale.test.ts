import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sumOf, type Cost } from '../bench/scale/examiner.ts';
import { farDown } from '../bench/scale/ground.ts';
import { startScaleWorld, type ScaleWorld } from '../bench/scale/world.ts';

const ENROLMENTS = 2_000;
/** What the fullest page shows: 50 people and 200 courses to choose from. */
const SHOWN_MOST = 300;

/** Read for every request of a live session. */
const SESSION = ['assignments: assignment_of_person', 'sessions: session_by_bearer'];
/** Every page with all the indexes that it is answered from. */
const INDEXES: Readonly<Record<string, readonly string[]>> = {
  session: [
    'contexts: _id_',
    'pathways: pathway_by_key',
    'persons: _id_',
    'placements: _id_',
    'sessions: _id_',
  ],
  map: [
    'attempts: attempt_of_module',
    'awards: awards_of_enrolment',
    'columns: _id_',
    'deliveries: delivery_of_column_and_person',
    'drafts: draft_of_piece',
    'enrolments: _id_',
    'modules: module_by_position',
    'pathwayVersions: _id_',
    'persons: _id_',
    'runs: _id_',
    'runs: one_open_run',
    'scoreTargets: score_target_of_subject_and_column',
  ],
  workspace: [
    'artifacts: artifact_by_attempt',
    'attempts: _id_',
    'attempts: attempt_of_module',
    'awards: awards_of_enrolment',
    'decisions: decisions_of_attempt',
    'drafts: draft_of_piece',
    'enrolments: _id_',
    'modules: module_by_position',
    'pathwayVersions: _id_',
    'runs: _id_',
    'scoreTargets: score_target_of_subject_and_column',
    'submissions: submission_of_attempt',
  ],
  'review queue': [
    'contexts: _id_',
    'reviews: review_queue',
    'reviews: reviews_by_reviewer',
    'reviews: reviews_due',
  ],
  'review queue, far down': [
    'contexts: _id_',
    'reviews: review_queue',
    'reviews: reviews_by_reviewer',
    'reviews: reviews_due',
  ],
  'review queue, mine': ['contexts: _id_', 'reviews: reviews_by_reviewer', 'reviews: reviews_due'],
  'review queue, decided': ['contexts: _id_', 'reviews: reviews_by_reviewer', 'reviews: reviews_due'],
  'review queue of a course': [
    'contexts: _id_',
    'reviews: review_queue_of_course',
    'reviews: reviews_by_reviewer',
    'reviews: reviews_due_of_course',
  ],
  'deep linking picker': [
    'contexts: _id_',
    'modules: module_by_position',
    'pathways: pathway_by_key',
    'placements: placements_of_context',
    'sessions: _id_',
  ],
  ...Object.fromEntries(
    ['need you', 'in the gradebook', 'far down'].map((which) => [
      `deliveries, ${which}`,
      [
        'auditHeads: audit_head',
        'columns: _id_',
        'deliveries: delivery_by_bucket',
        'deliveries: delivery_by_state',
        'persons: _id_',
      ],
    ]),
  ),
  people: ['auditHeads: audit_head', 'contexts: contexts_by_age', 'persons: persons_by_age'],
  'people, far down': [
    'auditHeads: audit_head',
    'contexts: contexts_by_age',
    'persons: _id_',
    'persons: persons_by_age',
  ],
};
/** Lists of ids that may be empty: then nothing is looked up, or nothing is told of how. */
const MAYBE: Readonly<Record<string, readonly string[]>> = {
  people: ['contexts: _id_', 'persons: _id_'],
  'people, far down': ['contexts: _id_'],
};

let world: ScaleWorld;
const costs = new Map<string, Cost>();

beforeAll(async () => {
  world = await startScaleWorld(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '');
  await world.grow(ENROLMENTS, () => undefined);
  for (const { name, visit } of await world.pages(farDown(ENROLMENTS))) {
    await visit();
    costs.set(name, await world.examiner.costOf(visit));
  }
}, 120_000);
afterAll(() => world.close());

function costOf(name: string): Cost {
  const cost = costs.get(name);
  if (!cost) throw new Error(`${name} was not visited`);
  return cost;
}

function indexesOf(name: string): string[] {
  const used = costOf(name).examined.flatMap(({ collection, indexes }) =>
    indexes.map((index) => `${collection}: ${index}`),
  );
  const maybe = MAYBE[name] ?? [];
  return [...new Set(used)].filter((index) => !maybe.includes(index)).sort();
}

describe(`an institution with ${ENROLMENTS} enrolments`, () => {
  test('has all its pages measured', () => {
    expect([...costs.keys()].sort()).toEqual(Object.keys(INDEXES).sort());
  });

  test.each(Object.keys(INDEXES))('%s: is answered from its indexes', (name) => {
    const used = indexesOf(name);

    const maybe = MAYBE[name] ?? [];
    const expected = [...SESSION, ...(INDEXES[name] ?? [])].filter((index) => !maybe.includes(index));
    expect(used).toEqual(expected.sort());
  });

  test.each(Object.keys(INDEXES))('%s: looks at no more than it shows', (name) => {
    const { examined } = costOf(name);

    const lists = examined.filter(({ isCount }) => !isCount);
    expect(sumOf(lists)).toBeLessThanOrEqual(SHOWN_MOST);
    expect(examined.filter(({ plan }) => plan.includes('COLLSCAN'))).toEqual([]);
  });

  test('sorts in memory only what belongs to the few that a page shows', () => {
    const sorted = [...costs.values()].flatMap(({ examined }) => examined.filter((one) => one.sorted));

    expect([...new Set(sorted.map(({ collection }) => collection))].sort()).toEqual([
      'assignments',
      'awards',
      'pathways',
    ]);
  });
});
