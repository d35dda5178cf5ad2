import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ModuleContent, PathwayContent } from '../../../contract/content.ts';
import { promptsOf, requirementsOf, unrollModule } from '../../../contract/cycles.ts';
import { allApproved } from '../../../contract/rules.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { submitAttempt, withdrawSubmission } from '../../../server/features/attempts/submitting.service.ts';
import { saveAttemptDraft } from '../../../server/features/attempts/writing.service.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { archiveRun } from '../../../server/features/catalog/runs.service.ts';
import { setOffered } from '../../../server/features/catalog/versions.service.ts';
import { addLink } from '../../../server/features/enrolments/attempts.service.ts';
import { AttemptModel } from '../../../server/features/enrolments/attempt.model.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { moveToVersion } from '../../../server/features/pathways/moving.service.ts';
import { getNewer } from '../../../server/features/pathways/newer.service.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { returnForRevision, settleReturn } from '../../../server/features/reviews/returning.service.ts';
import { SubmissionModel } from '../../../server/features/submissions/submission.model.ts';
import { buildInstitution, firstDraft } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { approveModule, enrolIn, handInModule, pathwayOf, type Enrolled } from '../../support/pathways.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE } from '../../support/work.ts';

const { deps } = useServices();
const { A, B, prompt } = FIRST_MODULE;
let institutionId: string;
let first: PathwayContent;
let work: Enrolled;
beforeEach(async () => {
  ({ institutionId } = await buildInstitution(deps));
  first = pathwayOf({}, {}, {});
  work = await enrolIn(deps, institutionId, first);
});

/** The pathway with its modules changed, complete once all of them are approved. */
function withModules(modules: ModuleContent[]): PathwayContent {
  return { ...first, modules, completes: allApproved(modules.map(({ key }) => key)) };
}
const changeEach = (change: (module: ModuleContent) => Partial<ModuleContent>): PathwayContent =>
  withModules(first.modules.map((module) => ({ ...module, ...change(module) })));

/** The same module with another question instead of its first one. */
function askAnew({ steps }: ModuleContent): Partial<ModuleContent> {
  return {
    steps: steps.map((step) => ({
      ...step,
      blocks: step.blocks.map((block) =>
        block.type === 'prompt' ? { ...block, key: randomUUID(), question: 'What will you change?' } : block,
      ),
    })),
  };
}

const publish = (content: PathwayContent) => publishPathway(deps, institutionId, content);
const move = (from = 1, to = 2) => moveToVersion(deps, work.teacher, work.enrolmentId, { from, to });
const enrolmentNow = () => EnrolmentModel.findOne({ institutionId, _id: work.enrolmentId }).lean();
const attemptAt = async (at: number) => {
  const found = await AttemptModel.findOne({ institutionId, _id: work.attemptIds[at] ?? '' }).lean();
  if (!found) throw new Error('there is no such attempt');
  return found;
};
const pageAt = (at: number) => getWorkspace(deps, work.teacher, work.attemptIds[at] ?? '');
const write = (at: number, text: string, pieceKey = prompt.key) =>
  saveAttemptDraft(deps, work.teacher, { id: work.attemptIds[at] ?? '', pieceKey }, firstDraft(text));
const judged = (level: string, comment = '') => ({
  judgements: [A, B].map((criterionKey) => ({ criterionKey, level, comment })),
  summary: '',
});

/** Writes and adds what the first module asks for. */
async function makeReady(): Promise<void> {
  await write(0, 'Eleven students.');
  const link = { url: 'https://example.org/', name: 'The check', criteria: [A, B], requirementKey: null };
  await addLink(deps, work.teacher, work.attemptIds[0] ?? '', link);
}

/** Returns the submission of a review at once, as it is after ten seconds. */
async function returnNow(reviewId: string, said = judged('approaching', 'Name the piles.')): Promise<void> {
  await returnForRevision(deps, work.reviewer, reviewId, said);
  await ReviewModel.updateOne(
    { institutionId, _id: reviewId },
    { $set: { 'returning.until': new Date(Date.now() - 60_000) } },
  );
  await settleReturn(institutionId, reviewId);
}

