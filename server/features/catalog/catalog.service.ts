import type { PipelineStage } from 'mongoose';
import { SCHEMA_VERSION, type ModuleContent, type PathwayContent } from '../../../contract/content.ts';
import { upgradeModules } from '../../../contract/contentUpgrades.ts';
import { moduleMinutes, unrollModule, type UnrolledModule } from '../../../contract/cycles.ts';
import { allApproved, conditionsOf } from '../../../contract/rules.ts';
import { notFound } from '../../errors.ts';
import { TimedCache } from '../../lti/timedCache.ts';
import { join, part, readTogether, type ReadPart } from '../../combinedRead.ts';
import {
  ModuleModel,
  PathwayModel,
  PathwayVersionModel,
  type ModuleDoc,
  type PathwayDoc,
  type PathwayVersionDoc,
} from './pathway.model.ts';

export type { PathwayDoc } from './pathway.model.ts';
/** A published module as other features read it, whatever schema version it was written in. */
export type ModuleRead = Readonly<
  Omit<ModuleDoc, 'content'> & {
    /** As people go through it. */
    content: UnrolledModule;
    /** As it is published, in the newest schema version. */
    published: ModuleContent;
  }
>;
/** What versions that were published earlier lack. */
type Since = 'slug' | 'publishedBy' | 'changelog' | 'reasons';
/** A published version as other features read it, likewise. */
export type PathwayVersionRead = Readonly<
  Required<Omit<PathwayVersionDoc, Since>> &
    Pick<PathwayVersionDoc, Since> & {
      /** Keys of the achievements that its rules ask about. */
      awardsAsked: readonly string[];
    }
>;

/** A published version as content in the newest schema version. @param slug  of the pathway: versions had none of their own at first */
export function toPathwayContent(
  slug: string,
  { version, modules }: { version: PathwayVersionRead; modules: readonly ModuleRead[] },
): PathwayContent {
  const { title, framework, strand, vision, licence, source, tracks, completes, badge } = version;
  return {
    schemaVersion: SCHEMA_VERSION,
    key: version.pathwayKey,
    slug: version.slug ?? slug,
    title,
    framework,
    strand,
    vision,
    licence,
    source,
    modules: modules.map((module) => module.published),
    tracks: [...tracks],
    completes,
    badge,
  };
}

/** Published content never changes, so what was read once stays valid; the limit only bounds memory. */
const forGood = (max: number) => ({ ttlMs: Infinity, max });
/** The newest version of each institution's pathways, and those that people still work on. */
const VERSIONS_KEPT = 200;
const publishedVersions = new TimedCache<Published>(forGood(VERSIONS_KEPT));

/** A version with its modules, in order. */
interface Published {
  version: PathwayVersionRead;
  modules: readonly ModuleRead[];
}

/** Shared by all its readers: nobody may change it. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

function toPublished(version: PathwayVersionDoc, stored: readonly ModuleDoc[]): Published {
  const contents = upgradeModules(
    stored.map(({ content }) => content),
    version.schemaVersion,
  );
  const modules = stored.flatMap((module, index) => {
    const published = contents[index];
    return published ? [{ ...module, content: unrollModule(published), published }] : [];
  });
  const { framework = null, tracks = [], badge = null } = version;
  const { completes = allApproved(modules.map(({ key }) => key)) } = version;
  const rules = [completes, ...contents.map(({ opens }) => opens)];
  const asked = rules.flatMap(conditionsOf).flatMap((one) => (one.type === 'awarded' ? one.achievement : []));
  const awardsAsked = [...new Set(asked)];
  return { version: { ...version, framework, tracks, completes, badge, awardsAsked }, modules };
}

/** From memory if it was read before. */
async function findPublished(institutionId: string, versionId: string): Promise<Published | null> {
  return publishedVersions.get(`${institutionId}:${versionId}`, async () => {
    const { found, modules } = await readTogether({
      found: part<PathwayVersionDoc>(PathwayVersionModel, { institutionId, _id: versionId }),
      modules: part<ModuleDoc>(ModuleModel, { institutionId, versionId }, [{ $sort: { position: 1 } }]),
    });
    const [version] = found;
    return version ? frozen(toPublished(version, modules)) : null;
  });
}

/** A published version, from memory if it was read before. @throws {AppError} NOT_FOUND */
export async function getVersion(institutionId: string, versionId: string): Promise<PathwayVersionRead> {
  const published = await findPublished(institutionId, versionId);
  if (!published) throw notFound('This version');
  return published.version;
}

