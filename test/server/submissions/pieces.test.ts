import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANGE_NOTE } from '../../../contract/attempts.ts';
import type { ShownPiece } from '../../../contract/evidence.ts';
import { shownPieces } from '../../../contract/submissions.ts';
import { ARTIFACT_STATES, type ArtifactState } from '../../../contract/states.ts';
import { emptyPiece } from '../../../client/src/autosave/texts/textPiece.ts';
import { outgoingPieces, type OutgoingPiece } from '../../../client/src/features/attempts/check/outgoing.ts';
import { ArtifactModel, type ArtifactDoc } from '../../../server/features/artifacts/artifact.model.ts';
import { addLink, setSelfLevel } from '../../../server/features/enrolments/attempts.service.ts';
import { changeLink, removeLink } from '../../../server/features/attempts/links.service.ts';
import { getReviewPage } from '../../../server/features/reviews/reviewPage.service.ts';
import { startReview } from '../../../server/features/reviews/reviews.service.ts';
import { SubmissionModel } from '../../../server/features/submissions/submission.model.ts';
import { submitAttempt, withdrawSubmission } from '../../../server/features/attempts/submitting.service.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { saveAttemptDraft } from '../../../server/features/attempts/writing.service.ts';
import { firstDraft } from '../../support/build.ts';
import { returnWithoutUndo } from '../../support/returns.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE, useWork, type Work } from '../../support/work.ts';

const { A, B } = FIRST_MODULE;
const { deps } = useServices();
const work = useWork(deps);

const BEGUN = new Date('2026-11-20T09:00:00Z').getTime();
const linkTo = (name: string) => ({
  url: `https://example.org/${name}`,
  name,
  criteria: [B],
  requirementKey: null,
});

function artifactOf({ teacher, attemptId }: Work, state: ArtifactState, createdAt: Date): ArtifactDoc {
  const id = randomUUID();
  const upload = { offset: 9, n: 0, tail: null, epoch: 0, open: false, stamp: null };
  const size = { size: 9, originalSize: 9, counted: 9 };
  return {
    _id: id,
    institutionId: teacher.institutionId,
    personId: teacher.personId,
    attemptId,
    state,
    createdAt,
    upload,
    ...size,
    clientId: randomUUID(),
    fileId: randomUUID(),
    name: `${state} ${id.slice(0, 4)}.pdf`,
    criteria: [A],
    requirementKey: null,
    removedAt: null,
    withdrawnAt: null,
    kind: 'pdf',
    mediaType: 'application/pdf',
    sha256: 'a'.repeat(64),
    strippedMetadata: false,
    notes: [],
    refusal: null,
    garbage: [],
    holds: 0,
    checking: null,
    checkTries: 0,
    checkFault: null,
    sweepAt: null,
  };
}

/** What the check page shows to the author now. */
async function checked({ teacher, attemptId }: Work): Promise<OutgoingPiece[]> {
  const workspace = await getWorkspace(deps, teacher, attemptId);
  const texts = workspace.drafts.map(
    ({ pieceKey, document, revision }) =>
      [pieceKey, { ...emptyPiece(pieceKey), document, baseRevision: revision }] as const,
  );
  return outgoingPieces(workspace, new Map(texts));
}

/** Submits what was seen, and answers what its reviewer reads. */
async function reviewed(of: Work, shown: readonly ShownPiece[]) {
  const { _id } = await submitAttempt(deps, of.teacher, of.attemptId, shown);
  const page = await getReviewPage(deps, of.reviewer, await of.reviewOf(_id));
  return { submissionId: _id, page };
}

/** All that is shown of a piece on both pages: what it is called, what it is for, and what it says or where it leads. */
const wordsOf = ({ kind, id, title, question, criteria }: OutgoingPiece, content: unknown) =>
  ({ kind, id, title, question, criteria, content }); // prettier-ignore
const asChecked = (pieces: readonly OutgoingPiece[]) =>
  pieces.map((piece) => {
    if (piece.kind === 'link') return wordsOf(piece, piece.from.url);
    return wordsOf(piece, piece.kind === 'artifact' ? piece.from.sha256 : piece.from.document);
  });
const asReviewed = (pieces: Awaited<ReturnType<typeof getReviewPage>>['pieces']) =>
  pieces.map(({ kind, id, title, question, criteria, document, url, sha256 }) => {
    const content = { link: url, artifact: sha256, reflection: document, change_note: document }[kind];
    return { kind, id, title, question, criteria, content };
  });

