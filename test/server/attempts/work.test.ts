import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { moduleMinutes, requirementsOf } from '../../../contract/cycles.ts';
import { documentOf } from '../../../contract/richText.ts';
import {
  addLink,
  getOwnAttempt,
  setStep,
  setSelfLevel,
} from '../../../server/features/enrolments/attempts.service.ts';
import { openEnrolment } from '../../../server/features/enrolments/enrolments.service.ts';
import { listVersions } from '../../../server/features/attempts/versions.service.ts';
import { listModules } from '../../../server/features/catalog/catalog.service.ts';
import { archiveRun } from '../../../server/features/catalog/runs.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { startReview } from '../../../server/features/reviews/reviews.service.ts';
import { SubmissionModel } from '../../../server/features/submissions/submission.model.ts';
import { submitAttempt, withdrawSubmission } from '../../../server/features/attempts/submitting.service.ts';
import { minutesUsed, startOfWeek } from '../../../server/features/pathways/map.service.ts';
import { saveAttemptDraft } from '../../../server/features/attempts/writing.service.ts';
import { firstDraft, SAMPLE } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { useServices } from '../../support/services.ts';

import { codeOf, FIRST_MODULE, useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);

describe('an enrolment', () => {
  it('is one for each person, pathway and run, however many windows open it at once', async () => {
    const fresh = buildSession(work.now.teacher.institutionId);

    const opened = await Promise.all([1, 2, 3, 4].map(() => openEnrolment(deps, fresh, SAMPLE.key)));

    expect(new Set(opened.map(({ enrolment }) => enrolment._id)).size).toBe(1);
    expect(opened.map(({ attempts }) => attempts.length)).toEqual([3, 3, 3, 3]);
  });

  it('opened from a second course is the same work, and both courses may review it', async () => {
    const elsewhere = { ...work.now.teacher, contextId: randomUUID() };

    const { enrolment, attempts } = await openEnrolment(deps, elsewhere, SAMPLE.key);

    expect(attempts[0]?._id).toBe(work.now.attemptId);
    expect(enrolment.contextIds).toEqual([work.now.teacher.contextId, elsewhere.contextId]);
  });

  it('begins anew in the next run, with the earlier work left as it was', async () => {
    const { enrolment } = await openEnrolment(deps, work.now.teacher, SAMPLE.key);
    await archiveRun(deps, work.now.teacher.institutionId, enrolment.runId);

    const next = await openEnrolment(deps, work.now.teacher, SAMPLE.key);

    expect(next.enrolment._id).not.toBe(enrolment._id);
    expect(next.attempts[0]?.state).toBe('not_started');
  });
});

