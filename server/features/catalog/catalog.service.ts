import { createHash, randomUUID } from 'node:crypto';
import type { PipelineStage } from 'mongoose';
import { moduleMinutes, type PathwayContent } from '../../../contract/pathways.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import { TimedCache } from '../../lti/timedCache.ts';
import { join, part, type ReadPart } from '../../combinedRead.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import {
  ModuleModel,
  PathwayModel,
  PathwayVersionModel,
  type ModuleDoc,
  type PathwayDoc,
  type PathwayVersionDoc,
} from './pathway.model.ts';

export type { PathwayDoc } from './pathway.model.ts';
/** Published content, as other features read it. */
export type ModuleRead = Readonly<ModuleDoc>;
export type PathwayVersionRead = Readonly<PathwayVersionDoc>;

/** SHA-256 over the content with its members in a fixed order: equal content, equal hash. */
function contentHash(content: PathwayContent): string {
  const sorted = (_key: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sorted)).digest('hex');
}

/**
 * Publishes content as the next version of its pathway, or finds that the newest version has the same content. Versions never
 * change afterwards.
 *
 * @param content  parsed by `PathwayContent`
 * @returns the version that is the newest now
 */
export async function publishPathway(
  { clock }: Pick<Deps, 'clock'>,
  institutionId: string,
  content: PathwayContent,
): Promise<PathwayVersionDoc> {
  const hash = contentHash(content);
  const newest = await PathwayVersionModel.findOne({ institutionId, pathwayKey: content.key })
    .sort({ n: -1 })
    .lean();
  if (newest?.contentHash === hash) return newest;
  const version: PathwayVersionDoc = {
    _id: randomUUID(),
    institutionId,
    pathwayKey: content.key,
    n: (newest?.n ?? 0) + 1,
    contentHash: hash,
    title: content.title,
    vision: content.vision,
    strand: content.strand,
    licence: content.licence,
    source: content.source,
    moduleIds: content.modules.map(() => randomUUID()),
    publishedAt: clock.now(),
  };
  try {
    await storeVersion({ clock }, version, content);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // another process published at the same moment: check again
    return publishPathway({ clock }, institutionId, content);
  }
  return version;
}

async function storeVersion(
  deps: Pick<Deps, 'clock'>,
  version: PathwayVersionDoc,
  content: PathwayContent,
): Promise<void> {
  const { institutionId } = version;
  const modules: ModuleDoc[] = content.modules.map((module, index) => ({
    _id: version.moduleIds[index] ?? randomUUID(),
    institutionId,
    versionId: version._id,
    pathwayKey: content.key,
    key: module.key,
    position: index + 1,
    content: module,
  }));
  await inTransaction(async (tx) => {
    await PathwayVersionModel.create([version], { session: tx });
    await ModuleModel.insertMany(modules, { session: tx });
    await PathwayModel.updateOne(
      { institutionId, key: content.key },
      {
        $set: {
          slug: content.slug,
          title: content.title,
          strand: content.strand,
          vision: content.vision,
          version: version.n,
          versionId: version._id,
        },
        $setOnInsert: { _id: randomUUID() },
      },
      { upsert: true, session: tx },
    );
    const subject = { kind: 'pathway', id: content.key };
    const entry = { action: 'pathway.published', subject, facts: { version: version.n } };
    await appendAudit(deps, operatorOf(institutionId), entry, tx);
  });
}

/** Published content never changes, so what was read once stays valid; the limit only bounds memory. */
const forGood = (max: number) => ({ ttlMs: Infinity, max });
/** The newest version of each institution's pathways, and those that people still work on. */
const VERSIONS_KEPT = 200;
const versions = new TimedCache<PathwayVersionRead>(forGood(VERSIONS_KEPT));
const modulesOfVersions = new TimedCache<readonly ModuleRead[]>(forGood(VERSIONS_KEPT));

/** Shared by all its readers: nobody may change it. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

const keyOf = (institutionId: string, versionId: string): string => `${institutionId}:${versionId}`;

/** A published version, from memory if it was read before. @throws {AppError} NOT_FOUND */
export async function getVersion(institutionId: string, versionId: string): Promise<PathwayVersionRead> {
  const version = await versions.get(keyOf(institutionId, versionId), async () => {
    return frozen(await PathwayVersionModel.findOne({ institutionId, _id: versionId }).lean());
  });
  if (!version) throw notFound('This version');
  return version;
}

/** The modules of a version, in order; from memory if they were read before. */
export async function listModules(institutionId: string, versionId: string): Promise<readonly ModuleRead[]> {
  const found = await modulesOfVersions.get(keyOf(institutionId, versionId), async () => {
    const modules = await ModuleModel.find({ institutionId, versionId }).sort({ position: 1 }).lean();
    return modules.length === 0 ? null : frozen(modules);
  });
  return found ?? [];
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

/** A published pathway with what a picker shows of it. */
export interface PublishedPathway {
  key: string;
  title: string;
  vision: string;
  strand: PathwayDoc['strand'];
  version: number;
  minutes: number;
  modules: { key: string; position: number; title: string; kind: string; minutes: number }[];
}

/** Everything that can be embedded: each pathway's newest version with its modules. */
export async function listPublished(institutionId: string): Promise<PublishedPathway[]> {
  const pathways = await PathwayModel.find({ institutionId, version: { $ne: null } })
    .sort({ title: 1 })
    .lean();
  const versionIds = pathways.flatMap((pathway) => pathway.versionId ?? []);
  const modules = await ModuleModel.find({ institutionId, versionId: { $in: versionIds } })
    .sort({ position: 1 })
    .lean();
  return pathways.map((pathway) => {
    const own = modules.filter((module) => module.versionId === pathway.versionId);
    const rows = own.map(({ key, position, content }) => ({
      key,
      position,
      title: content.title,
      kind: content.kind,
      minutes: moduleMinutes(content),
    }));
    const { key, title, vision, strand } = pathway;
    const minutes = rows.reduce((sum, row) => sum + row.minutes, 0);
    return { key, title, vision, strand, version: pathway.version ?? 0, minutes, modules: rows };
  });
}