/** Opens a second round, in which the first criterion is settled. */
async function secondRound(of: Work): Promise<void> {
  const { reviewId } = await of.submitted();
  await startReview(deps, of.reviewer, reviewId);
  const judgements = [
    { criterionKey: A, level: 'meets' as const, comment: '' },
    { criterionKey: B, level: 'approaching' as const, comment: 'Name the piles.' },
  ];
  await returnWithoutUndo(deps, of.reviewer, reviewId, { judgements, summary: '' });
  const note = { id: of.attemptId, pieceKey: CHANGE_NOTE } as const;
  await saveAttemptDraft(deps, of.teacher, note, firstDraft('I named the piles.'));
}

const piles = fc.array(
  fc.record({
    kind: fc.constantFrom('file', 'link'),
    state: fc.constantFrom(
      ...ARTIFACT_STATES.filter((state) => state !== 'uploading' && state !== 'checking'),
    ),
    // few moments, so that some are begun in the same one
    begun: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 8 },
);

describe('the check page lists exactly what the reviewer gets', () => {
  it.each(['first', 'second'] as const)(
    'in the %s round, whatever was added in whichever order',
    async (round) => {
      const of = work.now;
      const { teacher, attemptId } = of;
      const { institutionId } = teacher;
      await (round === 'first' ? of.makeReady() : secondRound(of));
      const first = await checked(of);

      await fc.assert(
        fc.asyncProperty(piles, async (added) => {
          await ArtifactModel.deleteMany({ institutionId, attemptId });
          const files = added.filter(({ kind }) => kind === 'file');
          await ArtifactModel.insertMany(
            files.map(({ state, begun }) => artifactOf(of, state, new Date(BEGUN + begun))),
          );
          const links = added.filter(({ kind }) => kind === 'link');
          const made = [];
          for (const [n] of links.entries())
            made.push(await addLink(deps, teacher, attemptId, linkTo(`${n}`)));

          const pieces = await checked(of);
          const { submissionId, page } = await reviewed(of, shownPieces(pieces));

          expect(asChecked(pieces)).toEqual(asReviewed(page.pieces));
          expect(page.pieces).toHaveLength(
            first.length + files.filter(({ state }) => state === 'ready').length + links.length,
          );
          const { changedSince } = await getWorkspace(deps, teacher, attemptId);
          expect(changedSince).toBe(page.changedSince);
          await withdrawSubmission(deps, teacher, submissionId);
          for (const { id } of made) await removeLink(teacher, attemptId, id);
        }),
        { numRuns: 12 },
      );
    },
  );

  type Elsewhere = (of: Work, linkId: string) => Promise<unknown>;
  const links = { A: [A], both: [A, B] };
  it.each<[string, Elsewhere, string]>([
    ['nothing was changed', () => Promise.resolve(), 'done'],
    [
      'a level was chosen for oneself',
      ({ teacher, attemptId }) => setSelfLevel(deps, teacher, attemptId, { criterionKey: A, level: 'meets' }),
      'done',
    ],
    [
      'a text was changed',
      ({ teacher, place }) =>
        saveAttemptDraft(deps, teacher, place, { ...firstDraft('Another text.'), baseRevision: 1 }),
      'SUBMISSION_CHANGED',
    ],
    [
      'a link was added',
      ({ teacher, attemptId }) => addLink(deps, teacher, attemptId, linkTo('more')),
      'SUBMISSION_CHANGED',
    ],
    [
      'a link was renamed',
      ({ teacher, attemptId }, linkId) => changeLink(teacher, { id: attemptId, linkId }, { name: 'Renamed' }),
      'SUBMISSION_CHANGED',
    ],
    [
      'a link became evidence for more',
      ({ teacher, attemptId }, linkId) =>
        changeLink(teacher, { id: attemptId, linkId }, { criteria: links.both }),
      'SUBMISSION_CHANGED',
    ],
    [
      'a file got ready',
      (of) => ArtifactModel.create([artifactOf(of, 'ready', new Date(BEGUN))]),
      'SUBMISSION_CHANGED',
    ],
    [
      'a link was replaced',
      async ({ teacher, attemptId }, linkId) => {
        await addLink(deps, teacher, attemptId, { ...linkTo('check'), name: 'The check', criteria: links.A });
        await removeLink(teacher, attemptId, linkId);
      },
      'SUBMISSION_CHANGED',
    ],
  ])('and nothing goes out that it did not: since then %s', async (_, elsewhere, code) => {
    const of = work.now;
    await of.makeReady();
    const seen = await checked(of);
    await elsewhere(of, seen.find(({ kind }) => kind === 'link')?.id ?? '');

    const answer = await codeOf(submitAttempt(deps, of.teacher, of.attemptId, shownPieces(seen)));

    const { institutionId } = of.teacher;
    expect(answer).toBe(code);
    expect(await SubmissionModel.countDocuments({ institutionId })).toBe(code === 'done' ? 1 : 0);
  });
});
