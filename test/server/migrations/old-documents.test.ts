import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { connectDatabase } from '../../../server/db.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { connectTestDatabase, type TestDatabase } from '../../support/database.ts';

type Documents = Record<string, ({ _id: string } & Record<string, unknown>)[]>;

/** What the version before a migration stored, and what this version finds after it. */
interface Change {
  before: Documents;
  /** Indexes of that version, by collection: none of them is there afterwards. */
  indexes?: Record<string, string[]>;
  /** Collections in the order of their ids. One that is not there is empty. */
  after: Record<string, unknown[]>;
}

const institutionId = 'institution';
const own = <T extends object>(_id: string, fields: T) => ({ _id, institutionId, ...fields });
const [EARLIER, LATER] = [new Date('2026-11-20T08:00:00Z'), new Date('2026-11-21T08:00:00Z')];

const CHANGES: Record<string, Change> = {
  '0001-decision-order': {
    before: {
      enrolments: [own('enrolment', {})],
      attempts: [own('attempt', { enrolmentId: 'enrolment' })],
      decisions: [
        own('a', { attemptId: 'attempt', decidedAt: LATER }),
        own('b', { attemptId: 'attempt', decidedAt: EARLIER }),
      ],
      scoreIntents: [own('intent', { decisionId: 'a', deliveryId: 'delivery' })],
      deliveries: [own('delivery', { wanted: { decisionId: 'a' } })],
      scoreTargets: [own('target', { countedAt: EARLIER })],
    },
    indexes: { decisions: ['decisions_of_attempt'] },
    after: {
      enrolments: [own('enrolment', { decisionOrder: 2, lastDecidedAt: LATER })],
      decisions: [
        own('a', { attemptId: 'attempt', decidedAt: LATER, order: 2 }),
        own('b', { attemptId: 'attempt', decidedAt: EARLIER, order: 1 }),
      ],
      scoreIntents: [own('intent', { decisionId: 'a', deliveryId: 'delivery', order: 2 })],
      deliveries: [own('delivery', { wanted: { decisionId: 'a', order: 2, enrolmentId: 'enrolment' } })],
      scoreTargets: [own('target', {})],
    },
  },
  '0002-usage-by-person': {
    before: {
      artifactUsage: [own(institutionId, { bytes: 1 })],
      artifacts: [
        own('a', { personId: 'person', counted: 5, removedAt: null }),
        own('b', { personId: 'person', counted: 7, removedAt: null }),
        own('c', { personId: 'other', counted: 9, removedAt: EARLIER }),
      ],
    },
    indexes: { artifactUsage: ['artifact_usage'] },
    after: { artifactUsage: [own(`${institutionId}:person`, { personId: 'person', bytes: 12 })] },
  },
  '0003-line-item-key': {
    before: {
      columns: [
        own('bound', { lineItemUrl: 'https://lms.example/lineitems/7', state: 'bound' }),
        own('unbound', { state: 'unbound' }),
      ],
    },
    after: {
      columns: [
        own('bound', {
          lineItemUrl: 'https://lms.example/lineitems/7',
          state: 'bound',
          lineItemKey: 'lineitems/7',
        }),
        own('unbound', { state: 'unbound' }),
      ],
    },
  },
  '0004-versions-by-time': {
    before: { draftVersions: [own('version', { savedAt: EARLIER })] },
    indexes: { draftVersions: ['versions_of_piece'] },
    after: { draftVersions: [own('version', { savedAt: EARLIER })] },
  },
  '0005-no-course-admins': {
    before: {
      assignments: [
        own('a', { personId: 'person', role: 'admin', contextId: 'course' }),
        own('b', { personId: 'person', role: 'admin', contextId: null }),
        own('c', { personId: 'person', role: 'reviewer', contextId: 'course' }),
      ],
    },
    after: {
      assignments: [
        own('b', { personId: 'person', role: 'admin', contextId: null }),
        own('c', { personId: 'person', role: 'reviewer', contextId: 'course' }),
      ],
      auditPending: [
        expect.objectContaining({
          institutionId,
          action: 'assignment.taken',
          subject: { kind: 'person', id: 'person' },
          facts: { role: 'admin', contextId: 'course', by: 'migration' },
        }),
      ],
    },
  },
  '0006-platform-names': {
    before: {
      platforms: [
        { _id: 'host', issuer: 'https://lms.example', family: 'moodle', name: 'lms.example', inviteId: null },
        { _id: 'said', issuer: 'https://lms.example', family: 'moodle', name: 'Our LMS', inviteId: 'invite' },
        { _id: 'typed', issuer: 'https://lms.example', family: 'moodle', name: 'Our LMS', inviteId: null },
      ],
    },
    after: {
      platforms: [
        expect.objectContaining({ name: 'Moodle', nameFrom: 'make' }),
        expect.objectContaining({ name: 'Our LMS', nameFrom: 'platform' }),
        expect.objectContaining({ name: 'Our LMS', nameFrom: 'operator' }),
      ],
    },
  },
  '0007-wanted-resource': {
    before: {
      columns: [own('column', { resourceId: 'shown' })],
      deliveries: [
        own('a', { columnId: 'column', wanted: {} }),
        own('b', { columnId: 'column', wanted: { resourceId: 'shown before' } }),
      ],
    },
    after: {
      deliveries: [
        own('a', { columnId: 'column', wanted: { resourceId: 'shown' } }),
        own('b', { columnId: 'column', wanted: { resourceId: 'shown before' } }),
      ],
    },
  },
  '0008-no-login-states': {
    before: { loginStates: [{ _id: 'state', nonce: 'n' }] },
    after: { loginStates: [] },
  },
  '0009-reviews-by-due': {
    before: { reviews: [own('review', { dueAt: LATER })] },
    indexes: { reviews: ['review_queue', 'review_queue_of_course', 'reviews_due', 'reviews_due_of_course'] },
    after: { reviews: [own('review', { dueAt: LATER })] },
  },
  '0010-launch-roles': {
    before: { sessions: [own('session', { launchHats: ['participant'] })] },
    after: { sessions: [own('session', { launchRoles: ['participant'] })] },
  },
  '0011-delivery-filter': {
    before: { deliveries: [own('delivery', { bucket: 'need_you' })] },
    indexes: { deliveries: ['delivery_by_bucket'] },
    after: { deliveries: [own('delivery', { filter: 'need_you' })] },
  },
  '0012-attempt-steps': {
    before: { attempts: [own('attempt', { partsDone: [{ part: 'learn', at: EARLIER }] })] },
    after: { attempts: [own('attempt', { stepsDone: [{ step: 'learn', at: EARLIER }] })] },
  },
  '0013-institution-settings': {
    before: {
      institutions: [
        { _id: 'halfway', zone: 'UTC', settings: { zone: 'Asia/Tokyo', reviewDays: 3 } },
        { _id: 'never set', zone: 'UTC' },
        { _id: 'newer', settings: { zone: 'Asia/Tokyo' } },
        { _id: 'set', zone: 'Europe/Vienna', roleChanges: 3 },
      ],
    },
    after: {
      institutions: [
        { _id: 'halfway', settings: { zone: 'Asia/Tokyo', reviewDays: 3 } },
        { _id: 'never set' },
        { _id: 'newer', settings: { zone: 'Asia/Tokyo' } },
        { _id: 'set', roleChanges: 3, settings: { zone: 'Europe/Vienna' } },
      ],
    },
  },
  '0014-job-names': {
    before: { repeatedJobs: ['audit.seal', 'deliveries.looks', 'deliveries.net'].map((_id) => ({ _id })) },
    after: { repeatedJobs: [{ _id: 'audit.seal' }] },
  },
  // what a whole pathway with work on it becomes: content-model.test.ts
  '0015-content-model': {
    before: {
      pathways: [own('known', { strand: 'blended' }), own('unknown', { strand: 'of-their-own' })],
      pathwayVersions: [
        own('1', { strand: 'blended', contentHash: 'h' }),
        own('2', { schemaVersion: 2, strand: { key: 'k', title: 'T', art: 'flag' } }),
      ],
      modules: [own('1', { content: { kind: 'Explore' } }), own('2', { schemaVersion: 2, content: {} })],
      awards: [own('award', { strand: 'leading', contentHash: 'h' })],
    },
    after: {
      pathways: [
        own('known', { strand: { key: 'blended', title: 'Blended design', art: 'rings' } }),
        own('unknown', { strand: { key: 'of-their-own', title: 'of-their-own', art: 'compass' } }),
      ],
      pathwayVersions: [
        own('1', {
          schemaVersion: 1,
          strand: { key: 'blended', title: 'Blended design', art: 'rings' },
          contentHash: 'h',
        }),
        own('2', { schemaVersion: 2, strand: { key: 'k', title: 'T', art: 'flag' } }),
      ],
      modules: [
        own('1', { schemaVersion: 1, content: { kind: 'Explore' } }),
        own('2', { schemaVersion: 2, content: {} }),
      ],
      awards: [
        own('award', {
          strand: { key: 'leading', title: 'Leading adoption', art: 'flag' },
          contentHash: 'h',
        }),
      ],
    },
  },
  '0016-parts-of-content-3': {
    before: {
      studioParts: [
        own('block', { value: { type: 'block', block: { type: 'requirement', kinds: [] } } }),
        own('module', { value: { type: 'module', lowTech: null } }),
        own('newer', { value: { type: 'module', cycles: { count: 2 }, reviewedBy: 'peer' } }),
        own('removed', { value: null }),
        own('text', { value: { type: 'block', block: { type: 'text' } } }),
      ],
      studioPartVersions: [own('module', { value: { type: 'module', lowTech: null } })],
    },
    after: {
      studioParts: [
        own('block', {
          value: { type: 'block', block: { type: 'requirement', kinds: [], visitRecord: false } },
        }),
        own('module', { value: { type: 'module', lowTech: null, cycles: null, reviewedBy: 'reviewer' } }),
        own('newer', { value: { type: 'module', cycles: { count: 2 }, reviewedBy: 'peer' } }),
        own('removed', { value: null }),
        own('text', { value: { type: 'block', block: { type: 'text' } } }),
      ],
      studioPartVersions: [
        own('module', { value: { type: 'module', lowTech: null, cycles: null, reviewedBy: 'reviewer' } }),
      ],
    },
  },
  '0017-pathway-awards': {
    before: {
      enrolments: [own('old', {}), own('new', { tracks: ['t'], leftTracks: ['u'] })],
      awards: [own('award', {})],
    },
    indexes: { awards: ['award_of_attempt', 'awards_of_enrolment'] },
    after: {
      enrolments: [
        own('new', { tracks: ['t'], leftTracks: ['u'] }),
        own('old', { tracks: [], leftTracks: [] }),
      ],
      awards: [own('award', {})],
    },
  },
};

