import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { ScoreTargetModel } from '../../../server/features/grades/columns/scoreTarget.model.ts';
import { RunModel } from '../../../server/features/catalog/run.model.ts';
import { SessionModel } from '../../../server/features/sessions/session.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { SAMPLE } from '../../support/build.ts';

const world = useApp();
const written = async (): Promise<number[]> => {
  const { institutionId } = world;
  return Promise.all([
    EnrolmentModel.countDocuments({ institutionId }),
    ScoreTargetModel.countDocuments({ institutionId }),
    RunModel.countDocuments({ institutionId }),
  ]);
};
const personOf = async (caller: Caller) => (await caller.call(sessionEndpoints.get)).body;

describe.each(['designer', 'admin'])('the LMS’ %s who opens a link', (personId) => {
  it('sees what it shows as a preview; nobody is enrolled, and no column is tied to them', async () => {
    const caller = await world.launch(personId, world.links.module);
    const before = await written();

    const info = await personOf(caller);
    const map = await caller.call(pathwayEndpoints.preview);
    const [first] = SAMPLE.modules;
    const params = { moduleKey: first?.key ?? '' };
    const module = await caller.call(pathwayEndpoints.previewModule, { params });
    const opened = await caller.call(pathwayEndpoints.open, { body: {} });

    expect(info).toMatchObject({ takesPart: false, startsAs: 'designer', person: { agreed: false } });
    expect(map.body).toMatchObject({ beginsAt: first?.key, ownEnrolmentId: null });
    expect(map.body.modules.map(({ title }) => title)).toEqual(SAMPLE.modules.map(({ title }) => title));
    expect(map.body.modules.map(({ opensAfter }) => opensAfter)).toEqual([
      null,
      null,
      { type: 'module', position: 2, title: SAMPLE.modules[1]?.title },
    ]);
    expect(module.body.module.title).toBe(first?.title);
    expect(opened).toMatchObject({ status: 409, error: { code: 'PREVIEW_ONLY' } });
    expect(await written()).toEqual(before);
  });

  it('sees no module of another pathway, and nothing through a link that shows nothing', async () => {
    const caller = await world.launch(personId, world.links.pathway);
    const params = { moduleKey: randomUUID() };

    const other = await caller.call(pathwayEndpoints.previewModule, { params });
    await SessionModel.updateMany(
      { institutionId: world.institutionId, key: caller.key },
      { $set: { placementId: null } },
    );
    const nothing = await caller.call(pathwayEndpoints.preview);

    expect(other.status).toBe(404);
    expect(nothing.error.code).toBe('LINK_GONE');
  });
});

it('a learner has no preview, and takes part', async () => {
  const learner = await world.launch('teacher-1', world.links.module);

  const preview = await learner.call(pathwayEndpoints.preview);

  expect(preview).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });
  expect(await personOf(learner)).toMatchObject({ takesPart: true, startsAs: 'participant' });
});

it('an instructor may look, and still takes part', async () => {
  const instructor = await world.launch('reviewer', world.links.module);

  const preview = await instructor.call(pathwayEndpoints.preview);

  expect(preview.status).toBe(200);
  expect(await personOf(instructor)).toMatchObject({ takesPart: true, startsAs: 'reviewer' });
});

it('an admin who learns in the course sees the preview first, and the own work once it was begun', async () => {
  const admin = await world.launch('teacher-5', world.links.module);
  const { person } = await personOf(admin);
  const role = { personId: person.id, role: 'admin' as const, contextId: null };
  await assignRole(world.deps, operatorOf(world.institutionId), role);
  const before = (await admin.call(pathwayEndpoints.preview)).body.ownEnrolmentId;

  const { enrolmentId, attemptId } = (await admin.call(pathwayEndpoints.open, { body: {} })).body;
  const opened = (await admin.call(pathwayEndpoints.preview)).body.ownEnrolmentId;
  const step = { params: { id: attemptId ?? '', step: 'learn' }, body: { done: true } };
  await admin.call(attemptEndpoints.setStep, step);
  const begun = (await admin.call(pathwayEndpoints.preview)).body.ownEnrolmentId;

  expect([before, opened, begun]).toEqual([null, null, enrolmentId]);
});
