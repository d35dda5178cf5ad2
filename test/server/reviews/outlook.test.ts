import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ColumnOutlook } from '../../../contract/reviews.ts';
import { ColumnModel } from '../../../server/features/grades/columns/column.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { PlacementModel } from '../../../server/features/launches/placement.model.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { getOutlook } from '../../../server/features/reviews/outlook.service.ts';
import { startReview } from '../../../server/features/reviews/reviews.service.ts';
import { openLaunchedWork } from '../../../server/features/pathways/opening.service.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import { SAMPLE } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE, useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);
const ALL = SAMPLE.modules.length;

interface Link {
  rule: 'share' | 'approved' | 'none';
  points: number;
  /** Shows the module alone. */
  ofModule?: boolean;
  /** Without the right to send scores. */
  closed?: boolean;
}

/** Links of the course, each opened once by the teacher; the work is handed in and its review begun. */
async function begin(links: Readonly<Record<string, Link>>): Promise<string> {
  const { teacher, reviewer } = work.now;
  const { institutionId, platformId, contextId, personId } = teacher;
  const common = { institutionId, platformId, claimsHash: 'h', createdAt: new Date() };
  await PersonModel.create({ ...common, _id: personId, sub: personId });
  const { reviewId } = await work.now.submitted();
  for (const [title, { rule, points, ofModule = false, closed = false }] of Object.entries(links)) {
    const placementId = randomUUID();
    const scopes = closed ? [] : [AGS_SCOPE.score, AGS_SCOPE.result];
    await PlacementModel.create({
      ...common,
      _id: placementId,
      deploymentId: '1',
      contextId,
      contextLtiId: contextId,
      title,
      scopes,
      resourceLinkId: placementId,
      pathwayKey: SAMPLE.key,
      policy: `latest;rule=${rule};points=${points}`,
      moduleKey: ofModule ? FIRST_MODULE.module.key : null,
      lineItemUrl: `https://lms.example/items/${placementId}`,
    });
    const platforms = { getById: () => Promise.resolve(null) };
    await openLaunchedWork({ ...deps, platforms }, { ...teacher, placementId });
  }
  await startReview(deps, reviewer, reviewId);
  return reviewId;
}

async function outlook(reviewId: string): Promise<Record<string, Omit<ColumnOutlook, 'title' | 'course'>>> {
  const { columns } = await getOutlook(deps, work.now.reviewer, reviewId);
  return Object.fromEntries(
    columns.map(({ title, given, maximum, effect }) => [title, { given, maximum, effect }]),
  );
}

const approveIt = (reviewId: string) =>
  approve(deps, work.now.reviewer, reviewId, {
    judgements: FIRST_MODULE.module.criteria.map(({ key }) => ({
      criterionKey: key,
      level: 'meets' as const,
      comment: '',
    })),
    summary: '',
  });

/** Points that each link's column is to show, by its title. */
async function wanted(): Promise<Record<string, number>> {
  const { institutionId } = work.now.teacher;
  const [columns, heads] = await Promise.all([
    ColumnModel.find({ institutionId }).lean(),
    DeliveryModel.find({ institutionId }).lean(),
  ]);
  return Object.fromEntries(
    heads.map((head) => [columns.find(({ _id }) => _id === head.columnId)?.title ?? '', head.wanted.given]),
  );
}

const columnOf = async (title: string): Promise<string> => {
  const { institutionId } = work.now.teacher;
  return (await ColumnModel.findOne({ institutionId, title }).lean())?._id ?? '';
};

