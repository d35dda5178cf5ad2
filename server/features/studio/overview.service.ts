import type { StudioPathway } from '../../../contract/studio.ts';
import type { StudioForm } from '../../../contract/forms.ts';
import { HEAD_PARTS, type DraftKind } from '../../../contract/studioParts.ts';
import { join } from '../../combinedRead.ts';
import { listPathways } from '../catalog/publishedContent.service.ts';
import { listAllForms } from '../observationForms/forms.service.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import {
  StudioDraftModel,
  StudioPartModel,
  type StudioDraftDoc,
  type StudioPartDoc,
} from './studio.model.ts';

/** More than an institution has: a list is one page. */
const SHOWN = 1_000;

type DraftWithHead = StudioDraftDoc & { head: Pick<StudioPartDoc, 'value'>[] };

async function listOpenDrafts(institutionId: string, kind: DraftKind): Promise<DraftWithHead[]> {
  return StudioDraftModel.aggregate<DraftWithHead>([
    { $match: { institutionId, kind, state: 'open' } },
    { $limit: SHOWN },
    join(StudioPartModel, { institutionId, local: '_id', foreign: 'draftId', as: 'head' }, [
      { $match: { partKey: HEAD_PARTS[kind] } },
      { $project: { value: 1 } },
    ]),
  ]);
}

/** Open drafts by the key of their content, and each as the lists show it. */
async function readDrafts(institutionId: string, kind: DraftKind) {
  const drafts = await listOpenDrafts(institutionId, kind);
  const names = await getDisplayNames(
    institutionId,
    drafts.map(({ savedBy }) => savedBy),
  );
  const toSummary = (draft: DraftWithHead): NonNullable<StudioPathway['draft']> => ({
    id: draft._id,
    baseVersion: draft.baseVersion,
    savedAt: draft.savedAt.toISOString(),
    savedBy: names.get(draft.savedBy) ?? '',
  });
  const summaries = new Map(drafts.map((draft) => [draft.contentKey, toSummary(draft)]));
  return { drafts, summaries };
}

const byTitle = (a: { title: string }, b: { title: string }): number => a.title.localeCompare(b.title);
const UNPUBLISHED = { version: null, publishedAt: null, retiredAt: null } as const;

/** Every pathway of the institution, published or not yet, with its open draft; by title. */
export async function listStudioPathways(institutionId: string): Promise<StudioPathway[]> {
  const [published, { drafts, summaries }] = await Promise.all([
    listPathways(institutionId, SHOWN),
    readDrafts(institutionId, 'pathway'),
  ]);
  const rows = published.map(({ key, title, strand, version, publishedAt, retiredAt }): StudioPathway => ({
    key,
    title,
    strand,
    version,
    publishedAt: publishedAt?.toISOString() ?? null,
    retiredAt: retiredAt?.toISOString() ?? null,
    draft: summaries.get(key) ?? null,
  }));
  const known = new Set(rows.map(({ key }) => key));
  const fresh = drafts.flatMap(({ contentKey: key, head: [part] }): StudioPathway[] => {
    const head = part?.value;
    if (head?.type !== 'pathway' || known.has(key)) return [];
    const { title, strand } = head;
    return [{ key, title, strand, ...UNPUBLISHED, draft: summaries.get(key) ?? null }];
  });
  return [...rows, ...fresh].sort(byTitle);
}

/** The same for observation forms. */
export async function listStudioForms(institutionId: string): Promise<StudioForm[]> {
  const [published, { drafts, summaries }] = await Promise.all([
    listAllForms(institutionId),
    readDrafts(institutionId, 'form'),
  ]);
  const rows = published.map(({ key, title, purpose, version, publishedAt, retiredAt }): StudioForm => ({
    key,
    title,
    purpose,
    version,
    publishedAt: publishedAt.toISOString(),
    retiredAt: retiredAt?.toISOString() ?? null,
    draft: summaries.get(key) ?? null,
  }));
  const known = new Set(rows.map(({ key }) => key));
  const fresh = drafts.flatMap(({ contentKey: key, head: [part] }): StudioForm[] => {
    const head = part?.value;
    if (head?.type !== 'form' || known.has(key)) return [];
    const { title, purpose } = head;
    return [{ key, title, purpose, ...UNPUBLISHED, draft: summaries.get(key) ?? null }];
  });
  return [...rows, ...fresh].sort(byTitle);
}
