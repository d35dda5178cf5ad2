import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { reviewEndpoints } from '../../contract/reviews.ts';
import { documentOf } from '../../contract/richText.ts';
import { sessionEndpoints } from '../../contract/sessions.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { ScoreTargetModel } from '../../server/features/grades/columns/scoreTarget.model.ts';
import { useApp, type Answer, type Caller } from '../support/app.ts';
import { useCommandLog } from '../support/commandLog.ts';
import { pathwayOf } from '../support/pathways.ts';
import { FIRST_MODULE } from '../support/work.ts';

const { A, B, prompt } = FIRST_MODULE;
const world = useApp();
const commands = useCommandLog();

/** Somebody to open the link first, so that its column and lane are there; and the process has read what is published. */
let first: Caller;
beforeAll(async () => {
  first = await world.launch('teacher-1', world.links.module);
  const { body } = await first.call(pathwayEndpoints.open, { body: {} });
  await first.call(sessionEndpoints.get);
  await first.call(attemptEndpoints.workspace, { params: { id: body.attemptId ?? '' } });
});

/** What a call sent to the database. */
async function commandsOf(call: Promise<Answer<unknown>>): Promise<string[]> {
  const answer = await call;
  expect(answer.status).toBe(200);
  return commands.namesOf(answer);
}

/** Somebody whose bearer this process has seen before. */
async function arrive(personId: string, link: string): Promise<Caller> {
  const caller = await world.launch(personId, link);
  await caller.call(sessionEndpoints.get);
  return caller;
}

const open = (caller: Caller) => caller.call(pathwayEndpoints.open, { body: {} });
const attemptOf = async (caller: Caller): Promise<{ id: string }> => ({
  id: (await open(caller)).body.attemptId ?? '',
});

interface HandedIn {
  author: Caller;
  reviewer: Caller;
  attemptId: string;
  reviewId: string;
}

async function handIn(personId: string): Promise<HandedIn> {
  const author = await world.launch(personId, world.links.module);
  const { id } = await attemptOf(author);
  const draft = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Eleven students.') };
  await author.call(attemptEndpoints.saveDraft, { params: { id, pieceKey: prompt.key }, body: draft });
  const link = { url: 'https://example.org/', name: 'The check', criteria: [A, B], requirementKey: null };
  await author.call(attemptEndpoints.addLink, { params: { id }, body: link });
  await author.call(attemptEndpoints.submit, { params: { id }, body: {} });
  const reviewer = await world.launch('reviewer', world.links.module);
  const { body } = await reviewer.call(reviewEndpoints.queue);
  return { author, reviewer, attemptId: id, reviewId: body.rows.at(-1)?.id ?? '' };
}

async function approve({ reviewer, reviewId }: HandedIn): Promise<void> {
  const params = { id: reviewId };
  await reviewer.call(reviewEndpoints.start, { params, body: {} });
  const judgements = [A, B].map((criterionKey) => ({ criterionKey, level: 'meets' as const, comment: '' }));
  await reviewer.call(reviewEndpoints.approve, { params, body: { judgements, summary: '' } });
}

/** Somebody on a pathway whose module opens after an award of the sample. */
async function openAfterAward(): Promise<{ caller: Caller; enrolmentId: string; attemptId: string }> {
  const achievement = FIRST_MODULE.module.key;
  const content = pathwayOf({ opens: { type: 'awarded', achievement, title: 'Quick checks' } });
  await publishPathway(world.deps, world.institutionId, content);
  const { lms } = world.lms;
  const [courseId = '', toolId = ''] = [lms.courses.list()[0]?.id, lms.tools.list()[0]?.id];
  const custom = { wm_pathway: content.key };
  const link = lms.embed({ courseId, toolId, title: 'After an award', custom });
  const caller = await arrive('teacher-1', link.id);
  const { enrolmentId } = (await open(caller)).body;
  const { body } = await caller.call(pathwayEndpoints.map, { params: { id: enrolmentId } });
  return { caller, enrolmentId, attemptId: body.modules[0]?.attemptId ?? '' };
}

