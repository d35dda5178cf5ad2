import type { StudioPathway } from '../../../contract/studio.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { join } from '../../combinedRead.ts';
import { listPathways } from '../catalog/publishedContent.service.ts';
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

async function listOpenDrafts(institutionId: string): Promise<DraftWithHead[]> {
  return StudioDraftModel.aggregate<DraftWithHead>([
    { $match: { institutionId, state: 'open' } },
    { $limit: SHOWN },
    join(StudioPartModel, { institutionId, local: '_id', foreign: 'draftId', as: 'head' }, [
      { $match: { partKey: PATHWAY_PART } },
      { $project: { value: 1 } },
    ]),
  ]);
}

/** Title and strand as the draft has them now. */
function headOf({ head: [part] }: DraftWithHead): Pick<StudioPathway, 'title' | 'strand'> | null {
  const value = part?.value;
  return value?.type === 'pathway' ? { title: value.title, strand: value.strand } : null;
}

/** Every pathway of the institution, published or not yet, with its open draft; by title. */
export async function listStudioPathways(institutionId: string): Promise<StudioPathway[]> {
  const [published, drafts] = await Promise.all([
    listPathways(institutionId, SHOWN),
    listOpenDrafts(institutionId),
  ]);
  const names = await getDisplayNames(
    institutionId,
    drafts.map(({ savedBy }) => savedBy),
  );
  const toDraft = (draft: DraftWithHead | undefined): StudioPathway['draft'] =>
    draft
      ? {
          id: draft._id,
          baseVersion: draft.baseVersion,
          savedAt: draft.savedAt.toISOString(),
          savedBy: names.get(draft.savedBy) ?? '',
        }
      : null;
  const rows = published.map(({ key, title, strand, version, publishedAt, retiredAt }): StudioPathway => {
    const draft = drafts.find(({ pathwayKey }) => pathwayKey === key);
    return {
      key,
      title,
      strand,
      version,
      publishedAt: publishedAt?.toISOString() ?? null,
      retiredAt: retiredAt?.toISOString() ?? null,
      draft: toDraft(draft),
    };
  });
  const fresh = drafts.flatMap((draft): StudioPathway[] => {
    const head = headOf(draft);
    if (!head || published.some(({ key }) => key === draft.pathwayKey)) return [];
    const unpublished = { version: null, publishedAt: null, retiredAt: null };
    return [{ key: draft.pathwayKey, ...head, ...unpublished, draft: toDraft(draft) }];
  });
  return [...rows, ...fresh].sort((a, b) => a.title.localeCompare(b.title));
}
