import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { schemaVersionOf, upgradePathway, type WrittenPathway } from '../../../contract/contentUpgrades.ts';
import type { FormContent } from '../../../contract/observationForms.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { appendAudit, operatorOf, type Actor } from '../audit/audit.service.ts';
import { publishContentFiles } from '../contentFiles/contentFiles.service.ts';
import { getVersion, listModules, toPathwayContent } from './catalog.service.ts';
import {
  ModuleModel,
  PathwayModel,
  PathwayVersionModel,
  type ModuleDoc,
  type PathwayVersionDoc,
} from './pathway.model.ts';

/** What a designer says about a version; nothing for one that the operator publishes. */
export type VersionNote = Pick<PathwayVersionDoc, 'publishedBy' | 'changelog' | 'reasons'>;

/** SHA-256 over the content with its members in a fixed order: equal content, equal hash. */
export function contentHash(content: WrittenPathway | FormContent): string {
  const sorted = (_key: string, value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sorted)).digest('hex');
}

/** Whether a version that was written in another schema version is the same as this content, once both are upgraded. */
async function isSameUpgraded(newest: PathwayVersionDoc, content: WrittenPathway): Promise<boolean> {
  const { institutionId, pathwayKey: key } = newest;
  const pathway = await PathwayModel.findOne({ institutionId, key }).lean();
  if (!pathway) return false;
  const [version, modules] = await Promise.all([
    getVersion(institutionId, newest._id),
    listModules(institutionId, newest._id),
  ]);
  const stored = toPathwayContent(pathway.slug, { version, modules });
  return contentHash(stored) === contentHash(upgradePathway(content));
}

/** What a version stores in addition to what every schema version has. */
function membersSince2(content: WrittenPathway): Partial<PathwayVersionDoc> {
  if (!('schemaVersion' in content)) return {};
  const { framework, tracks, completes, badge } = content;
  return { framework, tracks, completes, badge };
}

function toVersion(
  content: WrittenPathway,
  {
    institutionId,
    n,
    publishedAt,
    note,
  }: Pick<PathwayVersionDoc, 'institutionId' | 'n' | 'publishedAt'> & { note: VersionNote },
): PathwayVersionDoc {
  const { key: pathwayKey, title, vision, licence, source, modules } = content;
  return {
    _id: randomUUID(),
    institutionId,
    pathwayKey,
    n,
    slug: content.slug,
    schemaVersion: schemaVersionOf(content),
    contentHash: contentHash(content),
    title,
    vision,
    strand: upgradePathway(content).strand,
    licence,
    source,
    moduleIds: modules.map(() => randomUUID()),
    publishedAt,
    ...note,
    ...membersSince2(content),
  };
}

/** How content is published. */
interface Publishing {
  note: VersionNote;
  /** Whether people who work on earlier versions may move to it; by default they may. */
  offered?: boolean;
  /** Called within the transaction if there is a new version. */
  onNew?: () => Promise<void>;
  tx: ClientSession;
}

async function storeVersion(
  version: PathwayVersionDoc,
  content: WrittenPathway,
  { offered = true, tx }: Publishing,
): Promise<void> {
  const { institutionId, schemaVersion, strand } = version;
  const modules: ModuleDoc[] = content.modules.map((module, index) => ({
    _id: version.moduleIds[index] ?? randomUUID(),
    institutionId,
    versionId: version._id,
    pathwayKey: content.key,
    key: module.key,
    position: index + 1,
    schemaVersion,
    content: module,
  }));
  await PathwayVersionModel.create([version], { session: tx });
  await ModuleModel.insertMany(modules, { session: tx });
  await PathwayModel.updateOne(
    { institutionId, key: content.key },
    {
      $set: {
        slug: content.slug,
        title: content.title,
        strand,
        vision: content.vision,
        version: version.n,
        versionId: version._id,
      },
      ...(offered ? {} : { $addToSet: { heldBack: version.n } }),
      $setOnInsert: { _id: randomUUID() },
    },
    { upsert: true, session: tx },
  );
}

/**
 * Publishes content as the next version of its pathway, as it was written, within a transaction. If the newest version has the same
 * content, or had it before the format of content changed, there is no new one. Versions never change afterwards.
 *
 * @param content  parsed by `parsePathwayContent`
 * @returns the version that is the newest now
 * @throws a duplicate key if another transaction published at the same moment: the caller begins again
 */
export async function publishInTransaction(
  { clock }: Pick<Deps, 'clock'>,
  actor: Actor,
  content: WrittenPathway,
  publication: Publishing,
): Promise<PathwayVersionDoc> {
  const { institutionId } = actor;
  const { note, tx } = publication;
  await publishContentFiles(institutionId, upgradePathway(content), tx);
  const newest = await PathwayVersionModel.findOne({ institutionId, pathwayKey: content.key })
    .sort({ n: -1 })
    .session(tx)
    .lean();
  const n = (newest?.n ?? 0) + 1;
  const version = toVersion(content, { institutionId, n, publishedAt: clock.now(), note });
  if (newest?.contentHash === version.contentHash) return newest;
  if (newest && newest.schemaVersion !== version.schemaVersion && (await isSameUpgraded(newest, content)))
    return newest;
  await storeVersion(version, content, publication);
  const subject = { kind: 'pathway', id: content.key };
  await appendAudit({ clock }, actor, { action: 'pathway.published', subject, facts: { version: n } }, tx);
  await publication.onNew?.();
  return version;
}

/** Runs `work` again if another transaction published at the same moment: the next version has another number then. */
export async function publishing<T>(work: (tx: ClientSession) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(work);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return publishing(work);
  }
}

/** Publishes content as the operator: `publishInTransaction`, in a transaction of its own. */
export async function publishPathway(
  deps: Pick<Deps, 'clock'>,
  institutionId: string,
  content: WrittenPathway,
): Promise<PathwayVersionDoc> {
  const actor = operatorOf(institutionId);
  return publishing((tx) => publishInTransaction(deps, actor, content, { note: {}, tx }));
}
