import { z } from 'zod';
import {
  AssignedRole,
  assignmentEndpoints,
  type Assignment,
  type PersonRow,
  type RoleToGive,
} from '../../../contract/assignments.ts';
import { DONE } from '../../../contract/common.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import { committedRoute, route, type RouteDeps } from '../../http/route.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { getContextTitles, listCourses } from '../launches/courses.service.ts';
import { displayNameOf, getDisplayNames, getPerson, listPeople } from '../launches/people.service.ts';
import {
  assignRole,
  listAssignmentsOf,
  removeAssignment,
  type AssignmentDoc,
  type RolePlace,
} from './assignments.service.ts';

export interface AssignmentRoutesDeps extends Deps {
  platforms: Pick<PlatformStore, 'getById'>;
}

/** Assignments with the names that go with them, in two queries. */
async function toAssignments(institutionId: string, rows: readonly AssignmentDoc[]): Promise<Assignment[]> {
  const people = rows.flatMap((row) => [row.personId, ...(row.createdBy ? [row.createdBy] : [])]);
  const courses = rows.flatMap((row) => row.contextId ?? []);
  const [names, titles] = await Promise.all([
    getDisplayNames(institutionId, people),
    getContextTitles(institutionId, courses),
  ]);
  return rows.map((row) => ({
    id: row._id,
    personId: row.personId,
    person: names.get(row.personId) ?? '',
    role: row.role,
    course: row.contextId === null ? null : { id: row.contextId, title: titles.get(row.contextId) ?? '' },
    since: row.createdAt.toISOString(),
    by: row.createdBy === null ? '' : (names.get(row.createdBy) ?? ''),
  }));
}

async function listRows(
  deps: AssignmentRoutesDeps,
  institutionId: string,
  query: { search: string; cursor?: string | undefined },
): Promise<{ rows: PersonRow[]; next: string | null; courses: { id: string; title: string }[] }> {
  const { people, next } = await listPeople(institutionId, {
    search: query.search,
    after: query.cursor ?? null,
  });
  const ids = people.map((person) => person._id);
  const given = await listAssignmentsOf(institutionId, ids);
  const own = await toAssignments(
    institutionId,
    given.flatMap(({ first }) => first),
  );
  const count = new Map(given.map((of) => [of._id, of.count]));
  const rows = people.map(async (person) => {
    const assignments = own.filter((assignment) => assignment.personId === person._id);
    return {
      id: person._id,
      displayName: displayNameOf(person),
      platform: (await deps.platforms.getById(person.platformId))?.name ?? '',
      lastSeenAt: person.lastSeenAt?.toISOString() ?? null,
      assignments,
      more: (count.get(person._id) ?? 0) - assignments.length,
    };
  });
  return { rows: await Promise.all(rows), next, courses: await listCourses(institutionId) };
}

/** The contract's course is our context. */
const toPlace = (given: RoleToGive): RolePlace =>
  given.role === 'admin'
    ? { role: given.role, contextId: given.courseId }
    : { role: given.role, contextId: given.courseId };

const KeptAssignment = z.object({
  _id: z.string(),
  institutionId: z.string(),
  personId: z.string(),
  role: AssignedRole,
  contextId: z.string().nullable(),
  createdAt: z.date(),
  createdBy: z.string().nullable(),
});

export function mountAssignments(routes: RouteDeps, deps: AssignmentRoutesDeps): void {
  const { people, assign, remove } = assignmentEndpoints;
  route(routes, people, async ({ session, query }) => {
    const subject = { kind: 'institution', id: session.institutionId };
    await appendAuditOnce(deps, session, { action: 'people.listed', subject });
    return listRows(deps, session.institutionId, query);
  });
  committedRoute(routes, assign, {
    async work({ session, body }) {
      const { institutionId } = session;
      const { personId, courseId } = body;
      await getPerson(institutionId, personId);
      if (courseId !== null && !(await getContextTitles(institutionId, [courseId])).has(courseId))
        throw notFound('This course');
      return assignRole(deps, session, { personId, ...toPlace(body) });
    },
    keeps: KeptAssignment,
    async reply({ session }, made) {
      const [assignment] = await toAssignments(session.institutionId, [made]);
      if (!assignment) throw notFound('This assignment');
      return assignment;
    },
  });
  route(routes, remove, async ({ session, params }) => {
    await removeAssignment(deps, session, params.id);
    return DONE;
  });
}
