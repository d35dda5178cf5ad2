import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { PathwayMap } from '../../../contract/pathways.ts';
import { Workspace } from '../../../contract/attempts.ts';
import { ReviewPage } from '../../../contract/reviews.ts';
import { parsePathwayContent, upgradePathway } from '../../../contract/contentUpgrades.ts';
import { readTogether } from '../../../server/combinedRead.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { getPathwayMap, mapParts } from '../../../server/features/pathways/map.service.ts';
import { getReviewPage } from '../../../server/features/reviews/reviewPage.service.ts';
import { contentModel } from '../../../server/migrations/0015-content-model.ts';
import { pathwayAwards } from '../../../server/migrations/0017-pathway-awards.ts';
import { SAMPLE, SAMPLE_1 } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { FIRST_MODULE } from '../../support/work.ts';
import { useServices } from '../../support/services.ts';

type Stored = { _id: string } & Record<string, unknown>;

/**
 * A published pathway with one module that was handed in, returned, handed in again and approved, as the release before this
 * migration stored it: a copy of its collections.
 */
const BEFORE = mongoose.mongo.BSON.EJSON.parse(
  readFileSync(new URL('../../samples/stored-before-0015.json', import.meta.url), 'utf8'),
) as Record<string, Stored[]>;

/** What the migration may change in a document; everything else stays byte for byte the same. */
const CHANGED: Record<string, readonly string[]> = {
  pathways: ['strand'],
  pathwayVersions: ['strand', 'schemaVersion'],
  modules: ['schemaVersion'],
  awards: ['strand'],
  enrolments: ['tracks', 'leftTracks'],
};

const collectionOf = (name: string) => mongoose.connection.collection<Stored>(name);
const readAll = (name: string) => collectionOf(name).find().sort({ _id: 1 }).toArray();
const oldest = (name: string): Stored => {
  const [document] = BEFORE[name] ?? [];
  if (!document) throw new Error(`the copy has nothing in ${name}`);
  return document;
};

const without = (document: Stored, fields: readonly string[]): string =>
  mongoose.mongo.BSON.EJSON.stringify(
    Object.fromEntries(Object.entries(document).filter(([field]) => !fields.includes(field))),
    { relaxed: false },
  );

function sha256(content: unknown): string {
  const sorted = (_key: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sorted)).digest('hex');
}

const { deps, database } = useServices();
const institutionId = String(oldest('pathways')['institutionId']);
const enrolmentId = oldest('enrolments')._id;
const [contextId = ''] = oldest('enrolments')['contextIds'] as string[];
const teacher = buildSession(institutionId, {
  personId: String(oldest('enrolments')['personId']),
  contextId,
});
const reviewer = buildSession(institutionId, {
  personId: String(oldest('decisions')['reviewerId']),
  contextId,
  isCourseInstructor: true,
});

beforeEach(async () => {
  await database().empty();
  for (const [name, documents] of Object.entries(BEFORE)) await collectionOf(name).insertMany(documents);
  await contentModel.run();
  // a later one, without which nothing of this is read any more
  await pathwayAwards.run();
});

describe('what was published and judged before content had a schema version', () => {
  it('stays byte for byte the same, apart from its strand and the schema version', async () => {
    const after = await Promise.all(
      Object.keys(BEFORE).map(async (name) => [
        name,
        (await readAll(name)).map((one) => without(one, CHANGED[name] ?? [])),
      ]),
    );

    const before = Object.entries(BEFORE).map(([name, documents]) => [
      name,
      documents.map((one) => without(one, CHANGED[name] ?? [])),
    ]);
    expect(after).toEqual(before);
  });

  it('keeps the hash that is the SHA-256 of what is stored, also in its award', async () => {
    const [version] = await readAll('pathwayVersions');
    const [pathway] = await readAll('pathways');
    const [award] = await readAll('awards');
    const modules = await collectionOf('modules').find().sort({ position: 1 }).toArray();

    const content = {
      key: version?.['pathwayKey'],
      slug: pathway?.['slug'],
      title: version?.['title'],
      strand: oldest('pathwayVersions')['strand'],
      vision: version?.['vision'],
      licence: version?.['licence'],
      source: version?.['source'],
      modules: modules.map((module) => module['content']),
    };
    expect(version?.['contentHash']).toBe(sha256(content));
    expect(award?.['contentHash']).toBe(sha256(content));
  });

  it('is not published again by a release whose sample says the same, in either schema version', async () => {
    const written = parsePathwayContent(SAMPLE_1);

    const published = [
      await publishPathway(deps, institutionId, written),
      await publishPathway(deps, institutionId, upgradePathway(written)),
    ];

    expect(published.map(({ _id, n }) => [_id, n])).toEqual([
      [oldest('pathwayVersions')._id, 1],
      [oldest('pathwayVersions')._id, 1],
    ]);
  });

  it('is shown on the map, with the level that was given and what is open', async () => {
    const found = await readTogether(mapParts(teacher, enrolmentId));

    const map = await getPathwayMap(deps, teacher, found);

    expect(PathwayMap.parse(map)).toEqual(map);
    expect(map.pathway.strand).toEqual({ key: 'assessment', title: 'Assessment technology', art: 'tick' });
    expect(map.modules.map(({ state, level, opensAfter }) => [state, level, opensAfter])).toEqual([
      ['approved', { key: 'meets', name: 'Meets', rank: 3, of: 4, meetsRank: 3 }, null],
      ['not_started', null, null],
      ['not_started', null, { type: 'module', position: 2, title: SAMPLE.modules[1]?.title }],
    ]);
    expect(map.modules[0]?.steps.map(({ key, state }) => [key, state])).toEqual(
      ['learn', 'try', 'reflect', 'hand_in'].map((step) => [step, 'done']),
    );
    expect(map.awards).toMatchObject([{ strand: { key: 'assessment', art: 'tick' } }]);
  });

  it('is shown on its module page, with levels, feedback and evidence', async () => {
    const attemptId = String(oldest('awards')['attemptId']);

    const page = await getWorkspace(deps, teacher, attemptId);

    expect(Workspace.parse(page)).toEqual(page);
    expect(page.module).toEqual(FIRST_MODULE.unrolled);
    expect(page.selfLevels.map(({ level }) => level)).toEqual(['approaching', 'emerging']);
    expect(page.earlierFeedback[0]?.criteria.map(({ level, reopened }) => [level, reopened])).toEqual([
      ['extends', false],
      ['approaching', true],
    ]);
    expect(page.feedback?.outcome).toBe('approved');
    expect(page.award?.strand.title).toBe('Assessment technology');
  });

  it('is shown to its reviewer, with the task that its author had', async () => {
    const reviews = await readAll('reviews');
    const stored = (await collectionOf('modules').findOne({ position: 1 }))?.['content'] as {
      try: { content: unknown };
    };

    const pages = await Promise.all(reviews.map(({ _id }) => getReviewPage(deps, reviewer, _id)));

    expect(pages.map((page) => ReviewPage.parse(page))).toEqual(pages);
    expect(pages.map(({ task }) => task.content)).toEqual(pages.map(() => stored.try.content));
    expect(pages.map(({ state }) => state).sort()).toEqual(['approved', 'returned']);
    expect(pages[0]?.scale.levels.map(({ name }) => name)).toEqual([
      'Emerging',
      'Approaching',
      'Meets',
      'Extends',
    ]);
  });
});