/** The modules of a version, in order; from memory if they were read before. */
export async function listModules(institutionId: string, versionId: string): Promise<readonly ModuleRead[]> {
  return (await findPublished(institutionId, versionId))?.modules ?? [];
}

/** One module of a version. @throws {AppError} NOT_FOUND */
export async function getModule(
  institutionId: string,
  versionId: string,
  moduleId: string,
): Promise<ModuleRead> {
  const modules = await listModules(institutionId, versionId);
  const module = modules.find((candidate) => candidate._id === moduleId);
  if (!module) throw notFound('This module');
  return module;
}

/** A pathway with what is joined to it, read together with other parts. */
export function pathwayPart<Joined>(
  institutionId: string,
  key: string,
  joined: readonly PipelineStage.Lookup[],
): ReadPart<PathwayDoc & Joined> {
  return part(PathwayModel, { institutionId, key }, joined);
}

/** Joins the pathway that a document names by its key, as `pathway`. */
export function pathwayJoin(institutionId: string, local: string): PipelineStage.Lookup {
  return join(PathwayModel, { institutionId, local, foreign: 'key', as: 'pathway' });
}

/** True if a pathway is offered now, and the module belongs to it. */
export async function isOffered(
  pathway: Pick<PathwayDoc, 'institutionId' | 'versionId'> | null | undefined,
  moduleKey: string | null,
): Promise<boolean> {
  if (!pathway?.versionId) return false;
  if (moduleKey === null) return true;
  const modules = await listModules(pathway.institutionId, pathway.versionId);
  return modules.some((module) => module.key === moduleKey);
}

/** True if a version of a pathway has or had the module: people who work on that version still do. */
export async function wasOffered(
  institutionId: string,
  pathwayKey: string,
  moduleKey: string,
): Promise<boolean> {
  const versions = await PathwayVersionModel.find({ institutionId, pathwayKey }, { _id: 1 }).lean();
  const versionId = { $in: versions.map(({ _id }) => _id) };
  return (await ModuleModel.exists({ institutionId, versionId, key: moduleKey })) !== null;
}

/** A published pathway with what a picker shows of it. */
export interface PublishedPathway {
  key: string;
  title: string;
  vision: string;
  strand: PathwayDoc['strand'];
  version: number;
  minutes: number;
  modules: { key: string; position: number; title: string; label: string; minutes: number }[];
}

async function toPublishedPathway(pathway: PathwayDoc): Promise<PublishedPathway> {
  const { institutionId, versionId, key, title, vision, strand, version } = pathway;
  const modules = versionId === null ? [] : await listModules(institutionId, versionId);
  const rows = modules.map(({ key: moduleKey, position, content }) => ({
    key: moduleKey,
    position,
    title: content.title,
    label: content.label,
    minutes: moduleMinutes(content),
  }));
  const minutes = rows.reduce((sum, row) => sum + row.minutes, 0);
  return { key, title, vision, strand, version: version ?? 0, minutes, modules: rows };
}

/** Everything that can be embedded: the newest version, with its modules, of each pathway that is not retired. */
export async function listPublished(institutionId: string): Promise<PublishedPathway[]> {
  const pathways = await PathwayModel.find({ institutionId, version: { $ne: null }, retiredAt: null })
    .sort({ title: 1 })
    .lean();
  return Promise.all(pathways.map(toPublishedPathway));
}

/** An achievement that a published pathway awards. */
export interface PublishedAchievement {
  key: string;
  title: string;
  pathwayKey: string;
  pathway: string;
}

/** What the newest versions of an institution's pathways award, by pathway: for each module, then for the whole pathway. */
export async function listAchievements(institutionId: string): Promise<PublishedAchievement[]> {
  const pathways = await PathwayModel.find({ institutionId, version: { $ne: null } })
    .sort({ title: 1 })
    .lean();
  const lists = await Promise.all(
    pathways.map(async ({ key: pathwayKey, title: pathway, versionId }) => {
      const published = versionId === null ? null : await findPublished(institutionId, versionId);
      const modules = published?.modules ?? [];
      const badge = published?.version.badge;
      return [
        ...modules.map(({ key, content }) => ({ key, title: content.achievement, pathwayKey, pathway })),
        ...(badge ? [{ key: badge.key, title: badge.achievement, pathwayKey, pathway }] : []),
      ];
    }),
  );
  return lists.flat();
}
