import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import {
  ObservationPart,
  observationEndpoints,
  type ObservationView,
} from '../../../contract/observations.ts';
import { inTransaction } from '../../../server/db.ts';
import { eraseTextsAbout } from '../../../server/features/observations/erasure.service.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { readSealedLines } from '../../support/audit.ts';
import { withRole } from '../../support/rightsWorld.ts';
import { aNote, FOCUS, personIdOf, requestVisit, type Visit } from '../../support/observations.ts';

const world = useApp();
const { addNotes, list, notesAfter, read, saveText } = observationEndpoints;

const SEEN = 'She waited four seconds after her question.';
const ANSWER = 'I had not noticed that.';
const NEXT = 'Count to five.';

const saving = (visit: Visit, caller: Caller, part: ObservationPart, value: unknown) =>
  caller.call(saveText, { params: { ...visit.params, part }, body: { baseRevision: 0, value } });

/** A lesson about which something is written in every part. */
async function visited(people: [string, string]): Promise<Visit> {
  const visit = await requestVisit(world, people);
  await visit.reach('draft');
  await visit.add([aNote(SEEN)]);
  await visit.take(visit.observer, { action: 'share' });
  await saving(visit, visit.teacher, 'answers', { lines: [], reflection: ANSWER, response: '' });
  await visit.take(visit.teacher, { action: 'answer' });
  await saving(visit, visit.observer, 'action', { text: NEXT, due: null, followUp: '' });
  return visit;
}

const textOf = ({ texts, notes }: ObservationView): string => JSON.stringify({ texts, notes });

/** What somebody gets by every route to the text. */
async function everyRoute(caller: Caller, { params }: Visit): Promise<number[]> {
  const answers = await Promise.all([
    caller.call(read, { params }),
    caller.call(notesAfter, { params: { ...params, after: '0' } }),
    caller.call(addNotes, { params, body: { edits: [aNote('mine')] } }),
    ...ObservationPart.options.map((part) =>
      caller.call(saveText, {
        params: { ...params, part },
        body: { baseRevision: 0, value: { text: 'mine', focus: 'mine', classContext: '' } },
      }),
    ),
  ]);
  return [...new Set(answers.map(({ status }) => status))];
}

