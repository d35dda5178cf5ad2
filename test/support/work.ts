import { randomUUID } from 'node:crypto';
import { beforeEach } from '@jest/globals';
import { promptsOf, unrollModule } from '../../contract/cycles.ts';
import { AppError } from '../../server/errors.ts';
import type { Deps } from '../../server/deps.ts';
import { addLink } from '../../server/features/enrolments/attempts.service.ts';
import { openEnrolment } from '../../server/features/enrolments/enrolments.service.ts';
import { ReviewModel } from '../../server/features/reviews/review.model.ts';
import { submitAttempt } from '../../server/features/attempts/submitting.service.ts';
import { saveAttemptDraft } from '../../server/features/attempts/writing.service.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';
import { buildInstitution, firstDraft, SAMPLE } from './build.ts';
import { buildSession } from './liveSession.ts';

const [module] = SAMPLE.modules;
const unrolled = module && unrollModule(module);
const [prompt] = unrolled ? promptsOf(unrolled) : [];
const [first, second] = module?.criteria ?? [];
if (!module || !unrolled || !prompt || !first || !second)
  throw new Error('the sample pathway has no first module');

/** The first module of the sample, as it is written and as people go through it, and the keys that tests use. */
export const FIRST_MODULE = { module, unrolled, prompt, A: first.key, B: second.key } as const;

/** The code of the refusal, or 'done'; any other error is thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** A teacher with an attempt, and an instructor of the same course. */
export interface Work {
  teacher: LiveSession;
  reviewer: LiveSession;
  attemptId: string;
  place: { id: string; pieceKey: string };
  /** Writes the reflection and hands in a link, so that nothing is missing. */
  makeReady(text?: string): Promise<void>;
  submitted(): Promise<{ submissionId: string; reviewId: string }>;
  reviewOf(submissionId: string): Promise<string>;
}

/** Creates fresh work before each test. */
export function useWork(deps: Deps): { readonly now: Work } {
  let work: Work | null = null;
  beforeEach(async () => {
    work = await buildWork(deps);
  });
  return {
    get now() {
      if (!work) throw new Error('the work is there from beforeEach on');
      return work;
    },
  };
}

async function buildWork(deps: Deps): Promise<Work> {
  const { institutionId, pathwayKey } = await buildInstitution(deps);
  const teacher = buildSession(institutionId);
  const reviewer = buildSession(institutionId, { contextId: teacher.contextId, isCourseInstructor: true });
  const { attempts } = await openEnrolment(deps, teacher, pathwayKey);
  const attemptId = attempts[0]?._id ?? randomUUID();
  const place = { id: attemptId, pieceKey: FIRST_MODULE.prompt.key };
  const reviewOf = async (submissionId: string): Promise<string> =>
    (await ReviewModel.findOne({ institutionId, submissionId }).lean())?._id ?? '';
  const makeReady = async (text = 'Eleven students left the unit out.'): Promise<void> => {
    await saveAttemptDraft(deps, teacher, place, firstDraft(text));
    const link = {
      url: 'https://example.org/check',
      name: 'The check',
      criteria: [FIRST_MODULE.A],
      requirementKey: null,
    };
    await addLink(deps, teacher, attemptId, link);
  };
  const submitted = async (): Promise<{ submissionId: string; reviewId: string }> => {
    await makeReady();
    const { _id } = await submitAttempt(deps, teacher, attemptId);
    return { submissionId: _id, reviewId: await reviewOf(_id) };
  };
  return { teacher, reviewer, attemptId, place, makeReady, submitted, reviewOf };
}
