import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ModuleContent, Step, StepKind } from '../../../contract/content.ts';
import { documentOf, plainText } from '../../../contract/richText.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { getOwnAttempt, setStep } from '../../../server/features/enrolments/attempts.service.ts';
import { listModules } from '../../../server/features/catalog/catalog.service.ts';
import { minutesUsed } from '../../../server/features/pathways/map.service.ts';
import { getReviewPage } from '../../../server/features/reviews/reviewPage.service.ts';
import { PathwayVersionModel } from '../../../server/features/catalog/pathway.model.ts';
import { buildInstitution } from '../../support/build.ts';
import { enrolIn, handInModule, pathwayOf, type Enrolled } from '../../support/pathways.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE } from '../../support/work.ts';

const { deps } = useServices();
const { prompt } = FIRST_MODULE;

const step = (key: string, kind: StepKind, minutes: number, text: string): Step => ({
  key,
  kind,
  title: null,
  minutes,
  blocks: [
    { type: 'text', key: '00000000-0000-4000-8000-000000000001', content: documentOf(text) },
    ...(kind === 'reflect' ? [prompt] : []),
  ],
});

/** A practice cycle: two rounds in class, each with a step of its own. */
const CYCLE: Partial<ModuleContent> = {
  steps: [
    step('read', 'learn', 10, 'What a quick check is.'),
    step('plan', 'plan', 20, 'Plan one.'),
    step('first-round', 'try', 40, 'Try it.'),
    step('visit', 'observe', 15, 'Have somebody watch.'),
    step('second-round', 'refine', 40, 'Try it again.'),
    step('look-back', 'reflect', 25, 'Think.'),
    step('submit', 'hand_in', 5, 'Hand in.'),
  ],
};

let institutionId: string;
let work: Enrolled;
let attemptId: string;
beforeEach(async () => {
  ({ institutionId } = await buildInstitution(deps));
  work = await enrolIn(deps, institutionId, pathwayOf(CYCLE));
  [attemptId = ''] = work.attemptIds;
});

async function minutesOf(): Promise<number> {
  const attempt = await getOwnAttempt(work.teacher, attemptId);
  const [version] = await PathwayVersionModel.find({ institutionId }).sort({ publishedAt: -1 }).lean();
  const modules = await listModules(institutionId, version?._id ?? '');
  return minutesUsed([attempt], modules, new Date(0));
}

describe('the steps of a practice cycle', () => {
  it('are marked by their own keys, and each counts its own minutes', async () => {
    await setStep(deps, work.teacher, attemptId, { step: 'first-round', done: true });
    await setStep(deps, work.teacher, attemptId, { step: 'visit', done: true });

    const page = await getWorkspace(deps, work.teacher, attemptId);

    expect(page.stepsDone).toEqual(['first-round', 'visit']);
    expect(await minutesOf()).toBe(55);
  });

  it.each([true, false])('are the only ones that can be marked as done: %s', async (done) => {
    const code = await codeOf(setStep(deps, work.teacher, attemptId, { step: 'try', done }));

    expect(code).toBe('VALIDATION_FAILED');
    expect((await getWorkspace(deps, work.teacher, attemptId)).stepsDone).toEqual([]);
  });

  it('are all done once the work is handed in', async () => {
    await handInModule(deps, work, 0);

    const { stepsDone } = await getOwnAttempt(work.teacher, attemptId);

    expect(stepsDone.map((done) => done.step)).toEqual(CYCLE.steps?.map(({ key }) => key));
    expect(await minutesOf()).toBe(155);
  });

  it('tell its reviewer what its author did in class', async () => {
    const reviewId = await handInModule(deps, work, 0);

    const { task } = await getReviewPage(deps, work.reviewer, reviewId);

    expect(plainText(task.content)).toBe('Plan one.\nTry it.\nHave somebody watch.\nTry it again.');
  });
});