describe('a newer version', () => {
  it('moves nobody: whoever works on the earlier one goes on in it', async () => {
    await publish(changeEach(({ title }) => ({ title: `${title}, again` })));

    const page = await pageAt(0);

    expect(page.module.title).toBe('Module 1');
    expect(page).toMatchObject({ ofVersion: null, former: false, writable: true });
  });

  it('is offered with what it changes and what becomes of the work, and reading that changes nothing', async () => {
    await write(1, 'I shall ask less.');
    await approveModule(deps, work, 0);
    await publish(withModules([...changeEach(askAnew).modules.slice(0, 2)]));

    const newer = await getNewer(work.teacher, work.enrolmentId);

    expect(newer).toMatchObject({
      from: 1,
      closed: null,
      offer: { to: 2, share: { before: 33, after: 50 } },
    });
    expect(newer.offer?.diff.modules).toHaveLength(3);
    expect(newer.offer?.work).toMatchObject([
      { fate: 'approved', state: 'approved', formerTexts: [] },
      { fate: 'carried', formerTexts: [{ question: prompt.question, cycle: null }] },
    ]);
    expect((await attemptAt(1)).versionId ?? null).toBeNull();
  });

  it('is not offered while it is held back, nor to anybody else than the person', async () => {
    await publish(changeEach(askAnew));
    await setOffered(deps, operatorOf(institutionId), { key: first.key, n: 2 }, false);

    const held = await getNewer(work.teacher, work.enrolmentId);
    const refused = await codeOf(move());
    const stranger = await codeOf(getNewer(buildSession(institutionId), work.enrolmentId));
    await setOffered(deps, operatorOf(institutionId), { key: first.key, n: 2 }, true);
    const offered = await getNewer(work.teacher, work.enrolmentId);

    expect([held.offer, refused, stranger]).toEqual([null, 'VERSION_NOT_OFFERED', 'NOT_FOUND']);
    expect(offered.offer?.to).toBe(2);
  });
});

describe('moving to a newer version', () => {
  it('goes on with what was written, and keeps what is not asked any more to be read', async () => {
    await write(0, 'Eleven students.');
    const second = changeEach(askAnew);
    await publish(second);

    await move();
    const page = await pageAt(0);
    const late = await codeOf(write(0, 'A window that was open all the time.'));

    const [asked] = second.modules.map(unrollModule).flatMap(promptsOf);
    expect(promptsOf(page.module).map(({ key }) => key)).toContain(asked?.key);
    expect(page.drafts).toEqual([]);
    expect(page.formerTexts).toMatchObject([{ pieceKey: prompt.key, question: prompt.question }]);
    expect(late).toBe('PIECE_LOCKED');
  });

  it('keeps links and takes them out of requirements that are gone', async () => {
    const [requirement] = requirementsOf(unrollModule(FIRST_MODULE.module));
    const url = 'https://example.org/';
    const link = { url, name: 'The check', criteria: [A, B], requirementKey: requirement?.key ?? null };
    await addLink(deps, work.teacher, work.attemptIds[0] ?? '', link);
    const noLonger = ({ steps, criteria }: ModuleContent): Partial<ModuleContent> => ({
      steps: steps.map((step) => ({
        ...step,
        blocks: step.blocks.filter(({ type }) => type !== 'requirement'),
      })),
      criteria: criteria.filter(({ key }) => key !== B),
    });
    await publish(changeEach(noLonger));
    const before = await getNewer(work.teacher, work.enrolmentId);

    await move();
    const page = await pageAt(0);

    expect(before.offer?.work[0]?.unassigned).toEqual(['The check']);
    expect(page.evidence).toMatchObject([{ name: 'The check', criteria: [A], requirementKey: null }]);
  });

  it('leaves what is approved as it was judged, with its award', async () => {
    await approveModule(deps, work, 0);
    const [award] = await AwardModel.find({ institutionId }).lean();
    await publish(
      changeEach(({ title }) => ({
        title: `${title}, again`,
        criteria: FIRST_MODULE.module.criteria.slice(0, 1),
      })),
    );

    await move();
    const page = await pageAt(0);

    expect(page).toMatchObject({ state: 'approved', ofVersion: 1, former: false, writable: false });
    expect(page.module.title).toBe('Module 1');
    expect(await AwardModel.find({ institutionId }).lean()).toEqual([award]);
  });

  it('lets a submission be judged by the version that it was submitted in, and its return go on in the newer one', async () => {
    const reviewId = await handInModule(deps, work, 0);
    const second = changeEach(({ criteria }) => ({
      criteria: criteria.map((one) => ({ ...one, title: 'Anew' })),
    }));
    await publish(second);
    await move();
    const during = await pageAt(0);

    await returnNow(reviewId);
    const page = await pageAt(0);

    expect(during).toMatchObject({ state: 'in_review', ofVersion: 1 });
    expect(page).toMatchObject({ state: 'returned', round: 2, ofVersion: null, writable: true });
    expect(page.module.criteria[0]?.title).toBe('Anew');
  });

  it('opens a settled criterion again if the newer scale does not have its level', async () => {
    const reviewId = await handInModule(deps, work, 0);
    const mixed = judged('approaching', 'Name the piles.');
    mixed.judgements = mixed.judgements.map((one) =>
      one.criterionKey === A ? { ...one, level: 'meets' } : one,
    );
    await returnNow(reviewId, mixed);
    const renamed = (key: string): string => (key === 'meets' ? 'there' : key);
    await publish(
      changeEach(({ scale, criteria }) => ({
        scale: {
          meets: 'there',
          levels: scale.levels.map((level) => ({ ...level, key: renamed(level.key) })),
        },
        criteria: criteria.map((one) => ({
          ...one,
          levels: one.levels.map((level) => ({ ...level, level: renamed(level.level) })),
        })),
      })),
    );
    const before = await getNewer(work.teacher, work.enrolmentId);

    await move();

    expect(before.offer?.work[0]?.reopened).toHaveLength(1);
    expect(await attemptAt(0)).toMatchObject({ settled: [], openCriteria: [A, B] });
  });

  it('keeps work on a module that is gone, to be read', async () => {
    await write(2, 'About the third.');
    await publish(withModules(first.modules.slice(0, 2)));

    await move();
    const page = await pageAt(2);
    const refused = await codeOf(write(2, 'More about it.'));

    expect(page).toMatchObject({ former: true, writable: false, ofVersion: 1 });
    expect(page.drafts).toMatchObject([{ text: 'About the third.' }]);
    expect(refused).toBe('PIECE_LOCKED');
  });

  it('begins work on what is new, and goes on in a module that comes back', async () => {
    await write(2, 'About the third.');
    await publish(withModules(first.modules.slice(0, 2)));
    await move();
    const added = { ...first.modules[0], key: randomUUID(), title: 'New' } as ModuleContent;
    await publish(withModules([...first.modules, added]));

    await move(2, 3);
    const page = await pageAt(2);

    expect(page).toMatchObject({ former: false, writable: true, ofVersion: null });
    expect(page.drafts).toMatchObject([{ text: 'About the third.' }]);
    expect(await AttemptModel.countDocuments({ institutionId, enrolmentId: work.enrolmentId })).toBe(4);
  });

  it('completes the pathway if nothing is left to do', async () => {
    await approveModule(deps, work, 0);
    await publish(withModules(first.modules.slice(0, 1)));

    await move();
    const newer = await getNewer(work.teacher, work.enrolmentId);

    expect((await enrolmentNow())?.state).toBe('completed');
    expect(newer).toMatchObject({ closed: 'completed', from: 2 });
  });

  it('is refused if another window moved already, or something newer is offered, or the run is archived', async () => {
    await publish(changeEach(askAnew));
    const wrong = await codeOf(move(1, 3));
    await move();
    const again = await codeOf(move());
    await publish(changeEach(askAnew));
    const enrolment = await enrolmentNow();
    await archiveRun(deps, institutionId, enrolment?.runId ?? '');

    const archived = await codeOf(move(2, 3));

    expect([wrong, again, archived]).toEqual(['VERSION_CHANGED', 'VERSION_CHANGED', 'RUN_ARCHIVED']);
  });

  it('takes back a submission into the version that its author works on by now', async () => {
    const id = work.attemptIds[0] ?? '';
    await makeReady();
    const { _id: submissionId } = await submitAttempt(deps, work.teacher, id);
    await publish(changeEach(({ title }) => ({ title: `${title}, again` })));
    await move();

    await withdrawSubmission(deps, work.teacher, submissionId);
    const page = await pageAt(0);

    expect(page).toMatchObject({ state: 'in_progress', ofVersion: null, writable: true });
    expect(page.module.title).toBe('Module 1, again');
  });
});

