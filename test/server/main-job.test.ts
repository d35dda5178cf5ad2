import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { attemptEndpoints, CHANGE_NOTE } from '../../contract/attempts.ts';
import { pathwayEndpoints } from '../../contract/pathways.ts';
import { reviewEndpoints } from '../../contract/reviews.ts';
import { documentOf } from '../../contract/richText.ts';
import { sessionEndpoints } from '../../contract/sessions.ts';
import { useApp, type Caller } from '../support/app.ts';
import { settleReturnNow } from '../support/returns.ts';
import { FIRST_MODULE } from '../support/work.ts';

const world = useApp({ WORKERS: '2', METRICS_TOKEN: 'a-token-for-the-figures' });

const { module, prompt, A, B } = FIRST_MODULE;

async function write(teacher: Caller, attemptId: string, pieceKey: string, text: string): Promise<void> {
  const body = { draftId: randomUUID(), baseRevision: 0, document: documentOf(text) };
  const saved = await teacher.call(attemptEndpoints.saveDraft, { params: { id: attemptId, pieceKey }, body });
  expect(saved.status).toBe(200);
}

async function until<T>(read: () => Promise<T>, ok: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const value = await read();
    if (ok(value) || tries > 100) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('the main job', () => {
  it('turns a launch into a reflection, a return, an award and a grade in the LMS', async () => {
    const teacher = await world.launch('teacher-1', world.links.module);
    const info = await teacher.call(sessionEndpoints.get);
    expect(info.body).toMatchObject({
      startsAs: 'participant',
      grading: 'on',
      person: { agreed: false, displayName: 'Teacher 1' },
      shows: { kind: 'module' },
    });
    await teacher.call(sessionEndpoints.agree, { body: { weeklyMinutes: 90 } });
    const opened = await teacher.call(pathwayEndpoints.open, { body: {} });
    const attemptId = opened.body.attemptId ?? '';
    await write(teacher, attemptId, prompt.key, 'Eleven students left the unit out.');
    const link = { url: 'https://example.org/check', name: 'The check', criteria: [A], requirementKey: null };
    await teacher.call(attemptEndpoints.addLink, { params: { id: attemptId }, body: link });

    const receipt = await teacher.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
    expect(receipt).toMatchObject({ status: 201, body: { round: 1, mayTakeBack: true, state: 'waiting' } });

    const reviewer = await world.launch('reviewer', world.links.module);
    const queue = await reviewer.call(reviewEndpoints.queue);
    expect(queue.body.rows).toHaveLength(1);
    const first = queue.body.rows[0]?.id ?? '';
    await reviewer.call(reviewEndpoints.start, { params: { id: first }, body: {} });
    const returned = await reviewer.call(reviewEndpoints.returnIt, {
      params: { id: first },
      body: {
        judgements: [
          { criterionKey: A, level: 'meets', comment: '' },
          { criterionKey: B, level: 'approaching', comment: 'Name the piles.' },
        ],
        summary: 'Nearly there.',
      },
    });
    expect(returned).toMatchObject({ status: 200, body: { outcome: 'returned', awardId: null, scores: 0 } });

    const meanwhile = await teacher.call(attemptEndpoints.workspace, { params: { id: attemptId } });
    expect(meanwhile.body).toMatchObject({ state: 'in_review', round: 1, feedback: null });
    await settleReturnNow(world.institutionId, first);

    const workspace = await teacher.call(attemptEndpoints.workspace, { params: { id: attemptId } });
    expect(workspace.body).toMatchObject({
      state: 'returned',
      round: 2,
      writable: true,
      feedback: { summary: 'Nearly there.' },
    });
    await write(teacher, attemptId, CHANGE_NOTE, 'I named the piles.');
    await teacher.call(attemptEndpoints.submit, { params: { id: attemptId }, body: {} });
    const second = (await reviewer.call(reviewEndpoints.queue)).body.rows[0]?.id ?? '';
    const page = await reviewer.call(reviewEndpoints.start, { params: { id: second }, body: {} });
    expect(page.body).toMatchObject({ openCriteria: [B], mayDecide: true });
    const outlook = await reviewer.call(reviewEndpoints.outlook, { params: { id: second } });
    expect(outlook.body.columns).toMatchObject([{ given: 10, maximum: 10, effect: 'sent' }]);
    const approved = await reviewer.call(reviewEndpoints.approve, {
      params: { id: second },
      body: { judgements: [{ criterionKey: B, level: 'meets', comment: 'Clear now.' }], summary: '' },
    });
    expect(approved).toMatchObject({ status: 200, body: { outcome: 'approved', scores: 1 } });

    const after = await until(
      () => teacher.call(attemptEndpoints.workspace, { params: { id: attemptId } }),
      (answer) => answer.body.grades[0]?.state === 'accepted',
    );
    expect(after.body).toMatchObject({
      state: 'approved',
      award: { achievement: module.achievement },
      grades: [{ state: 'accepted', scoreGiven: 10, scoreMaximum: 10 }],
    });
    const [sent] = world.lms.lms.requests.list('scores');
    const score = JSON.parse(sent?.body ?? '{}') as Record<string, unknown>;
    expect(score).toMatchObject({ gradingProgress: 'FullyGraded', scoreGiven: 10, scoreMaximum: 10 });
    expect(score['comment']).toMatch(/^Approved .* in Waymark$/);
    const figures = await world.deps.metrics?.read({ deliveries: 0, jobs: 0 });
    expect(figures?.text).toMatch(/^waymark_delivery_tries_total\{outcome="accepted",reason="none"\} [1-9]/m);
  });

  it('shows the same work from the link to the whole pathway, and sends it its share', async () => {
    const teacher = await world.launch('teacher-1', world.links.pathway);

    const opened = await teacher.call(pathwayEndpoints.open, { body: {} });
    const map = await until(
      () => teacher.call(pathwayEndpoints.map, { params: { id: opened.body.enrolmentId } }),
      (answer) => answer.body.grades[0]?.state === 'accepted',
    );

    expect(opened.body.attemptId).toBeNull();
    expect(map.body).toMatchObject({
      approved: 1,
      grades: [{ state: 'accepted', scoreGiven: 3, scoreMaximum: 10 }],
    });
    expect(map.body.modules.map((row) => row.state)).toEqual(['approved', 'not_started', 'not_started']);
    expect(map.body.modules[2]?.opensAfter).toMatchObject({ type: 'module', position: 2 });
    expect(map.body.awards).toHaveLength(1);
  });
});
