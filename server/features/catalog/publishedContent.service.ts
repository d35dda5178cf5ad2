import type { PathwayContent } from '../../../contract/content.ts';
import type { ChangelogEntry } from '../../../contract/versions.ts';
import { join } from '../../combinedRead.ts';
import { getVersion, listModules, toPathwayContent } from './catalog.service.ts';
import {
  PathwayModel,
  PathwayVersionModel,
  type PathwayDoc,
  type PathwayVersionDoc,
} from './pathway.model.ts';

/** A published version with all that is in it, in the newest schema version. */
export interface PublishedContent {
  n: number;
  publishedAt: Date;
  /** Of the content as it was written. */
  contentHash: string;
  changelog: ChangelogEntry[];
  content: PathwayContent;
}

/** A published version of a pathway; the newest if `n` is omitted. Null if there is none. */
export async function findPublishedContent(
  institutionId: string,
  pathwayKey: string,
  n?: number,
): Promise<PublishedContent | null> {
  const pathway = await PathwayModel.findOne({ institutionId, key: pathwayKey }).lean();
  const found = await PathwayVersionModel.findOne({
    institutionId,
    pathwayKey,
    ...(n === undefined ? {} : { n }),
  })
    .sort({ n: -1 })
    .lean();
  if (!pathway || !found) return null;
  const [version, modules] = await Promise.all([
    getVersion(institutionId, found._id),
    listModules(institutionId, found._id),
  ]);
  const content = toPathwayContent(pathway.slug, { version, modules });
  const { publishedAt, contentHash, changelog = [] } = found;
  return { n: found.n, publishedAt, contentHash, changelog, content };
}

/** A pathway with when its newest version was published. */
export interface ListedPathway extends Pick<PathwayDoc, 'key' | 'title' | 'strand' | 'version'> {
  publishedAt: Date | null;
  retiredAt: Date | null;
}

/** Pathways of an institution by title, at most `limit`. */
export async function listPathways(institutionId: string, limit: number): Promise<ListedPathway[]> {
  type Found = PathwayDoc & { newest: Pick<PathwayVersionDoc, 'publishedAt'>[] };
  const found = await PathwayModel.aggregate<Found>([
    { $match: { institutionId } },
    { $sort: { title: 1, _id: 1 } },
    { $limit: limit },
    join(PathwayVersionModel, { institutionId, local: 'versionId', foreign: '_id', as: 'newest' }, [
      { $project: { publishedAt: 1 } },
    ]),
  ]);
  return found.map(({ key, title, strand, version, retiredAt, newest }) => ({
    key,
    title,
    strand,
    version,
    publishedAt: newest[0]?.publishedAt ?? null,
    retiredAt: retiredAt ?? null,
  }));
}