describe('a text', () => {
  it('written in two windows keeps both: the second is refused with the first one’s text', async () => {
    const first = await saveAttemptDraft(deps, work.now.teacher, work.now.place, firstDraft('From my phone'));

    const second = saveAttemptDraft(deps, work.now.teacher, work.now.place, firstDraft('From my laptop'));

    await expect(second).rejects.toMatchObject({
      code: 'DRAFT_CONFLICT',
      details: { theirs: { text: first.text } },
    });
    const { institutionId, personId } = work.now.teacher;
    const { rows: history } = await listVersions({
      institutionId,
      personId,
      subjectId: work.now.attemptId,
      pieceKey: FIRST_MODULE.prompt.key,
    });
    expect(history.map((version) => version.text)).toContain('From my laptop');
  });

  it('whose answer was lost on the way may be sent again', async () => {
    const input = firstDraft('Once');
    await saveAttemptDraft(deps, work.now.teacher, work.now.place, input);

    const again = await saveAttemptDraft(deps, work.now.teacher, work.now.place, input);

    expect(again.revision).toBe(1);
  });

  it.each([
    ['an image node', { type: 'doc', content: [{ type: 'image', attrs: { src: 'x' } }] }],
    ['raw HTML as a node', { type: 'doc', content: [{ type: 'html', text: '<b>' }] }],
    [
      'a javascript: link',
      {
        type: 'doc',
        content: [
          {
            type: 'paragraph',
            content: [
              { type: 'text', text: 'a', marks: [{ type: 'link', attrs: { href: 'javascript:alert(1)' } }] },
            ],
          },
        ],
      },
    ],
    ['an operator', { $gt: '' }],
    ['no object', 'text'],
  ])('that holds %s is refused', async (_what, document) => {
    const saving = saveAttemptDraft(deps, work.now.teacher, work.now.place, {
      draftId: randomUUID(),
      baseRevision: 0,
      document,
    });

    expect(await codeOf(saving)).toBe('VALIDATION_FAILED');
  });

  it('nested a thousand times deep is refused, and the process lives', async () => {
    let document: unknown = { type: 'paragraph' };
    for (let i = 0; i < 1000; i += 1) document = { type: 'blockquote', content: [document] };
    const doc = { type: 'doc', content: [document] };

    const saving = saveAttemptDraft(deps, work.now.teacher, work.now.place, {
      draftId: randomUUID(),
      baseRevision: 0,
      document: doc,
    });

    expect(await codeOf(saving)).toBe('VALIDATION_FAILED');
  });

  it('longer than 10,000 characters is refused with its length', async () => {
    const saving = saveAttemptDraft(
      deps,
      work.now.teacher,
      work.now.place,
      firstDraft('a'.repeat(10_000) + 'b'),
    );

    expect(await codeOf(saving)).toBe('TEXT_TOO_LONG');
  });

  it('typed after it was handed in is refused and still kept in the history', async () => {
    await work.now.submitted();

    const saving = saveAttemptDraft(deps, work.now.teacher, work.now.place, firstDraft('One more thought'));

    expect(await codeOf(saving)).toBe('PIECE_LOCKED');
    const { institutionId, personId } = work.now.teacher;
    const { rows: history } = await listVersions({
      institutionId,
      personId,
      subjectId: work.now.attemptId,
      pieceKey: FIRST_MODULE.prompt.key,
    });
    expect(history.map((version) => version.text)).toContain('One more thought');
  });

  it('of another person can’t be written to', async () => {
    const stranger = buildSession(work.now.teacher.institutionId);

    const saving = saveAttemptDraft(deps, stranger, work.now.place, firstDraft('Mine now'));

    expect(await codeOf(saving)).toBe('NOT_FOUND');
  });
});

