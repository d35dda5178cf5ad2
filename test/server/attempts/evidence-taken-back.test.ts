import { requirementsOf, unrollModule } from '../../../contract/cycles.ts';
import { settleReturnNow } from '../../support/returns.ts';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { artifactEndpoints } from '../../../contract/artifacts.ts';
import { attemptEndpoints, CHANGE_NOTE, type SubmissionReceipt } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { documentOf } from '../../../contract/richText.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { manifestDigest } from '../../../server/features/submissions/manifest.service.ts';
import {
  SubmissionModel,
  type SubmissionDoc,
} from '../../../server/features/submissions/submission.model.ts';
import { uploadBuffer } from '../../support/files/artifacts.ts';
import { sha256 } from '../../support/files/asserts.ts';
import { photo } from '../../support/files/samples.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const world = useApp();
const { prompt, A, B, module } = FIRST_MODULE;
const NAME = 'Class 7b with Mia.jpg';

interface Work {
  institutionId: string;
  teacher: Caller;
  reviewer: Caller;
  attemptId: string;
}

let teachers = 0;

/** The work of a teacher who is new to the course, so that no test sees that of another one. */
async function begin(): Promise<Work> {
  teachers += 1;
  const { people, courses } = world.lms.lms;
  const { id } = people.add({ id: `new-${teachers}`, name: `New teacher ${teachers}` });
  const [course] = courses.list();
  courses.enrol(course?.id ?? '', id, 'learner');
  const teacher = await world.launch(id, world.links.module);
  const reviewer = await world.launch('reviewer', world.links.module);
  const opened = await teacher.call(pathwayEndpoints.open, { body: {} });
  const attemptId = opened.body.attemptId ?? '';
  const work = { institutionId: world.institutionId, teacher, reviewer, attemptId };
  await write(work, prompt.key, 'Eleven students left the unit out.');
  return work;
}

async function write({ teacher, attemptId }: Work, pieceKey: string, text: string): Promise<void> {
  const body = { draftId: randomUUID(), baseRevision: 0, document: documentOf(text) };
  await teacher.call(attemptEndpoints.saveDraft, { params: { id: attemptId, pieceKey }, body });
}

async function addLink({ teacher, attemptId }: Work, name: string, criteria: string[]): Promise<string> {
  const body = { url: 'https://example.org/mia', name, criteria, requirementKey: null };
  return (await teacher.call(attemptEndpoints.addLink, { params: { id: attemptId }, body })).body.id;
}

async function submit({ teacher, attemptId }: Work): Promise<SubmissionReceipt> {
  const answer = await teacher.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
  expect(answer.status).toBe(201);
  return answer.body;
}

const submissionOf = async ({ institutionId }: Work, id: string): Promise<SubmissionDoc | null> =>
  SubmissionModel.findOne({ institutionId, _id: id }).lean();

/** A is settled at Meets, B is to be revised. */
async function returnB({ reviewer }: Work, { code }: SubmissionReceipt): Promise<string> {
  const { rows } = (await reviewer.call(reviewEndpoints.queue)).body;
  const reviewId = rows.find((row) => row.code === code)?.id ?? '';
  await reviewer.call(reviewEndpoints.start, { params: { id: reviewId }, body: {} });
  const judgements = [
    { criterionKey: A, level: 'meets' as const, comment: '' },
    { criterionKey: B, level: 'approaching' as const, comment: 'Name the piles.' },
  ];
  await reviewer.call(reviewEndpoints.returnIt, {
    params: { id: reviewId },
    body: { judgements, summary: '' },
  });
  await settleReturnNow(world.institutionId, reviewId);
  return reviewId;
}

