import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { connectDatabase } from '../../../server/db.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { connectTestDatabase, type TestDatabase } from '../../support/database.ts';
import { EARLIER, FIRST_CHANGES, LATER, own, type Change } from '../../support/storedChanges.ts';

const CHANGES: Record<string, Change> = {
  ...FIRST_CHANGES,
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
  '0018-delivery-names': {
    before: {
      deliveries: [
        own('both', {
          stood: { state: 'held' },
          stateBefore: { state: 'accepted' },
          lookedAt: LATER,
          comparisonAt: EARLIER,
        }),
        own('compared', { stood: { state: 'accepted', reason: 'none' }, lookedAt: EARLIER }),
        own('never', { state: 'queued' }),
        own('one', { lookedAt: LATER }),
      ],
    },
    indexes: { deliveries: ['delivery_by_look'] },
    after: {
      deliveries: [
        own('both', { stateBefore: { state: 'held' }, comparisonAt: LATER }),
        own('compared', { stateBefore: { state: 'accepted', reason: 'none' }, comparisonAt: EARLIER }),
        own('never', { state: 'queued' }),
        own('one', { comparisonAt: LATER }),
      ],
    },
  },
  '0019-draft-kinds': {
    before: {
      studioDrafts: [own('draft', { pathwayKey: 'p' }), own('form', { kind: 'form', contentKey: 'f' })],
    },
    indexes: { studioDrafts: ['one_open_draft'] },
    after: {
      studioDrafts: [
        own('draft', { kind: 'pathway', contentKey: 'p' }),
        own('form', { kind: 'form', contentKey: 'f' }),
      ],
    },
  },
  '0020-agreed-notice': {
    before: {
      persons: [
        own('agreed', { agreedAt: EARLIER }),
        own('new', { agreedAt: LATER, agreedNotice: 2 }),
        own('not', { agreedAt: null }),
        own('older', {}),
      ],
    },
    after: {
      persons: [
        own('agreed', { agreedAt: EARLIER, agreedNotice: 1 }),
        own('new', { agreedAt: LATER, agreedNotice: 2 }),
        own('not', { agreedAt: null, agreedNotice: null }),
        own('older', { agreedNotice: null }),
      ],
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
