import { createHash, randomUUID } from 'node:crypto';
import { moduleMinutes, type PathwayContent } from '../../../contract/pathways.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import {
  ModuleModel,
  PathwayModel,
  PathwayVersionModel,
  type ModuleDoc,
  type PathwayDoc,
  type PathwayVersionDoc,
} from './pathway.model.ts';

/** A module as other features read it. */
export type ModuleRead = Readonly<ModuleDoc>;

/** SHA-256 over the content with its members in a fixed order: equal content, equal hash. */
export function contentHash(content: PathwayContent): string {
  const sorted = (_key: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sorted)).digest('hex');
}

/**
 * Publishes content as the next version of its pathway, or finds that the newest version says the same already.
 * Versions are never changed afterwards.
 *
 * @param content  parsed by `PathwayContent`
 * @returns the version that now is the newest
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
    // another process published at the same moment: look again
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
  await inTransaction(async (session) => {
    await PathwayVersionModel.create([version], { session });
    await ModuleModel.insertMany(modules, { session });
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
      { upsert: true, session },
    );
    const subject = { kind: 'pathway', id: content.key };
    const entry = { action: 'pathway.published', subject, facts: { version: version.n } };
    await appendAudit(deps, operatorOf(institutionId), entry, session);
  });
}

export async function findPathway(institutionId: string, key: string): Promise<PathwayDoc | null> {
  return PathwayModel.findOne({ institutionId, key }).lean();
}

/** @throws {AppError} NOT_FOUND for a key that this institution has not published */
export async function getPathway(
  institutionId: string,
  key: string,
): Promise<PathwayDoc & { versionId: string; version: number }> {
  const pathway = await findPathway(institutionId, key);
  if (!pathway?.versionId || pathway.version === null) throw notFound('This pathway');
  return { ...pathway, versionId: pathway.versionId, version: pathway.version };
}

export async function getVersion(institutionId: string, versionId: string): Promise<PathwayVersionDoc> {
  const version = await PathwayVersionModel.findOne({ institutionId, _id: versionId }).lean();
  if (!version) throw notFound('This version');
  return version;
}

/** The modules of a version, in order. */
export async function listModules(institutionId: string, versionId: string): Promise<ModuleDoc[]> {
  return ModuleModel.find({ institutionId, versionId }).sort({ position: 1 }).lean();
}

export async function getModule(institutionId: string, moduleId: string): Promise<ModuleDoc> {
  const module = await ModuleModel.findOne({ institutionId, _id: moduleId }).lean();
  if (!module) throw notFound('This module');
  return module;
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

/** True when the institution offers that pathway now, and the module is one of it. */
export async function isOffered(
  institutionId: string,
  pathwayKey: string,
  moduleKey: string | null,
): Promise<boolean> {
  const pathway = await findPathway(institutionId, pathwayKey);
  if (!pathway?.versionId) return false;
  if (moduleKey === null) return true;
  return (await ModuleModel.exists({ institutionId, versionId: pathway.versionId, key: moduleKey })) !== null;
}
