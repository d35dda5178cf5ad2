import { describe, expect, it } from '@jest/globals';
import { observationEndpoints, type ObservationAction, type Slot } from '../../../contract/observations.ts';
import { removeAssignment } from '../../../server/features/assignments/assignments.service.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { useApp, type Caller } from '../../support/app.ts';
import {
  FIRST_SLOT,
  personIdOf,
  requestVisit,
  SECOND_SLOT,
  toRequest,
  type Visit,
} from '../../support/observations.ts';
import { approvedWork, withRole } from '../../support/rightsWorld.ts';

const world = useApp();
const { calendar, list, observers, request } = observationEndpoints;

const OTHER = { from: '2027-02-03T09:00:00.000Z', until: '2027-02-03T09:45:00.000Z' };
const accept = (slot: Slot): ObservationAction => ({ action: 'accept', slot });

async function calendarOf(visit: Visit, caller: Caller): Promise<string> {
  const { status, body } = await caller.call(calendar, { params: visit.params });
  return status === 200 ? body : `answered ${status}`;
}
const lineOf = (file: string, name: string): string | undefined =>
  file.split('\r\n').find((line) => line.startsWith(`${name}:`));

describe('the cycle of an observation', () => {
  it('goes from the request to its close, each step by whose it is', async () => {
    const visit = await (await requestVisit(world)).reach('reflected');

    const agreed = await visit.take(visit.observer, { action: 'agree_action' });
    const closed = await visit.take(visit.teacher, { action: 'close' });
    const late = await visit.take(visit.teacher, { action: 'cancel' });

    expect([agreed, closed].map(({ body }) => body.state)).toEqual(['action_open', 'closed']);
    expect(late.error.code).toBe('OBSERVATION_CHANGED');
  });

  it('finds a time by turns: each chooses among what the other proposed', async () => {
    const visit = await requestVisit(world);
    await visit.take(visit.observer, { action: 'propose', slots: [OTHER] });

    const own = await visit.take(visit.observer, accept(OTHER));
    const gone = await visit.take(visit.teacher, accept(FIRST_SLOT));
    const agreed = await visit.take(visit.teacher, accept(OTHER));

    expect(own.error.code).toBe('OBSERVATION_CHANGED');
    expect(gone.error.code).toBe('VALIDATION_FAILED');
    expect(agreed.body.state).toBe('scheduled');
    expect((await visit.view()).slot).toEqual(OTHER);
  });

  it('is declined without a reason, after which somebody else can be asked, who reads it then', async () => {
    const visit = await requestVisit(world);
    const other = await world.launch('teacher-4', world.links.module);
    await visit.take(visit.observer, { action: 'decline' });

    const asked = await visit.take(visit.teacher, {
      action: 'hand_over',
      observerId: await personIdOf(other),
    });
    const former = await visit.observer.call(observationEndpoints.read, { params: visit.params });

    expect(asked.body.state).toBe('requested');
    expect(former.status).toBe(404);
    expect((await visit.view(other)).texts).toHaveLength(1);
  });

  it('looks for a time again when it was moved or nobody came', async () => {
    const visit = await (await requestVisit(world)).reach('scheduled');

    const missed = await visit.take(visit.teacher, { action: 'not_held', slots: [OTHER] });
    await visit.take(visit.observer, accept(OTHER));
    const moved = await visit.take(visit.observer, { action: 'propose', slots: [SECOND_SLOT] });

    expect([missed, moved].map(({ body }) => body.state)).toEqual(['requested', 'requested']);
    expect((await visit.view()).proposedBy).toBe('observer');
  });

  it.each([
    ['accept and cancel', accept(FIRST_SLOT), { action: 'cancel' }],
    ['decline and cancel', { action: 'decline' }, { action: 'cancel' }],
  ] satisfies [string, ObservationAction, ObservationAction][])(
    'lets one of two through who act at the same moment: %s',
    async (_what, byObserver, byTeacher) => {
      const visit = await requestVisit(world);
      const { revision } = await visit.view();

      const answers = await Promise.all([
        visit.take(visit.observer, byObserver, revision),
        visit.take(visit.teacher, byTeacher, revision),
      ]);

      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await visit.view()).revision).toBe(revision + 1);
    },
  );
});

