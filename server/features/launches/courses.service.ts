import { ContextModel } from './context.model.ts';
import { PlacementModel, type PlacementDoc } from './placement.model.ts';

export type { PlacementDoc } from './placement.model.ts';

const UNTITLED = '';

/** Titles of LMS courses by context id; a course without one has its label, or an empty text. */
export async function getContextTitles(
  institutionId: string,
  contextIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await ContextModel.find(
    { institutionId, _id: { $in: contextIds } },
    { title: 1, label: 1 },
  ).lean();
  return new Map(rows.map((row) => [row._id, row.title ?? row.label ?? UNTITLED]));
}

/** The link that a session was launched from, or null. */
export async function findPlacement(
  institutionId: string,
  placementId: string | null,
): Promise<PlacementDoc | null> {
  if (placementId === null) return null;
  return PlacementModel.findOne({ institutionId, _id: placementId }).lean();
}

/** Courses that have been launched from, newest first, up to 200: what an assignment may be for. */
export async function listCourses(institutionId: string): Promise<{ id: string; title: string }[]> {
  const rows = await ContextModel.find({ institutionId }, { title: 1, label: 1 })
    .sort({ createdAt: -1 })
    .limit(200)
    .lean();
  return rows.map((row) => ({ id: row._id, title: row.title ?? row.label ?? UNTITLED }));
}
