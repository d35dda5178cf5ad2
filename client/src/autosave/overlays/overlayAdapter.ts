import { z } from 'zod';
import { Id } from '../../../../contract/common.ts';
import { EditsConflict, OverlayEdits } from '../../../../contract/overlays.ts';
import type { SavedEdits } from '../../../../contract/overlays.ts';
import { isSame } from '../../../../contract/studioMerge.ts';
import type { Adapter } from '../adapter.ts';

/** The kind of its entries on the device. */
const OVERLAY_KIND = 'overlay';
/** The one part of a draft: all of it. */
export const ALL = 'all';

/** A draft that the server does not have yet, as it is stored on the device: with what it was made of. */
const OverlayEntry = z.object({
  draftId: Id,
  baseRevision: z.number().int().min(0),
  base: OverlayEdits.nullable(),
  value: OverlayEdits,
  lineage: z.string(),
  builtOn: z.array(z.object({ id: z.string(), at: z.string() })).default([]),
});

/** What the server had at the revisions that this window works on. */
export type Bases = Map<number, OverlayEdits>;
/** Saves a draft on top of a revision. @throws {ApiError | OfflineError} */
export type SaveOverlay = (
  baseRevision: number,
  edits: OverlayEdits,
) => Promise<{ revision: number; savedAt: string }>;

/** What somebody wrote, for [Copy]. */
function wordsOf({ title, description, strands, items, ownStrands, ownItems }: OverlayEdits): string {
  return [
    title,
    description,
    ...[...strands, ...ownStrands].map((strand) => strand.title),
    ...[...items, ...ownItems].flatMap((item) => [item.title, item.canDo]),
  ]
    .filter(Boolean)
    .join('\n');
}

interface OverlayAdapterDeps {
  readonly draftId: string;
  readonly save: SaveOverlay;
  readonly bases: Bases;
}

/** The draft of an overlay as one piece; null until it has been loaded. */
export function overlayAdapter({
  draftId,
  save,
  bases,
}: OverlayAdapterDeps): Adapter<OverlayEdits | null, SavedEdits> {
  return {
    kind: OVERLAY_KIND,
    same: isSame,
    hasHistory: false,
    keepsRefused: true,
    // a role may come back: what is typed until then is kept and tried again
    isFinal: () => false,
    words: (edits) => (edits ? wordsOf(edits) : ''),
    empty: () => ({ value: null, revision: 0, savedAt: null, lineage: null }),
    toEntry: (_key, { value, baseRevision, lineage, builtOn }, at) => ({
      id: `${OVERLAY_KIND}:${draftId}:${lineage}`,
      kind: OVERLAY_KIND,
      value: { draftId, baseRevision, base: bases.get(baseRevision) ?? null, value, lineage, builtOn },
      at,
    }),
    fromEntry: (entry) => {
      const { data } = OverlayEntry.safeParse(entry.value);
      if (data?.draftId !== draftId) return null;
      const { value, baseRevision, base, lineage, builtOn } = data;
      if (base) bases.set(baseRevision, base);
      return { key: ALL, draft: { value, baseRevision, lineage, sequence: 0, builtOn } };
    },
    send: async (_key, { value, baseRevision }) => {
      if (!value) throw new Error('nothing is written before a draft is loaded');
      const saved = await save(baseRevision, value);
      for (const known of [...bases.keys()]) if (known < baseRevision) bases.delete(known);
      bases.set(saved.revision, value);
      return saved;
    },
    check: (value) =>
      OverlayEdits.safeParse(value).success
        ? null
        : { kind: 'refused', code: 'VALIDATION_FAILED', inHistory: false },
    readConflict: (details) => {
      const theirs = EditsConflict.safeParse(details).data?.theirs;
      if (!theirs) return null;
      const { revision, savedAt, edits } = theirs;
      bases.set(revision, edits);
      return { theirs, copy: { value: edits, revision, savedAt, lineage: null }, inHistory: false };
    },
  };
}
