import { randomUUID } from 'node:crypto';
import type { PathwayMap } from '../../contract/pathways.ts';
import { readTogether } from '../../server/combinedRead.ts';
import type { Deps } from '../../server/deps.ts';
import { PersonModel } from '../../server/features/launches/person.model.ts';
import { PlacementModel } from '../../server/features/launches/placement.model.ts';
import { getPathwayMap, mapParts } from '../../server/features/pathways/map.service.ts';
import { openLaunchedWork } from '../../server/features/pathways/opening.service.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';
import type { Enrolled } from './pathways.ts';

type Worker = Pick<Enrolled, 'teacher' | 'enrolmentId'>;

/** A person as their launch would have stored them. */
async function storePerson({ institutionId, personId, platformId }: Enrolled['teacher']): Promise<void> {
  const person = { _id: personId, institutionId, platformId, sub: personId, claimsHash: 'h' };
  await PersonModel.updateOne(
    { institutionId, _id: personId },
    { $setOnInsert: { ...person, createdAt: new Date() } },
    { upsert: true },
  );
}

/** The map of somebody's enrolment, as they see it. */
export async function mapOf(deps: Deps, { teacher, enrolmentId }: Worker): Promise<PathwayMap> {
  await storePerson(teacher);
  return getPathwayMap(deps, teacher, await readTogether(mapParts(teacher, enrolmentId)));
}

interface LinkSeed {
  readonly pathwayKey: string;
  /** Null: the whole pathway. */
  readonly moduleKey: string | null;
  /** What its grade column, which has 12 points, is given. */
  readonly rule: string;
}

/** A link of the teacher's course, as its launch would have stored it. @returns its placement */
export async function addGradedLink(
  { institutionId, platformId, contextId }: LiveSession,
  { pathwayKey, moduleKey, rule }: LinkSeed,
): Promise<string> {
  const placementId = randomUUID();
  await PlacementModel.create({
    _id: placementId,
    institutionId,
    platformId,
    deploymentId: '1',
    contextId,
    contextLtiId: contextId,
    resourceLinkId: placementId,
    title: 'link',
    pathwayKey,
    moduleKey,
    claimsHash: 'h',
    policy: `latest;rule=${rule};points=12`,
    createdAt: new Date(),
  });
  return placementId;
}

/** Opens a pathway from a link of the teacher's course that wants a share of its points: the same one every time. */
export async function openLink(deps: Deps, { teacher }: Worker, pathwayKey: string): Promise<void> {
  await storePerson(teacher);
  const { institutionId, contextId } = teacher;
  const known = await PlacementModel.findOne({ institutionId, contextId, pathwayKey }).lean();
  const placementId =
    known?._id ?? (await addGradedLink(teacher, { pathwayKey, moduleKey: null, rule: 'share' }));
  const platforms = { getById: () => Promise.resolve(null) };
  await openLaunchedWork({ ...deps, platforms }, { ...teacher, placementId });
}