const stored = (collection: string) => mongoose.connection.collection<{ _id: string }>(collection);

async function store({ before, indexes = {} }: Change): Promise<void> {
  for (const [collection, documents] of Object.entries(before))
    await stored(collection).insertMany(documents);
  for (const [collection, names] of Object.entries(indexes))
    for (const name of names) await stored(collection).createIndex({ [name]: 1 }, { name });
}

async function readAll(collections: readonly string[]): Promise<Record<string, unknown[]>> {
  const read = async (name: string) => [name, await stored(name).find().sort({ _id: 1 }).toArray()] as const;
  return Object.fromEntries(await Promise.all(collections.map(read)));
}

async function listIndexes(collections: readonly string[]): Promise<(string | undefined)[]> {
  const found = await Promise.all(collections.map((name) => stored(name).indexes()));
  return found.flat().map(({ name }) => name);
}

let database: TestDatabase;
beforeAll(async () => {
  database = await connectTestDatabase();
  await connectDatabase(database.uri);
});
beforeEach(async () => {
  await mongoose.connection.dropDatabase();
});
afterAll(async () => {
  await mongoose.disconnect();
  await database.close();
});

it.each(MIGRATIONS)('$id makes of old documents what this version reads', async ({ id, run }) => {
  const change = CHANGES[id];
  if (!change) throw new Error(`${id} has no old documents yet: add them to CHANGES`);
  await store(change);

  await run();

  expect(await readAll(Object.keys(change.after))).toEqual(change.after);
  const left = await listIndexes(Object.keys(change.indexes ?? {}));
  expect(
    left.filter((name) => Object.values(change.indexes ?? {}).some((old) => old.includes(name ?? ''))),
  ).toEqual([]);
});

it.each(MIGRATIONS)('$id can be run again, and on a database without documents', async ({ id, run }) => {
  const change = CHANGES[id] ?? { before: {}, after: {} };
  // `migrate` creates every collection before
  for (const name of Object.keys(change.indexes ?? {})) await mongoose.connection.createCollection(name);
  await run();
  await store(change);

  await run();
  await run();

  expect(await readAll(Object.keys(change.after))).toEqual(change.after);
});
