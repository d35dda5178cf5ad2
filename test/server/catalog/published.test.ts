import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PathwayContent } from '../../../contract/content.ts';
import { parsePathwayContent, upgradePathway } from '../../../contract/contentUpgrades.ts';
import { openEnrolment } from '../../../server/features/enrolments/enrolments.service.ts';
import { AuditModel } from '../../../server/features/audit/audit.model.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { readTogether } from '../../../server/combinedRead.ts';
import { awardsPart } from '../../../server/features/awards/awards.service.ts';
import { ScoreIntentModel } from '../../../server/features/grades/deliveries/scoreIntent.model.ts';
import { ModuleModel, PathwayVersionModel } from '../../../server/features/catalog/pathway.model.ts';
import { getVersion, listModules } from '../../../server/features/catalog/catalog.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { DecisionModel } from '../../../server/features/reviews/decision.model.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { startReview } from '../../../server/features/reviews/reviews.service.ts';
import { SubmissionModel } from '../../../server/features/submissions/submission.model.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { buildInstitution, SAMPLE, SAMPLE_1 } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { useServices } from '../../support/services.ts';
import { FIRST_MODULE, useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);

/** The sample with other words in it; its keys stay. */
function reworded(word: string): PathwayContent {
  const modules = SAMPLE.modules.map((module) => ({ ...module, title: `${module.title} (${word})` }));
  return { ...SAMPLE, modules };
}

function membersTurned<T extends object>(content: T): T {
  return Object.fromEntries(Object.entries(content).reverse()) as T;
}

async function approveFirst(): Promise<{ enrolmentId: string; submissionId: string }> {
  const { teacher, reviewer } = work.now;
  const { submissionId, reviewId } = await work.now.submitted();
  await startReview(deps, reviewer, reviewId);
  const judgements = [
    { criterionKey: FIRST_MODULE.A, level: 'meets' as const, comment: '' },
    { criterionKey: FIRST_MODULE.B, level: 'extends' as const, comment: '' },
  ];
  await approve(deps, reviewer, reviewId, { judgements, summary: '' });
  const { enrolment } = await openEnrolment(deps, teacher, SAMPLE.key);
  return { enrolmentId: enrolment._id, submissionId };
}

