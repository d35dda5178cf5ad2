import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ModuleContent, Scale } from '../../../contract/content.ts';
import { AppError } from '../../../server/errors.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { setSelfLevel } from '../../../server/features/enrolments/attempts.service.ts';
import { AttemptModel } from '../../../server/features/enrolments/attempt.model.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { returnForRevision } from '../../../server/features/reviews/returning.service.ts';
import { getReviewPage } from '../../../server/features/reviews/reviewPage.service.ts';
import { saveReviewDraft } from '../../../server/features/reviews/reviews.service.ts';
import { buildInstitution } from '../../support/build.ts';
import { enrolIn, handInModule, pathwayOf, type Enrolled } from '../../support/pathways.ts';
import { returnWithoutUndo } from '../../support/returns.ts';
import { useServices } from '../../support/services.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const { deps } = useServices();
const { module: sample, A, B } = FIRST_MODULE;

const THREE: Scale = {
  levels: [
    { key: 'not-yet', name: 'Not yet' },
    { key: 'solid', name: 'Solid' },
    { key: 'beyond', name: 'Beyond' },
  ],
  meets: 'solid',
};
const SIX: Scale = {
  levels: ['one', 'two', 'three', 'four', 'five', 'six'].map((key) => ({ key, name: `Level ${key}` })),
  meets: 'five',
};

/** The sample's first module, judged by another scale. */
function judgedBy(scale: Scale): Partial<ModuleContent> {
  const keyOf = (criterion: number, level: number) =>
    `00000000-0000-4000-8000-0000000000${criterion}${level}`;
  const criteria = sample.criteria.map((criterion, n) => ({
    ...criterion,
    levels: scale.levels.map(({ key }, at) => ({
      key: keyOf(n, at),
      level: key,
      descriptor: 'What is seen.',
    })),
  }));
  return { scale, criteria };
}

const judge = (a: string, b: string, comment = '') => ({
  judgements: [
    { criterionKey: A, level: a, comment },
    { criterionKey: B, level: b, comment },
  ],
  summary: '',
});

async function refusalOf(work: Promise<unknown>): Promise<Pick<AppError, 'code' | 'message'> | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message };
    throw error;
  }
}

interface Judged extends Enrolled {
  institutionId: string;
  attemptId: string;
  reviewId: string;
}

async function handInUnder(scale: Scale): Promise<Judged> {
  const { institutionId } = await buildInstitution(deps);
  const work = await enrolIn(deps, institutionId, pathwayOf(judgedBy(scale)));
  const reviewId = await handInModule(deps, work, 0);
  return { ...work, institutionId, attemptId: work.attemptIds[0] ?? '', reviewId };
}

describe('work that is judged by a scale of three levels', () => {
  let work: Judged;
  beforeEach(async () => {
    work = await handInUnder(THREE);
  });

  it('shows its reviewer that scale', async () => {
    const page = await getReviewPage(deps, work.reviewer, work.reviewId);

    expect(page.scale).toEqual(THREE);
    expect(page.criteria.map(({ levels }) => levels.map(({ level }) => level))).toEqual(
      sample.criteria.map(() => ['not-yet', 'solid', 'beyond']),
    );
  });

  it('is approved at the level that its scale needs or above, and its award cites what was described there', async () => {
    await approve(deps, work.reviewer, work.reviewId, judge('beyond', 'solid'));

    const award = await AwardModel.findOne({ institutionId: work.institutionId }).lean();

    expect(award?.levels).toEqual([
      { criterionKey: A, level: 'beyond', levelKey: '00000000-0000-4000-8000-000000000002' },
      { criterionKey: B, level: 'solid', levelKey: '00000000-0000-4000-8000-000000000011' },
    ]);
  });

  it.each([
    {
      verb: 'approve',
      decide: approve,
      judged: judge('beyond', 'not-yet', 'More.'),
      code: 'BELOW_MEETS',
      words: 'at Solid or above',
    },
    {
      verb: 'approve',
      decide: approve,
      judged: judge('beyond', 'not-yet'),
      code: 'COMMENT_NEEDED',
      words: 'below Solid',
    },
    {
      verb: 'return',
      decide: returnForRevision,
      judged: judge('solid', 'beyond'),
      code: 'NOTHING_RETURNED',
      words: 'at Solid or above',
    },
    {
      verb: 'approve',
      decide: approve,
      judged: judge('solid', 'meets'),
      code: 'VALIDATION_FAILED',
      words: 'Not yet, Solid, Beyond',
    },
    {
      verb: 'return',
      decide: returnForRevision,
      judged: judge('meets', 'not-yet', 'x'),
      code: 'VALIDATION_FAILED',
      words: 'Not yet, Solid, Beyond',
    },
  ])(
    'is refused with $code to whoever would $verb it against its scale, with names of its levels',
    async (row) => {
      const refusal = await refusalOf(row.decide(deps, work.reviewer, work.reviewId, row.judged));

      expect(refusal).toEqual({ code: row.code, message: expect.stringContaining(row.words) });
    },
  );

  it('takes no level of another scale into the reviewer’s draft', async () => {
    const save = (level: string | null) =>
      saveReviewDraft(deps, work.reviewer, work.reviewId, {
        baseRevision: 0,
        judgements: [{ criterionKey: A, level, comment: '' }],
        summary: '',
      });

    const codes = [await refusalOf(save('meets')), await refusalOf(save(null))];

    expect(codes).toEqual([expect.objectContaining({ code: 'VALIDATION_FAILED' }), null]);
  });

  it('reopens after a return what is below that level, and settles the rest', async () => {
    await returnWithoutUndo(deps, work.reviewer, work.reviewId, judge('solid', 'not-yet', 'Say how.'));

    const { institutionId, attemptId } = work;
    const attempt = await AttemptModel.findOne({ institutionId, _id: attemptId }).lean();
    const page = await getWorkspace(deps, work.teacher, attemptId);

    expect(attempt).toMatchObject({
      openCriteria: [B],
      settled: [{ criterionKey: A, level: 'solid' }],
    });
    expect(page.feedback?.criteria.map(({ level, reopened }) => [level, reopened])).toEqual([
      ['solid', false],
      ['not-yet', true],
    ]);
  });

  it('takes no level of another scale as the author’s own', async () => {
    await returnWithoutUndo(deps, work.reviewer, work.reviewId, judge('solid', 'not-yet', 'Say how.'));
    const mark = (level: string) =>
      setSelfLevel(deps, work.teacher, work.attemptId, { criterionKey: B, level });

    const refusals = [await refusalOf(mark('meets')), await refusalOf(mark('beyond'))];

    expect(refusals).toEqual([
      { code: 'VALIDATION_FAILED', message: expect.stringContaining('Not yet, Solid, Beyond') },
      null,
    ]);
  });
});

it('work that is judged by a scale of six levels needs the one that the scale says', async () => {
  const work = await handInUnder(SIX);

  const refusal = await refusalOf(approve(deps, work.reviewer, work.reviewId, judge('six', 'four', 'More.')));
  const done = await refusalOf(approve(deps, work.reviewer, work.reviewId, judge('six', 'five')));

  expect(refusal).toEqual({ code: 'BELOW_MEETS', message: expect.stringContaining('Level five') });
  expect(done).toBeNull();
});
