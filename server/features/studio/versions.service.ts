import type { FormVersions } from '../../../contract/forms.ts';
import type { StudioVersions } from '../../../contract/studio.ts';
import { getPathway, listVersionsOf } from '../catalog/versions.service.ts';
import { countPeopleOn } from '../enrolments/versionMoves.service.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { getForm, listFormVersions } from '../observationForms/forms.service.ts';

/** Counting on would cost more than the number is worth. */
const PEOPLE_COUNTED = 1_000;

/** The versions of a pathway with how many people are on each, newest first. @throws {AppError} NOT_FOUND */
export async function listStudioVersions(institutionId: string, key: string): Promise<StudioVersions> {
  const { title, retiredAt = null, heldBack = [] } = await getPathway(institutionId, key);
  const versions = await listVersionsOf(institutionId, key);
  const names = await getDisplayNames(
    institutionId,
    versions.flatMap(({ publishedBy }) => publishedBy ?? []),
  );
  const rows = versions.map(async ({ _id, n, publishedAt, publishedBy, changelog = [] }) => ({
    n,
    publishedAt: publishedAt.toISOString(),
    publishedBy: (publishedBy && names.get(publishedBy)) ?? '',
    changelog,
    offered: !heldBack.includes(n),
    people: await countPeopleOn(institutionId, _id, PEOPLE_COUNTED),
  }));
  return { title, retiredAt: retiredAt?.toISOString() ?? null, rows: await Promise.all(rows) };
}

/** The versions of an observation form, newest first. @throws {AppError} NOT_FOUND */
export async function listStudioFormVersions(institutionId: string, key: string): Promise<FormVersions> {
  const { title, retiredAt } = await getForm(institutionId, key);
  const versions = await listFormVersions(institutionId, key);
  const names = await getDisplayNames(
    institutionId,
    versions.flatMap(({ publishedBy }) => publishedBy ?? []),
  );
  const rows = versions.map(({ n, publishedAt, publishedBy, changelog = [] }) => ({
    n,
    publishedAt: publishedAt.toISOString(),
    publishedBy: (publishedBy && names.get(publishedBy)) ?? '',
    changelog,
  }));
  return { title, retiredAt: retiredAt?.toISOString() ?? null, rows };
}
