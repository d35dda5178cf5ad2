import { randomUUID } from 'node:crypto';
import { ASSIGNMENTS_SHOWN } from '../../../contract/assignments.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { AssignmentModel } from '../../../server/features/assignments/assignment.model.ts';
import { InstitutionModel } from '../../../server/features/institutions/institution.model.ts';
import { ContextModel } from '../../../server/features/launches/context.model.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { ADMIN, buildCourse, type Course } from './course.ts';
import { fillGrades } from './deliveryStates.ts';
import { once } from './once.ts';
import { callerAs } from './prepared.ts';
import { WORDINGS, WRITTEN, type Wording } from './wordings.ts';
import type { World } from './world.ts';

/**
 * One world for all tests of a process that only look, or change what no other test reads: each test's own data would cost more than
 * what is looked at.
 */
export interface SharedWorld {
  readonly world: World;
  /** Built when it is first asked for. */
  course(wording: Wording['id']): Promise<Course>;
  /** Scores in every state, of people with usual and with long names, and whoever repairs them. */
  grades(): Promise<void>;
}

/** Names of 200 letters for what is one for all courses. @returns the institution */
async function renameAll(world: World): Promise<string> {
  const named = { $set: { name: WRITTEN, nameFrom: 'operator' as const } };
  await PlatformModel.updateMany({ issuer: world.lms.url }, named);
  const renamed = { $set: { name: WRITTEN, nameKey: WRITTEN.toLowerCase() } };
  const institution = await InstitutionModel.findOneAndUpdate({ name: world.institution }, renamed).lean();
  if (!institution) throw new Error('there is no institution');
  return institution._id;
}

/** An admin of the institution, and somebody with more roles than a row tells one by one. */
async function addAdmin(institutionId: string, { setting, links, reviewer }: Course): Promise<void> {
  const { world } = setting;
  world.lms.lms.people.add({ id: ADMIN, name: WRITTEN });
  for (const { id } of world.lms.lms.courses.list()) world.lms.lms.courses.enrol(id, ADMIN);
  const send = await callerAs(world, ADMIN, links.module);
  const { person } = (await send('GET', '/session')) as { person: { id: string } };
  await world.assignAdmin(person.id);
  const other = (await reviewer.send('GET', '/session')) as {
    person: { id: string };
    course: { id: string };
  };
  const course = await ContextModel.findOne({ institutionId, _id: other.course.id }).lean();
  if (!course) throw new Error('the course is not known');
  const courses = Array.from({ length: ASSIGNMENTS_SHOWN + 2 }, (_, n) => ({
    ...course,
    _id: randomUUID(),
    ltiId: `year-${n}`,
    title: n === 0 ? WRITTEN : `Course of year ${n}`,
  }));
  await ContextModel.insertMany(courses);
  const given = { institutionId, personId: other.person.id, role: 'reviewer' as const, createdBy: person.id };
  await AssignmentModel.insertMany(
    courses.map(({ _id: contextId }) => ({ ...given, _id: randomUUID(), contextId, createdAt: new Date() })),
  );
}

/** Opens it at the tool that the world belongs to; the models of this process have to be connected to its database. */
export async function openShared(world: World): Promise<SharedWorld> {
  const institutionId = await renameAll(world);
  const build = async (id: Wording['id']) => {
    const wording = WORDINGS[id];
    const deps = { clock: { now: () => new Date() } };
    await publishPathway(deps, institutionId, wording.pathway);
    for (const framework of wording.frameworks)
      await publishFramework(deps, operatorOf(institutionId), framework);
    return buildCourse(world, wording, institutionId);
  };
  const courses = { usual: once(() => build('usual')), long: once(() => build('long')) };
  const grades = once(async () => {
    const [usual, long] = [await courses.usual(), await courses.long()];
    await addAdmin(institutionId, usual);
    await fillGrades(institutionId, [usual, long]);
  });
  return { world, course: (id) => courses[id](), grades };
}
