import type { PipelineStage } from 'mongoose';
import { part, type ReadPart } from '../../combinedRead.ts';
import { ContextModel, type ContextDoc } from './context.model.ts';
import { MembershipModel } from './membership.model.ts';
import { PlacementModel, type PlacementDoc } from './placement.model.ts';

export type { PlacementDoc } from './placement.model.ts';

const UNTITLED = '';

/** Titles of LMS courses by context id; a course without a title has its label, or an empty text. */
export async function getContextTitles(
  institutionId: string,
  contextIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await ContextModel.find(
    { institutionId, _id: { $in: contextIds } },
    { title: 1, label: 1 },
  ).lean();
  return new Map(rows.map((row) => [row._id, titleOf(row)]));
}

/** The parts of a course that a page shows. */
export type CourseTitle = Pick<ContextDoc, 'title' | 'label'>;

/** Title of a course; without one, its label, or an empty text. */
export function titleOf(course: CourseTitle | undefined): string {
  return course?.title ?? course?.label ?? UNTITLED;
}

type Place = { institutionId: string; contextId: string | null; placementId: string | null };

/** The course of a session, if it has one, read together with what else belongs to a page: `titleOf` reads it. */
export function coursePart({ institutionId, contextId }: Omit<Place, 'placementId'>): ReadPart<CourseTitle> {
  return part(ContextModel, { institutionId, _id: contextId }, [{ $project: { title: 1, label: 1 } }]);
}

/** The link that a session was launched from, if there was one, with what is joined to it; read together with other parts. */
export function placementPart<Joined = unknown>(
  { institutionId, placementId }: Omit<Place, 'contextId'>,
  joined: readonly PipelineStage.UnionWithPipelineStage[] = [],
): ReadPart<PlacementDoc & Joined> {
  return part(PlacementModel, { institutionId, _id: placementId }, joined);
}

/** Courses that have been launched from, newest first, up to 200: the possible courses of an assignment. */
export async function listCourses(institutionId: string): Promise<{ id: string; title: string }[]> {
  const rows = await ContextModel.find({ institutionId }, { title: 1, label: 1 })
    .sort({ createdAt: -1 })
    .limit(200)
    .lean();
  return rows.map((row) => ({ id: row._id, title: titleOf(row) }));
}

/** True if a person's latest launch from a course was only that of a learner. */
export async function isLearnerIn(
  institutionId: string,
  contextId: string,
  personId: string,
): Promise<boolean> {
  const found = await MembershipModel.findOne({ institutionId, contextId, personId }, { roles: 1 }).lean();
  return found?.roles.length === 1 && found.roles[0] === 'Learner';
}

/** Where a course's services are, from its latest launch; null for a course that is not known. */
export async function findCourseServices(
  institutionId: string,
  contextId: string,
): Promise<{ lineItemsUrl: string | null; scopes: string[]; membershipsUrl: string | null } | null> {
  return ContextModel.findOne(
    { institutionId, _id: contextId },
    { _id: 0, lineItemsUrl: 1, scopes: 1, membershipsUrl: 1 },
  ).lean();
}

/** What the links of a course show, as far as they were launched: pathway keys and module keys. */
export async function listShownInCourse(
  institutionId: string,
  contextId: string,
): Promise<{ pathwayKey: string; moduleKey: string | null }[]> {
  const rows = await PlacementModel.find(
    { institutionId, contextId, pathwayKey: { $ne: null } },
    { pathwayKey: 1, moduleKey: 1 },
  ).lean();
  return rows.flatMap(({ pathwayKey, moduleKey }) => (pathwayKey ? [{ pathwayKey, moduleKey }] : []));
}

/** A course with a roster service, with what is needed to read it. */
export interface RosterCourse {
  contextId: string;
  platformId: string;
  membershipsUrl: string;
}

/** The course's roster service, or null. */
export async function findRosterCourse(
  institutionId: string,
  contextId: string,
): Promise<RosterCourse | null> {
  const row = await ContextModel.findOne({ institutionId, _id: contextId }).lean();
  return row?.membershipsUrl
    ? { contextId, platformId: row.platformId, membershipsUrl: row.membershipsUrl }
    : null;
}

/** Courses that have a roster service, one by one: for the job that goes through them all. */
export async function* eachRosterCourse(institutionId: string): AsyncGenerator<RosterCourse> {
  const found = ContextModel.find({ institutionId, membershipsUrl: { $ne: null } })
    .lean()
    .cursor();
  for await (const { _id, platformId, membershipsUrl } of found) {
    if (membershipsUrl) yield { contextId: _id, platformId, membershipsUrl };
  }
}