describe('who observes', () => {
  const askedBy = async (teacher: Caller, observer: Caller): Promise<string> => {
    const { status, error } = await teacher.call(request, { body: toRequest(await personIdOf(observer)) });
    return status === 201 ? 'asked' : error.code;
  };

  it('is a colleague of the course, and nobody who judges that teacher', async () => {
    const teacher = await world.launch('teacher-1', world.links.module);
    const colleague = await world.launch('teacher-2', world.links.module);
    const instructor = await world.launch('reviewer', world.links.module);
    const chief = await world.launch('teacher-3', world.links.module);
    await withRole(world, world, chief, { role: 'reviewer', contextId: null });
    const names = (await teacher.call(observers)).body.rows.map(({ id }) => id);

    const asked = await Promise.all(
      [colleague, instructor, chief, teacher].map((one) => askedBy(teacher, one)),
    );

    expect(asked).toEqual(['asked', ...Array.from({ length: 3 }, () => 'OBSERVER_REFUSED')]);
    expect(names).toContain(await personIdOf(colleague));
    expect(names).not.toContain(await personIdOf(chief));
  });

  it('is not somebody who once decided on their work as a reviewer, either', async () => {
    const teacher = await world.launch('teacher-4', world.links.module);
    const former = await world.launch('teacher-5', world.links.module);
    const before = await askedBy(teacher, former);
    const assignment = await withRole(world, world, former, { role: 'reviewer', contextId: null });
    await approvedWork(world.institutionId, teacher, former);
    await removeAssignment(world.deps, operatorOf(world.institutionId), assignment);

    const after = await askedBy(teacher, former);

    expect([before, after]).toEqual(['asked', 'OBSERVER_REFUSED']);
  });

  it('has the visit in their list, as its teacher has in theirs', async () => {
    const visit = await requestVisit(world);

    const [given, received] = await Promise.all([
      visit.observer.call(list, { query: { as: 'observer' } }),
      visit.teacher.call(list, { query: { as: 'observed' } }),
    ]);

    for (const { body } of [given, received])
      expect(body.rows[0]).toMatchObject({ id: visit.id, state: 'requested' });
    expect(given.body.rows[0]?.observed.name).toBe('Teacher 1');
  });
});

describe('the calendar entry of a visit', () => {
  it('is there for both once a time is agreed on, moves with it, and is cancelled with it', async () => {
    const visit = await requestVisit(world);
    const before = await calendarOf(visit, visit.teacher);
    await visit.take(visit.observer, accept(FIRST_SLOT));
    const first = await calendarOf(visit, visit.observer);
    await visit.take(visit.observer, { action: 'propose', slots: [OTHER] });
    await visit.take(visit.teacher, accept(OTHER));
    const moved = await calendarOf(visit, visit.teacher);
    await visit.take(visit.observer, { action: 'decline' });
    const cancelled = await calendarOf(visit, visit.teacher);

    expect(before).toBe('answered 404');
    expect([first, moved].map((file) => lineOf(file, 'DTSTART'))).toEqual([
      'DTSTART:20270201T090000Z',
      'DTSTART:20270203T090000Z',
    ]);
    expect(lineOf(first, 'SUMMARY')).toBe('SUMMARY:Lesson visit with Teacher 1');
    expect(lineOf(cancelled, 'METHOD')).toBe('METHOD:CANCEL');
    expect(new Set([first, moved, cancelled].map((file) => lineOf(file, 'UID'))).size).toBe(1);
    const sequences = [first, moved, cancelled].map((file) => Number(lineOf(file, 'SEQUENCE')?.slice(9)));
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(sequences).size).toBe(3);
  });

  it('is nobody else’s', async () => {
    const visit = await (await requestVisit(world)).reach('scheduled');
    const instructor = await world.launch('reviewer', world.links.module);

    expect(await calendarOf(visit, instructor)).toBe('answered 404');
  });
});