describe('at the same moment as a move', () => {
  it('an approval counts in the version that the person works on by then, whichever was first', async () => {
    const reviewId = await handInModule(deps, work, 0);
    await publish(withModules(first.modules.slice(0, 1)));

    await Promise.all([move(), approve(deps, work.reviewer, reviewId, judged('meets'))]);

    const enrolment = await enrolmentNow();
    const award = await AwardModel.findOne({ institutionId }).lean();
    expect(enrolment?.state).toBe('completed');
    expect(award?.version).toBe(1);
    expect(await pageAt(0)).toMatchObject({ state: 'approved', ofVersion: 1 });
  });

  it('a submission freezes one version or the other, never a mixture', async () => {
    const id = work.attemptIds[0] ?? '';
    await makeReady();
    await publish(changeEach(({ title }) => ({ title: `${title}, again` })));

    const [submitted] = await Promise.all([codeOf(submitAttempt(deps, work.teacher, id)), move()]);

    const attempt = await attemptAt(0);
    const submissions = await SubmissionModel.find({ institutionId }).lean();
    const page = await pageAt(0);
    expect(['done', 'SUBMISSION_CHANGED', 'PIECE_LOCKED']).toContain(submitted);
    expect(submissions).toHaveLength(submitted === 'done' ? 1 : 0);
    for (const submission of submissions) expect(submission.moduleId).toBe(attempt.moduleId);
    expect(page.state).toBe(submitted === 'done' ? 'submitted' : 'in_progress');
  });

  it('two windows move once', async () => {
    await publish(changeEach(askAnew));

    const codes = await Promise.all([codeOf(move()), codeOf(move())]);

    const enrolment = await enrolmentNow();
    expect(codes.sort()).toEqual(['VERSION_CHANGED', 'done']);
    expect(enrolment?.movedFrom).toHaveLength(1);
  });

  it('nothing that is saved is lost', async () => {
    await publish(changeEach(askAnew));

    const [saved] = await Promise.all([codeOf(write(0, 'Eleven students.')), move()]);
    const page = await pageAt(0);

    expect(['done', 'PIECE_LOCKED']).toContain(saved);
    if (saved === 'done') expect(page.formerTexts).toMatchObject([{ pieceKey: prompt.key }]);
  });
});
