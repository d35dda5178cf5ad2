import type { WrittenPathway } from '../../../contract/contentUpgrades.ts';
import { notFound } from '../../errors.ts';
import { contentHash } from './publishing.service.ts';
import { ModuleModel, PathwayModel, PathwayVersionModel, type PathwayVersionDoc } from './pathway.model.ts';

/** A version of a pathway, in the schema version in which it was written. */
export interface WrittenVersion {
  readonly content: WrittenPathway;
  readonly n: number;
  readonly contentHash: string;
}

function toWritten(version: PathwayVersionDoc, slug: string, modules: readonly unknown[]): unknown {
  const { pathwayKey: key, schemaVersion, title, vision, licence, source, strand } = version;
  const always = { key, slug, title, vision, licence, source, modules };
  // it named its strand by the key alone
  if (schemaVersion === 1) return { ...always, strand: strand.key };
  const { framework = null, tracks = [], completes, badge = null } = version;
  return { schemaVersion, ...always, strand, framework, tracks, completes, badge };
}

/**
 * A published version of a pathway as it was written, from the database: it has the hash under which it was published, and gets the
 * same one wherever it is published again.
 *
 * @param n  its number; null for the newest
 * @throws {AppError} NOT_FOUND
 */
export async function getWrittenPathway(
  institutionId: string,
  key: string,
  n: number | null,
): Promise<WrittenVersion> {
  const pathway = await PathwayModel.findOne({ institutionId, key }).lean();
  if (!pathway?.versionId) throw notFound('This pathway');
  const which = n === null ? { _id: pathway.versionId } : { pathwayKey: key, n };
  const version = await PathwayVersionModel.findOne({ institutionId, ...which }).lean();
  if (!version) throw notFound('This version');
  const modules = await ModuleModel.find({ institutionId, versionId: version._id })
    .sort({ position: 1 })
    .lean();
  // it was parsed when it was published, which the hash proves
  const content = toWritten(
    version,
    version.slug ?? pathway.slug,
    modules.map((module) => module.content),
  ) as WrittenPathway;
  if (contentHash(content) !== version.contentHash)
    throw new Error(`version ${version.n} of pathway ${key} is not what was published`);
  return { content, n: version.n, contentHash: version.contentHash };
}
