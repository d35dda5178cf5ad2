import { beforeAll, describe, expect, it } from '@jest/globals';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { allApproved, ALWAYS } from '../../../contract/rules.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { setRetired } from '../../../server/features/catalog/versions.service.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { SAMPLE } from '../../support/build.ts';

const world = useApp();
const open = (caller: Caller) => caller.call(pathwayEndpoints.open, { body: {} });
const shownTo = async (caller: Caller) => (await caller.call(sessionEndpoints.get)).body.shows.kind;
const enrolments = () => EnrolmentModel.countDocuments({ institutionId: world.institutionId });
const publish = (content: typeof SAMPLE) => publishPathway(world.deps, world.institutionId, content);
const [, ...later] = SAMPLE.modules.map((module) => ({ ...module, opens: ALWAYS }));

describe('a link to a module that the newest version does not have', () => {
  let onFirst: Caller;
  let onSecond: Caller;
  beforeAll(async () => {
    onFirst = await world.launch('teacher-1', world.links.module);
    await open(onFirst);
    await publish({ ...SAMPLE, modules: later, completes: allApproved(later.map(({ key }) => key)) });
    onSecond = await world.launch('teacher-2', world.links.pathway);
    await open(onSecond);
  });

  it('opens for people whose version has it', async () => {
    const opened = await open(onFirst);

    expect(await shownTo(onFirst)).toBe('module');
    expect(opened.body.attemptId).not.toBeNull();
  });

  it('is gone for somebody new, who is not enrolled by it, and for designers', async () => {
    const fresh = await world.launch('teacher-3', world.links.module);
    const designer = await world.launch('designer', world.links.module);
    const before = await enrolments();

    const opened = await open(fresh);

    expect(opened.error.code).toBe('LINK_GONE');
    expect(await enrolments()).toBe(before);
    expect(await shownTo(designer)).toBe('gone');
  });

  it('leads people to the newer version that has it again', async () => {
    await publish({ ...SAMPLE, title: 'With all modules again' });
    const again = await world.launch('teacher-2', world.links.module);

    const opened = await open(again);

    const { enrolmentId } = (await open(onSecond)).body;
    expect(opened).toMatchObject({ error: { code: 'MODULE_NOT_IN_VERSION', details: { enrolmentId } } });
  });
});

it('a pathway that is retired goes on for the people in it, and nobody new begins, until that is taken back', async () => {
  const { institutionId, deps, links } = world;
  const inIt = await world.launch('teacher-4', links.pathway);
  const { enrolmentId } = (await open(inIt)).body;
  const fresh = await world.launch('teacher-5', links.pathway);
  await setRetired(deps, operatorOf(institutionId), SAMPLE.key, true);

  const [goesOn, refused] = [await open(inIt), await open(fresh)];
  await setRetired(deps, operatorOf(institutionId), SAMPLE.key, false);
  const begun = await open(fresh);

  expect(goesOn.body.enrolmentId).toBe(enrolmentId);
  expect(refused.error.code).toBe('PATHWAY_RETIRED');
  expect(begun.status).toBeLessThan(300);
});