describe('a submission', () => {
  it('that lacks its reflection names what is missing and uses no attempt', async () => {
    const submitting = submitAttempt(deps, work.now.teacher, work.now.attemptId);

    await expect(submitting).rejects.toMatchObject({
      code: 'SUBMISSION_INCOMPLETE',
      details: { missing: [{ what: 'reflection', key: FIRST_MODULE.prompt.key }, { what: 'artifact' }] },
    });
    expect((await getOwnAttempt(work.now.teacher, work.now.attemptId)).state).toBe('not_started');
  });

  it('sent twice at once is one', async () => {
    await work.now.makeReady();

    const codes = await Promise.all(
      [1, 2, 3].map(() => codeOf(submitAttempt(deps, work.now.teacher, work.now.attemptId))),
    );

    expect(codes.sort()).toEqual(['ALREADY_SUBMITTED', 'ALREADY_SUBMITTED', 'done']);
    expect(
      await SubmissionModel.countDocuments({
        institutionId: work.now.teacher.institutionId,
        attemptId: work.now.attemptId,
      }),
    ).toBe(1);
  });

  it('freezes each piece with a fingerprint, and all of them in a digest with a nonce', async () => {
    const { submissionId } = await work.now.submitted();

    const frozen = await SubmissionModel.findOne({
      institutionId: work.now.teacher.institutionId,
      _id: submissionId,
    }).lean();

    expect(frozen?.pieces.map((piece) => piece.kind)).toEqual(['reflection', 'link']);
    expect(frozen?.pieces.every((piece) => /^[0-9a-f]{64}$/.test(piece.sha256))).toBe(true);
    expect(frozen?.nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(frozen?.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('into an archived run is refused, with the text kept', async () => {
    await work.now.makeReady('Written in time');
    const { enrolment } = await openEnrolment(deps, work.now.teacher, SAMPLE.key);
    await archiveRun(deps, work.now.teacher.institutionId, enrolment.runId);

    expect(await codeOf(submitAttempt(deps, work.now.teacher, work.now.attemptId))).toBe('RUN_ARCHIVED');
    const { place } = work.now;
    const late = { ...firstDraft('Written too late'), baseRevision: 1 };
    expect(await codeOf(saveAttemptDraft(deps, work.now.teacher, place, late))).toBe('RUN_ARCHIVED');
    const { institutionId, personId } = work.now.teacher;
    const { rows: history } = await listVersions({
      institutionId,
      personId,
      subjectId: work.now.attemptId,
      pieceKey: FIRST_MODULE.prompt.key,
    });
    expect(history.map((version) => version.text)).toContain('Written too late');
  });

  it('can be taken back until a reviewer starts, and not after', async () => {
    const { submissionId } = await work.now.submitted();
    expect(await codeOf(withdrawSubmission(deps, work.now.teacher, submissionId))).toBe('done');
    const again = await submitAttempt(deps, work.now.teacher, work.now.attemptId);
    const review = await ReviewModel.findOne({
      institutionId: work.now.teacher.institutionId,
      submissionId: again._id,
    }).lean();
    await startReview(deps, work.now.reviewer, review?._id ?? '');

    expect(await codeOf(withdrawSubmission(deps, work.now.teacher, again._id))).toBe('REVIEW_STARTED');
  });

  it('taken back while a reviewer starts is either taken back or started, never both', async () => {
    const { submissionId, reviewId } = await work.now.submitted();

    const codes = await Promise.all([
      codeOf(withdrawSubmission(deps, work.now.teacher, submissionId)),
      codeOf(startReview(deps, work.now.reviewer, reviewId)),
    ]);

    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
  });
});

describe('own marks', () => {
  it('keep one level for each criterion, the newest', async () => {
    await setSelfLevel(deps, work.now.teacher, work.now.attemptId, {
      criterionKey: FIRST_MODULE.A,
      level: 'approaching',
    });
    await setSelfLevel(deps, work.now.teacher, work.now.attemptId, {
      criterionKey: FIRST_MODULE.A,
      level: 'meets',
    });

    const { selfLevels } = await getOwnAttempt(work.now.teacher, work.now.attemptId);

    expect(selfLevels.map(({ criterionKey, level }) => [criterionKey, level])).toEqual([
      [FIRST_MODULE.A, 'meets'],
    ]);
  });

  it('say which steps are done, and can be taken away', async () => {
    await setStep(deps, work.now.teacher, work.now.attemptId, { step: 'learn', done: true });
    await setStep(deps, work.now.teacher, work.now.attemptId, { step: 'learn', done: true });
    await setStep(deps, work.now.teacher, work.now.attemptId, { step: 'try', done: true });
    await setStep(deps, work.now.teacher, work.now.attemptId, { step: 'try', done: false });

    const { stepsDone } = await getOwnAttempt(work.now.teacher, work.now.attemptId);

    expect(stepsDone.map((done) => done.step)).toEqual(['learn']);
  });

  it('are all there once it is handed in, so that its minutes count for that week', async () => {
    await setStep(deps, work.now.teacher, work.now.attemptId, { step: 'learn', done: true });
    const { stepsDone: before } = await getOwnAttempt(work.now.teacher, work.now.attemptId);

    await work.now.submitted();

    const attempt = await getOwnAttempt(work.now.teacher, work.now.attemptId);
    expect(attempt.stepsDone.map(({ step }) => step)).toEqual(['learn', 'try', 'reflect', 'hand_in']);
    expect(attempt.stepsDone[0]?.at).toEqual(before[0]?.at);
    const all = moduleMinutes(FIRST_MODULE.unrolled);
    const { enrolment } = await openEnrolment(deps, work.now.teacher, SAMPLE.key);
    const modules = await listModules(attempt.institutionId, enrolment.versionId);
    expect(minutesUsed([attempt], modules, startOfWeek(new Date(), 'UTC'))).toBe(all);
  });

  it('make no module open that waits for another one', async () => {
    const { attempts } = await openEnrolment(deps, work.now.teacher, SAMPLE.key);
    const locked = attempts[2]?._id ?? '';

    expect(await codeOf(setStep(deps, work.now.teacher, locked, { step: 'learn', done: true }))).toBe(
      'MODULE_LOCKED',
    );
  });
});

describe('a link', () => {
  it('answers only what its module asks for', async () => {
    const link = { url: 'https://example.org/x', name: 'x', criteria: [FIRST_MODULE.A] };
    const answering = (requirementKey: string) =>
      codeOf(addLink(deps, work.now.teacher, work.now.attemptId, { ...link, requirementKey }));
    const [asked] = requirementsOf(FIRST_MODULE.unrolled);

    const codes = [await answering(randomUUID()), await answering(asked?.key ?? '')];

    expect(codes).toEqual(['VALIDATION_FAILED', 'done']);
  });
});

describe('a document of plain paragraphs', () => {
  it('comes back as the same lines', async () => {
    const { plainText } = await import('../../../contract/richText.ts');

    expect(plainText(documentOf('one\n\ntwo'))).toBe('one\n\ntwo');
  });
});