describe('what an approval sends to the gradebook, said before', () => {
  it('is nothing where no link has a column', async () => {
    const reviewId = await begin({});

    expect(await getOutlook(deps, work.now.reviewer, reviewId)).toEqual({ columns: [] });
  });

  it('is a share of the pathway’s points for one of its modules', async () => {
    const reviewId = await begin({ Pathway: { rule: 'share', points: 10 * ALL } });

    expect(await outlook(reviewId)).toEqual({
      Pathway: { given: 10, maximum: 10 * ALL, effect: 'sent' },
    });
  });

  it('is, for each of several columns, exactly what the approval then records', async () => {
    const reviewId = await begin({
      Share: { rule: 'share', points: 7 },
      Whole: { rule: 'approved', points: 20 },
      Module: { rule: 'approved', points: 12, ofModule: true },
      Ungraded: { rule: 'none', points: 5 },
    });

    const said = await outlook(reviewId);
    await approveIt(reviewId);

    expect(said).toEqual({
      Share: { given: Math.floor(7 / ALL), maximum: 7, effect: 'sent' },
      Whole: { given: 0, maximum: 20, effect: 'nothing' },
      Module: { given: 12, maximum: 12, effect: 'sent' },
    });
    expect(await wanted()).toEqual({ Share: Math.floor(7 / ALL), Module: 12 });
  });

  it('says of a column which sends no scores that it waits for somebody', async () => {
    const reviewId = await begin({ Closed: { rule: 'share', points: 30, closed: true } });

    expect(await outlook(reviewId)).toMatchObject({ Closed: { effect: 'held' } });
  });

  it.each([
    [{ state: 'held', reason: 'changed_in_lms' }, 'choice'],
    [{ state: 'held', reason: 'cleared_in_lms' }, 'choice'],
    [{ state: 'accepted', reason: 'changed_in_lms' }, 'choice'],
    [{ state: 'held', reason: 'column_gone' }, 'held'],
    [{ state: 'accepted', reason: 'none', 'wanted.given': 10 }, 'unchanged'],
    [{ state: 'accepted', reason: 'none', 'wanted.given': 3 }, 'sent'],
    [{ state: 'closed', reason: 'closed_by_admin', closedForGood: true }, 'off'],
  ] as const)('where the last score stands as %j: %s', async (stands, effect) => {
    const reviewId = await begin({ Pathway: { rule: 'share', points: 10 * ALL } });
    const { institutionId, personId, platformId, contextId: course } = work.now.teacher;
    const contextId = course ?? '';
    const columnId = await columnOf('Pathway');
    await DeliveryModel.create({
      _id: randomUUID(),
      institutionId,
      personId,
      platformId,
      contextId,
      columnId,
      sub: personId,
      state: 'accepted',
      reason: 'none',
      filter: 'in_gradebook',
      changedAt: new Date(),
      sent: null,
      doubts: [],
      mustRead: false,
      forcedRevision: null,
      lastTimestamp: null,
      triedDecisionId: null,
      tries: 0,
      triedSince: null,
      lmsMessage: null,
      lmsValue: null,
      lmsMaximum: null,
      acceptedAt: null,
      closedForGood: false,
      wanted: {
        given: 4,
        maximum: 10 * ALL,
        revision: 1,
        enrolmentId: randomUUID(),
        order: 1,
        decisionId: randomUUID(),
        decidedAt: new Date(),
        submittedAt: null,
      },
    });
    await DeliveryModel.updateOne({ institutionId, columnId }, { $set: stands });

    expect(await outlook(reviewId)).toMatchObject({ Pathway: { effect } });
  });

  it('says of a link that was given up that nothing is sent', async () => {
    const reviewId = await begin({ Pathway: { rule: 'share', points: 30 } });
    const { institutionId } = work.now.teacher;
    const _id = await columnOf('Pathway');
    await ColumnModel.updateOne({ institutionId, _id }, { $set: { state: 'no_grade' } });

    expect(await outlook(reviewId)).toEqual({});
  });

  it('is for reviewers of this course only', async () => {
    const reviewId = await begin({});

    const elsewhere = buildSession(work.now.teacher.institutionId, { isCourseInstructor: true });

    expect(await codeOf(getOutlook(deps, elsewhere, reviewId))).toBe('NOT_FOUND');
  });
});
