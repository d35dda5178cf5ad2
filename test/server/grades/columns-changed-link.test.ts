import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { documentOf } from '../../../contract/richText.ts';
import { ScoreTargetModel } from '../../../server/features/grades/columns/scoreTarget.model.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { SAMPLE } from '../../support/build.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const world = useApp({ WORKERS: '2' });
const { prompt, A, B } = FIRST_MODULE;
const [FIRST, SECOND] = SAMPLE.modules.map(({ key }) => key);

const PATHWAY = { wm_pathway: SAMPLE.key };
const MODULE = { ...PATHWAY, wm_module: FIRST ?? '' };
const OTHER_MODULE = { ...PATHWAY, wm_module: SECOND ?? '' };

let people = 0;

/** A link of its own, which can be made to show something else, and people who are new to the course. */
function embed(custom: Record<string, string>) {
  const { lms } = world.lms;
  const [course] = lms.courses.list();
  const [tool] = lms.tools.list();
  const of = { courseId: course?.id ?? '', toolId: tool?.id ?? '', lineItem: { scoreMaximum: 10 } };
  const { id } = lms.embed({ ...of, title: `Link ${(people += 1)}`, custom });
  return {
    id,
    show: (other: Record<string, string>) => void (lms.links.get(id).custom = other),
    gradeOf: (personId: string) =>
      lms.gradebook.findGrade(lms.columnOf(id)?.id ?? '', personId)?.score ?? null,
    newPerson: () => lms.addPeople(of.courseId, 1, `person${(people += 1)}`)[0]?.id ?? '',
  };
}

async function open(personId: string, linkId: string): Promise<{ caller: Caller; attemptId: string | null }> {
  const caller = await world.launch(personId, linkId);
  const opened = await caller.call(pathwayEndpoints.open, { body: {} });
  expect(opened.status).toBe(200);
  return { caller, attemptId: opened.body.attemptId };
}

/** Hands in the first module. */
async function handIn(caller: Caller, attemptId: string): Promise<string> {
  const params = { id: attemptId };
  const body = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Eleven left the unit out.') };
  await caller.call(attemptEndpoints.saveDraft, { params: { ...params, pieceKey: prompt.key }, body });
  const link = {
    url: 'https://example.org/check',
    name: 'The check',
    criteria: [A, B],
    requirementKey: null,
  };
  await caller.call(attemptEndpoints.addLink, { params, body: link });
  return (await caller.call(attemptEndpoints.submit, { params, body: {} })).body.code;
}

async function approve(linkId: string, code: string): Promise<void> {
  const reviewer = await world.launch('reviewer', linkId);
  const { rows } = (await reviewer.call(reviewEndpoints.queue)).body;
  const params = { id: rows.find((row) => row.code === code)?.id ?? '' };
  await reviewer.call(reviewEndpoints.start, { params, body: {} });
  const judgements = [A, B].map((criterionKey) => ({ criterionKey, level: 'meets' as const, comment: '' }));
  const approved = await reviewer.call(reviewEndpoints.approve, {
    params,
    body: { judgements, summary: '' },
  });
  expect(approved.status).toBe(200);
}

async function untilShown(read: () => number | null, score: number): Promise<void> {
  const end = Date.now() + 60_000;
  while (read() !== score) {
    if (Date.now() > end) throw new Error(`the gradebook shows ${read()} instead of ${score}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a link that is made to show something else', () => {
  test.each([
    ['the pathway, of which one of three is approved', PATHWAY, 3],
    ['another module, of which nothing is', OTHER_MODULE, 0],
  ])(
    'gives the score of %s when its person opens it, and the first one again when it is changed back',
    async (_what, other, points) => {
      const link = embed(MODULE);
      const person = link.newPerson();
      const { caller, attemptId } = await open(person, link.id);
      await approve(link.id, await handIn(caller, attemptId ?? ''));
      await untilShown(() => link.gradeOf(person), 10);

      link.show(other);
      await open(person, link.id);
      await untilShown(() => link.gradeOf(person), points);
      link.show(MODULE);
      await open(person, link.id);
      await untilShown(() => link.gradeOf(person), 10);

      const { institutionId } = world;
      const subjects = await ScoreTargetModel.find({ institutionId, subjectId: attemptId ?? '' }).lean();
      expect(subjects).toHaveLength(1);
    },
  );

  test('gives what it shows by then to somebody who is approved without opening it again', async () => {
    const link = embed(MODULE);
    const [person, other] = [link.newPerson(), link.newPerson()];
    const { caller, attemptId } = await open(person, link.id);
    const code = await handIn(caller, attemptId ?? '');
    link.show(PATHWAY);
    await open(other, link.id);

    await approve(link.id, code);

    await untilShown(() => link.gradeOf(person), 3);
  });

  test('gives a person with work in both one score', async () => {
    const link = embed(MODULE);
    const person = link.newPerson();
    const { caller, attemptId } = await open(person, link.id);
    const code = await handIn(caller, attemptId ?? '');
    const { institutionId } = world;
    const found = await ScoreTargetModel.findOne({ institutionId, subjectId: attemptId ?? '' }).lean();
    const map = await caller.call(pathwayEndpoints.open, { body: {} });
    const twice = { _id: randomUUID(), subject: 'enrolment' as const, subjectId: map.body.enrolmentId };
    await ScoreTargetModel.create({ ...found, ...twice });

    await approve(link.id, code);

    await untilShown(() => link.gradeOf(person), 10);
  });

  test('leaves alone what a teacher entered for what it showed before', async () => {
    const link = embed(MODULE);
    const person = link.newPerson();
    const { caller, attemptId } = await open(person, link.id);
    await approve(link.id, await handIn(caller, attemptId ?? ''));
    await untilShown(() => link.gradeOf(person), 10);
    const { lms } = world.lms;
    lms.gradebook.override(lms.columnOf(link.id)?.id ?? '', person, 8);
    link.show(PATHWAY);

    const { caller: again } = await open(person, link.id);

    const { body } = await again.call(pathwayEndpoints.open, { body: {} });
    const read = async () => {
      const answer = await again.call(pathwayEndpoints.map, { params: { id: body.enrolmentId } });
      return answer.body.grades[0];
    };
    const end = Date.now() + 60_000;
    let line = await read();
    while (line?.state !== 'held' && Date.now() < end) line = await read();
    expect(line).toMatchObject({ state: 'held', reason: 'changed_in_lms', lmsValue: 8 });
    expect(link.gradeOf(person)).toBe(8);
  });
});

test('scores stored before say for what their column stood', async () => {
  const { connection } = mongoose;
  const columns = connection.collection<{ _id: string }>('columns');
  const deliveries = connection.collection<{ _id: string } & Record<string, unknown>>('deliveries');
  const institutionId = randomUUID();
  const column = { institutionId, placementId: randomUUID(), resourceId: 'wm:p:m' };
  const [columnId, deliveryId] = [randomUUID(), randomUUID()];
  await columns.insertOne({ _id: columnId, ...column });
  await deliveries.insertOne({
    _id: deliveryId,
    institutionId,
    columnId,
    personId: randomUUID(),
    wanted: { given: 5 },
  });

  const change = MIGRATIONS.find(({ id }) => id.endsWith('wanted-resource'));
  await change?.run();
  await columns.updateOne({ _id: columnId }, { $set: { resourceId: 'wm:p' } });
  await change?.run();

  const stored = await deliveries.findOne({ _id: deliveryId });
  expect(stored?.wanted).toEqual({ given: 5, resourceId: 'wm:p:m' });
  await columns.deleteOne({ _id: columnId });
  await deliveries.deleteOne({ _id: deliveryId });
});