/** A file or a link, and what its owner can do with it. */
const KINDS = {
  file: {
    async add({ teacher, attemptId }: Work, criteria: string[]): Promise<string> {
      const about = { bearer: teacher.bearer, attemptId, criteria, filename: NAME };
      return (await uploadBuffer(world.url, await photo('jpeg'), about)).id;
    },
    change: ({ teacher }: Work, id: string, body: { name?: string; criteria?: string[] }) =>
      teacher.call(artifactEndpoints.changeArtifact, { params: { id }, body }),
    remove: ({ teacher }: Work, id: string) =>
      teacher.call(artifactEndpoints.removeArtifact, { params: { id } }),
  },
  link: {
    add: (work: Work, criteria: string[]) => addLink(work, NAME, criteria),
    change: ({ teacher, attemptId }: Work, id: string, body: { name?: string; criteria?: string[] }) =>
      teacher.call(attemptEndpoints.changeLink, { params: { id: attemptId, linkId: id }, body }),
    remove: ({ teacher, attemptId }: Work, id: string) =>
      teacher.call(attemptEndpoints.removeLink, { params: { id: attemptId, linkId: id } }),
  },
} as const;

const SITUATIONS = [
  ['after its submission was taken back', [A], 'taken back'],
  ['after a return on its criterion', [B], 'returned'],
  ['after a return that settled its criterion', [A], 'returned'],
  ['after a return that settled one of its two criteria', [A, B], 'returned'],
] as const;

describe.each(['file', 'link'] as const)('a %s that was handed in', (kind) => {
  const { add, change, remove } = KINDS[kind];

  async function handedIn(criteria: readonly string[], how: 'taken back' | 'returned') {
    const work = await begin();
    const id = await add(work, [...criteria]);
    await addLink(work, 'The check', [A]);
    const first = await submit(work);
    if (how === 'returned') {
      await returnB(work, first);
      await write(work, CHANGE_NOTE, 'I named the piles.');
    } else {
      await work.teacher.call(attemptEndpoints.withdraw, { params: { id: first.id }, body: {} });
    }
    return { work, id, first, frozen: await submissionOf(work, first.id) };
  }

  it.each(SITUATIONS)(
    'can be taken out %s: the next submission goes without it',
    async (_when, criteria, how) => {
      const { work, id, first, frozen } = await handedIn(criteria, how);

      const removed = await remove(work, id);
      const again = await remove(work, id);

      expect([removed.status, again.status]).toEqual([200, 404]);
      const workspace = await work.teacher.call(attemptEndpoints.workspace, {
        params: { id: work.attemptId },
      });
      expect(workspace.body.evidence.map((piece) => piece.id)).not.toContain(id);
      const second = await submit(work);
      expect(second.pieces.map((piece) => piece.id)).not.toContain(id);
      expect(await submissionOf(work, first.id)).toEqual(frozen);
    },
  );

  it.each(SITUATIONS)(
    'can be renamed and given to others %s; the earlier one stays',
    async (_when, criteria, how) => {
      const { work, id, first, frozen } = await handedIn(criteria, how);

      const renamed = await change(work, id, { name: 'Class 7b.jpg' });
      const moved = await change(work, id, { criteria: [B] });

      expect([renamed.status, moved.status]).toEqual([200, 200]);
      const second = await submit(work);
      const pieces = (await submissionOf(work, second.id))?.pieces ?? [];
      expect(pieces.find((piece) => piece.id === id)).toMatchObject({ title: 'Class 7b.jpg', criteria: [B] });
      const earlier = await submissionOf(work, first.id);
      expect(earlier).toEqual(frozen);
      expect(earlier?.pieces.find((piece) => piece.id === id)).toMatchObject({ title: NAME, criteria });
      expect(earlier && manifestDigest(earlier)).toBe(first.digest);
    },
  );

  it('says that an earlier submission keeps a copy, and what is settled', async () => {
    const { work, id } = await handedIn([A], 'returned');
    const fresh = await addLink(work, 'New', [B]);

    const { body } = await work.teacher.call(attemptEndpoints.workspace, { params: { id: work.attemptId } });

    const facts = new Map(
      body.evidence.map(({ id: of, settled, handedIn: kept }) => [of, { settled, kept }]),
    );
    expect(facts.get(id)).toEqual({ settled: true, kept: true });
    expect(facts.get(fresh)).toEqual({ settled: false, kept: false });
  });

  it('can’t newly speak to what is settled', async () => {
    const { work, id } = await handedIn([B], 'returned');

    const answer = await change(work, id, { criteria: [A, B] });

    expect(answer).toMatchObject({ status: 409, error: { code: 'PIECE_LOCKED' } });
  });

  it('stays as it is while a reviewer has it', async () => {
    const work = await begin();
    const id = await add(work, [A]);
    await submit(work);

    const answers = [await remove(work, id), await change(work, id, { name: 'x' })];

    expect(answers.map(({ status, error }) => [status, error.code])).toEqual([
      [409, 'PIECE_LOCKED'],
      [409, 'PIECE_LOCKED'],
    ]);
  });

  it('is nobody else’s to change or to take out', async () => {
    const { work, id } = await handedIn([A], 'taken back');
    const other = { ...work, teacher: work.reviewer };

    const answers = [await remove(other, id), await change(other, id, { name: 'x' })];

    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });

  it('taken out while it is handed in again is in that submission, or out of it, never in between', async () => {
    const { work, id } = await handedIn([A], 'taken back');

    const [removed, second] = await Promise.all([remove(work, id), submit(work)]);

    const isIn = second.pieces.some((piece) => piece.id === id);
    expect(removed.status).toBe(isIn ? 409 : 200);
  });
});