describe('a published pathway', () => {
  it('is not published again when it says the same, in whatever order its members stand', async () => {
    const { institutionId } = work.now.teacher;
    const [first] = await PathwayVersionModel.find({ institutionId }).lean();

    const again = await publishPathway(deps, institutionId, membersTurned(SAMPLE));

    expect(again._id).toBe(first?._id);
    expect(await PathwayVersionModel.countDocuments({ institutionId })).toBe(1);
  });

  it('with other words is a next version with another hash, and modules of its own under the same keys', async () => {
    const { institutionId } = work.now.teacher;
    const [first] = await PathwayVersionModel.find({ institutionId }).lean();

    const next = await publishPathway(deps, institutionId, reworded('clearer'));

    expect(next.n).toBe(2);
    expect(next.contentHash).not.toBe(first?.contentHash);
    const [before, after] = await Promise.all(
      [first?._id ?? '', next._id].map((versionId) => listModules(institutionId, versionId)),
    );
    expect(after?.map(({ key }) => key)).toEqual(before?.map(({ key }) => key));
    expect(after?.some(({ _id }) => before?.some((module) => module._id === _id))).toBe(false);
  });

  it('is stored as it was written, and has the same hash in every institution', async () => {
    const [one, other] = [await buildInstitution(deps), await buildInstitution(deps)];
    const written = { ...parsePathwayContent(SAMPLE_1), key: randomUUID() };

    const versions = [
      await publishPathway(deps, one.institutionId, written),
      await publishPathway(deps, other.institutionId, membersTurned(written)),
    ];

    const { institutionId } = one;
    const versionId = versions[0]?._id ?? '';
    const modules = await ModuleModel.find({ institutionId, versionId }).sort({ position: 1 }).lean();
    expect(modules.map(({ content }) => content)).toEqual(written.modules);
    expect(modules.map(({ schemaVersion }) => schemaVersion)).toEqual([1, 1, 1]);
    expect(versions[0]).toMatchObject({ schemaVersion: 1, strand: SAMPLE.strand });
    expect(versions[1]?.contentHash).toBe(versions[0]?.contentHash);
  });

  it('is read in the newest form, whatever it was written in', async () => {
    const { institutionId } = work.now.teacher;
    const written = { ...parsePathwayContent(SAMPLE_1), key: randomUUID() };
    const { _id } = await publishPathway(deps, institutionId, written);

    const modules = await listModules(institutionId, _id);

    expect(modules.map(({ published }) => published)).toEqual(SAMPLE.modules);
    const { completes, tracks, badge, framework } = SAMPLE;
    expect(await getVersion(institutionId, _id)).toMatchObject({ completes, tracks, badge, framework });
  });

  it('written in an older form is published again only with other content', async () => {
    const { institutionId } = work.now.teacher;
    const written = { ...parsePathwayContent(SAMPLE_1), key: randomUUID() };
    const first = await publishPathway(deps, institutionId, written);
    const upgraded = upgradePathway(written);

    const same = await publishPathway(deps, institutionId, upgraded);
    const renamed = await publishPathway(deps, institutionId, { ...upgraded, slug: 'another-slug' });
    const back = await publishPathway(deps, institutionId, { ...written, slug: 'another-slug' });

    expect([same, renamed, back].map(({ n, schemaVersion }) => [n, schemaVersion])).toEqual([
      [1, 1],
      [2, 3],
      [2, 3],
    ]);
    expect(same._id).toBe(first._id);
  });

  it('published by several processes at once has each number once', async () => {
    const { institutionId } = work.now.teacher;

    await Promise.all(['a', 'b', 'c'].map((word) => publishPathway(deps, institutionId, reworded(word))));

    const versions = await PathwayVersionModel.find({ institutionId }).sort({ n: 1 }).lean();
    expect(versions.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  });

  it('stays as it was for those who work on it; who begins later gets the newest', async () => {
    const { institutionId } = work.now.teacher;
    await publishPathway(deps, institutionId, reworded('clearer'));

    const later = buildSession(institutionId);
    const { attempts } = await openEnrolment(deps, later, SAMPLE.key);
    const old = await getWorkspace(deps, work.now.teacher, work.now.attemptId);
    const fresh = await getWorkspace(deps, later, attempts[0]?._id ?? '');

    expect(old.module.title).toBe(FIRST_MODULE.module.title);
    expect(fresh.module.title).toBe(`${FIRST_MODULE.module.title} (clearer)`);
  });
});

describe('an award', () => {
  it('keeps levels, rule, version and digests as they were when it was given', async () => {
    const { institutionId } = work.now.teacher;
    const { enrolmentId, submissionId } = await approveFirst();
    await publishPathway(deps, institutionId, reworded('clearer'));

    const { awards } = await readTogether({ awards: awardsPart(institutionId, { enrolmentId }) });
    const [award] = awards;

    const version = await PathwayVersionModel.findOne({ institutionId, n: 1 }).lean();
    const submission = await SubmissionModel.findOne({ institutionId, _id: submissionId }).lean();
    expect(award).toMatchObject({
      version: 1,
      versionId: version?._id,
      contentHash: version?.contentHash,
      rule: { name: 'all-criteria-meet', version: 1 },
      submissionId,
      submissionDigest: submission?.digest,
    });
    expect(award?.levels.map(({ criterionKey, level }) => [criterionKey, level])).toEqual([
      [FIRST_MODULE.A, 'meets'],
      [FIRST_MODULE.B, 'extends'],
    ]);
  });
});

describe('what was judged', () => {
  it('cannot be written to: version, module, submission, decision, award, intent and audit line', async () => {
    const { institutionId } = work.now.teacher;
    await approveFirst();
    const tenant = { institutionId };

    const tries = [
      () => PathwayVersionModel.updateOne(tenant, { $set: { title: 'Another one' } }),
      () => ModuleModel.replaceOne(tenant, { content: FIRST_MODULE.module }),
      () => SubmissionModel.findOneAndUpdate(tenant, { $set: { digest: 'another' } }),
      () => DecisionModel.deleteMany(tenant),
      () => AwardModel.bulkWrite([{ updateOne: { filter: tenant, update: { $set: { version: 7 } } } }]),
      () => ScoreIntentModel.deleteOne(tenant),
      () => AuditModel.updateMany(tenant, { $set: { action: 'nothing' } }),
    ];

    const refusals = await Promise.all(
      tries.map((attempt) =>
        attempt().then(
          () => 'done',
          (error: unknown) => (error instanceof Error ? error.name : ''),
        ),
      ),
    );

    expect(refusals).toEqual(tries.map(() => 'AppendOnlyError'));
  });
});