describe('what is written about a lesson', () => {
  it('is read by the two, as far as each may', async () => {
    const visit = await visited(['teacher-1', 'teacher-2']);

    const teacher = textOf(await visit.view());
    const observer = textOf(await visit.view(visit.observer));

    for (const text of [FOCUS, SEEN, ANSWER, NEXT]) {
      expect(teacher).toContain(text);
      expect(observer).toContain(text);
    }
  });

  it('is nothing to an admin, to a reviewer of the whole institution, to the instructor and to a colleague', async () => {
    const visit = await visited(['teacher-1', 'teacher-2']);
    const admin = await world.launch('teacher-5', world.links.module);
    await withRole(world, world, admin, { role: 'admin', contextId: null });
    const chief = await world.launch('teacher-3', world.links.module);
    await withRole(world, world, chief, { role: 'reviewer', contextId: null });
    const instructor = await world.launch('reviewer', world.links.module);
    const colleague = await world.launch('teacher-4', world.links.module);

    for (const nobody of [admin, chief, instructor, colleague]) {
      const [routes, lists] = [
        await everyRoute(nobody, visit),
        await Promise.all(
          (['observed', 'observer'] as const).map((as) => nobody.call(list, { query: { as } })),
        ),
      ];

      expect(routes).toEqual([404]);
      expect(lists.map(({ body }) => body.rows)).toEqual([[], []]);
    }
  });

  it('is shown to colleagues when its teacher says so, and to nobody who oversees even then', async () => {
    const visit = await visited(['teacher-1', 'teacher-2']);
    await visit.take(visit.teacher, { action: 'show', visibility: { mentor: false, cohort: true } });
    const colleague = await world.launch('teacher-4', world.links.module);
    const instructor = await world.launch('reviewer', world.links.module);

    const seen = textOf(await visit.view(colleague));
    const refused = await instructor.call(read, { params: visit.params });

    expect([FOCUS, SEEN, ANSWER].every((text) => seen.includes(text))).toBe(true);
    expect(seen).not.toContain(NEXT);
    expect(refused.status).toBe(404);
  });

  it('is gone from everybody else at once when its teacher takes the consent back, which leaves a line without a word', async () => {
    const visit = await visited(['teacher-1', 'teacher-2']);
    await visit.take(visit.teacher, { action: 'show', visibility: { mentor: true, cohort: true } });
    const colleague = await world.launch('teacher-4', world.links.module);

    await visit.take(visit.teacher, { action: 'withdraw' });
    const [byColleague, byObserver, own] = [
      await colleague.call(read, { params: visit.params }),
      textOf(await visit.view(visit.observer)),
      textOf(await visit.view()),
    ];
    const late = await visit.add([aNote('late')]);
    const device = await visit.observer.call(notesAfter, { params: { ...visit.params, after: '0' } });

    expect([byColleague.status, device.status]).toEqual([404, 404]);
    expect(late).toMatchObject({ status: 409, error: { code: 'CONSENT_WITHDRAWN' } });
    expect([FOCUS, SEEN, ANSWER].some((text) => byObserver.includes(text))).toBe(false);
    expect(byObserver).toContain(NEXT);
    expect(own).toContain(SEEN);
    const lines = await readSealedLines(world.institutionId, { action: 'observation.withdrawn' });
    expect(lines.map(({ subject, facts }) => [subject.id, facts])).toEqual([[visit.id, {}]]);
  });

  it('is not in the database in a form that anybody could read', async () => {
    await visited(['teacher-1', 'teacher-2']);
    const names = ['observations', 'observationTexts', 'observationNotes', 'observationKeys', 'auditPending'];

    const stored = await Promise.all(
      names.map((name) => mongoose.connection.collection(name).find({}).toArray()),
    );

    expect(stored.slice(0, 4).every((documents) => documents.length > 0)).toBe(true);
    const all = JSON.stringify(stored);
    for (const text of [FOCUS, SEEN, ANSWER, NEXT]) expect(all).not.toContain(text);
  });

  it('is the observer’s own until they share, and what came after that is too', async () => {
    const visit = await (await requestVisit(world, ['teacher-1', 'teacher-2'])).reach('draft');
    await visit.add([aNote('before')]);

    const draft = textOf(await visit.view());
    await visit.take(visit.observer, { action: 'share' });
    await visit.add([aNote('afterwards')]);
    const shared = textOf(await visit.view());
    await visit.take(visit.observer, { action: 'share' });

    expect(draft).not.toContain('before');
    expect(shared).toContain('before');
    expect(shared).not.toContain('afterwards');
    expect(textOf(await visit.view())).toContain('afterwards');
  });

  it('can’t be read by anybody after its teacher was erased, and that of other lessons can', async () => {
    const erased = await visited(['teacher-1', 'teacher-2']);
    const other = await visited(['teacher-4', 'teacher-2']);
    const personId = await personIdOf(erased.teacher);

    await inTransaction((tx) => eraseTextsAbout(world.institutionId, personId, tx));

    const answers = [
      await erased.teacher.call(read, { params: erased.params }),
      await erased.observer.call(read, { params: erased.params }),
      await erased.add([aNote('late')]),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(textOf(await other.view())).toContain(SEEN);
  });

  it('of another lesson or institution opens nothing when it is moved there', async () => {
    const [one, other] = [
      await visited(['teacher-1', 'teacher-2']),
      await visited(['teacher-4', 'teacher-2']),
    ];
    const texts = mongoose.connection.collection('observationTexts');
    const moved = await texts.findOne({ observationId: one.id, part: 'answers' });

    await texts.updateOne(
      { observationId: other.id, part: 'answers' },
      { $set: { sealed: moved?.['sealed'] } },
    );

    expect((await other.teacher.call(read, { params: other.params })).status).toBe(500);
  });
});

describe('a part that both write', () => {
  it('is refused to whoever saved on an older text, and kept', async () => {
    const visit = await (await requestVisit(world, ['teacher-1', 'teacher-2'])).reach('shared');
    const save = (caller: Caller, baseRevision: number, text: string) =>
      caller.call(saveText, {
        params: { ...visit.params, part: 'debrief' },
        body: { baseRevision, value: { text } },
      });

    const first = await save(visit.teacher, 0, 'We agreed.');
    const late = await Promise.all([save(visit.observer, 0, 'Mine.'), save(visit.observer, 0, 'Mine too.')]);
    const next = await save(visit.observer, 1, 'We agreed, mostly.');

    expect([first.status, next.status]).toEqual([200, 200]);
    expect(late.map(({ error }) => error.code)).toEqual(['DRAFT_CONFLICT', 'DRAFT_CONFLICT']);
    expect(textOf(await visit.view())).toContain('We agreed, mostly.');
  });

  it('is written by whose it is, while it may be, and in its form', async () => {
    const visit = await (await requestVisit(world, ['teacher-1', 'teacher-2'])).reach('scheduled');

    const [ratings, early, form] = [
      await saving(visit, visit.teacher, 'ratings', { items: [] }),
      await saving(visit, visit.teacher, 'answers', { lines: [], reflection: 'x', response: '' }),
      await saving(visit, visit.teacher, 'request', { focus: '' }),
    ];

    expect(ratings.error.code).toBe('FORBIDDEN');
    expect(early.error.code).toBe('OBSERVATION_CHANGED');
    expect(form.error.code).toBe('VALIDATION_FAILED');
  });
});