describe('the copy of a file that a submission holds', () => {
  it('is read by its reviewer under its old name, after it was renamed and taken out', async () => {
    const work = await begin();
    const id = await KINDS.file.add(work, [A]);
    await addLink(work, 'The check', [A]);
    const first = await submit(work);
    const reviewId = await returnB(work, first);

    await KINDS.file.change(work, id, { name: 'Without a name.jpg' });
    await KINDS.file.remove(work, id);

    const page = await work.reviewer.call(reviewEndpoints.page, { params: { id: reviewId } });
    const piece = page.body.pieces.find((one) => one.id === id);
    expect(piece?.title).toBe(NAME);
    const content = await fetch(`${world.url}${piece?.url ?? ''}`);
    expect(content.headers.get('content-disposition')).toContain('Mia');
    const digest = first.pieces.find((one) => one.id === id)?.sha256;
    expect(sha256(Buffer.from(await content.arrayBuffer()))).toBe(digest);
    const view = await work.reviewer.call(artifactEndpoints.handedInArtifact, { params: { id } });
    expect(view.body).toMatchObject({ name: NAME, criteria: [A] });
  });

  it('gives its place to another file, so that a full attempt can be mended', async () => {
    const work = await begin();
    const id = await KINDS.file.add(work, [A]);
    await submit(work).then(({ id: first }) =>
      work.teacher.call(attemptEndpoints.withdraw, { params: { id: first }, body: {} }),
    );
    const { institutionId } = work;
    const known = await ArtifactModel.findOne({ institutionId, _id: id }).lean();
    for (let n = 0; n < 19; n += 1) {
      const copy = { ...known, _id: randomUUID(), clientId: randomUUID(), fileId: randomUUID() };
      await ArtifactModel.create(copy);
    }
    const upload = () => KINDS.file.add(work, [A]);
    await expect(upload()).rejects.toThrow('ARTIFACT_LIMIT');

    await KINDS.file.remove(work, id);

    expect(await upload()).not.toBe(id);
  });
});

describe('what a later round asks for', () => {
  it('is only what the reviewer reopened: a requirement that is settled is not missing without its file', async () => {
    const work = await begin();
    const id = await addLink(work, 'The check', [A]);
    await returnB(work, await submit(work));
    await write(work, CHANGE_NOTE, 'I named the piles.');
    await KINDS.link.remove(work, id);

    const { body } = await work.teacher.call(attemptEndpoints.workspace, { params: { id: work.attemptId } });

    expect(requirementsOf(unrollModule(module)).flatMap(({ criteria }) => criteria)).toEqual([A]);
    expect(body.missing).toEqual([]);
    expect((await submit(work)).pieces.map(({ kind }) => kind)).toEqual(['reflection', 'change_note']);
  });
});