describe('database commands of a request, caches of what is published warm', () => {
  it('are 2 reads for a bearer that this process sees for the first time, and 1 from then on', async () => {
    const caller = await world.launch('teacher-2', world.links.module);

    const begun = await commandsOf(caller.call(sessionEndpoints.get));
    const again = await commandsOf(caller.call(sessionEndpoints.get));

    expect(begun).toEqual(['aggregate', 'aggregate']);
    expect(again).toEqual(['aggregate']);
  });

  it('are 4 when somebody opens a link for the first time, and 1 read whenever they open it again', async () => {
    const caller = await arrive('teacher-3', world.links.module);

    const begun = await commandsOf(open(caller));
    const again = await commandsOf(open(caller));
    const launched = await commandsOf(open(await arrive('teacher-3', world.links.module)));

    expect(begun).toEqual(['aggregate', 'insert', 'insert', 'insert']);
    expect(again).toEqual(['aggregate']);
    expect(launched).toEqual(['aggregate']);
  });

  it('are 4 for the whole pathway too, and 1 once it is open', async () => {
    await open(await world.launch('teacher-1', world.links.pathway));
    const caller = await arrive('teacher-4', world.links.pathway);

    const begun = await commandsOf(open(caller));
    const again = await commandsOf(open(caller));

    expect(begun).toEqual(['aggregate', 'insert', 'insert', 'insert']);
    expect(again).toEqual(['aggregate']);
  });

  it('are 1 read for a module’s page, whatever was handed in, judged and graded', async () => {
    const worked = await handIn('teacher-2');
    const params = { id: worked.attemptId };
    const waiting = await commandsOf(worked.author.call(attemptEndpoints.workspace, { params }));
    await approve(worked);

    const approved = await commandsOf(worked.author.call(attemptEndpoints.workspace, { params }));
    const opened = await commandsOf(open(worked.author));

    expect(waiting).toEqual(['aggregate']);
    expect(approved).toEqual(['aggregate']);
    expect(opened).toEqual(['aggregate']);
  });

  it('are 1 read for the map of a pathway', async () => {
    const { body } = await open(first);

    const used = await commandsOf(first.call(pathwayEndpoints.map, { params: { id: body.enrolmentId } }));

    expect(used).toEqual(['aggregate']);
  });

  it('are 1 more where a rule of the pathway asks about an award, which may come from any other', async () => {
    const open = await openAfterAward();
    const map = { params: { id: open.enrolmentId } };
    const page = { params: { id: open.attemptId } };
    await open.caller.call(pathwayEndpoints.map, map);

    const ofMap = await commandsOf(open.caller.call(pathwayEndpoints.map, map));
    const ofPage = await commandsOf(open.caller.call(attemptEndpoints.workspace, page));

    expect(ofMap).toEqual(['aggregate', 'distinct']);
    expect(ofPage).toEqual(['aggregate', 'distinct']);
  });

  it('are 2 reads for a review, and its line of audit where it is the first reading in this session', async () => {
    const { reviewer, reviewId } = await handIn('teacher-5');
    const read = () => reviewer.call(reviewEndpoints.page, { params: { id: reviewId } });

    const begun = await commandsOf(read());
    const again = await commandsOf(read());

    expect(begun.toSorted()).toEqual(['aggregate', 'aggregate', 'find', 'insert']);
    expect(again).toEqual(['aggregate', 'aggregate']);
  });

  it('are 2 reads for what a decision would send to the course, and its line of audit the first time', async () => {
    const { reviewer, reviewId } = await handIn('teacher-3');
    const read = () => reviewer.call(reviewEndpoints.outlook, { params: { id: reviewId } });

    const begun = await commandsOf(read());
    const again = await commandsOf(read());

    expect(begun.toSorted()).toEqual(['aggregate', 'find', 'find', 'insert']);
    expect(again).toEqual(['aggregate', 'find']);
  });
});

describe('a link that one person opens for the first time in several windows at once', () => {
  it('begins one work, which is joined to its column once', async () => {
    const { people, courses } = world.lms.lms;
    people.add({ id: 'new', name: 'Somebody new' });
    courses.enrol(courses.list()[0]?.id ?? '', 'new', 'learner');
    const windows = [1, 2, 3, 4].map(() => world.launch('new', world.links.module));
    const callers = await Promise.all(windows);

    const opened = await Promise.all(callers.map(open));

    const attemptIds = new Set(opened.map(({ body }) => body.attemptId));
    const [subjectId = ''] = attemptIds;
    expect(opened.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(attemptIds.size).toBe(1);
    const { institutionId } = world;
    expect(await ScoreTargetModel.countDocuments({ institutionId, subjectId })).toBe(1);
  });
});
