import { z } from 'zod';
import { Done, Id, IdParams, Instant, Title } from './common.ts';
import { FrameworkRef, LevelKey } from './content.ts';
import { endpoint } from './endpoint.ts';
import {
  FRAMEWORK_ITEMS_MAX,
  FRAMEWORK_STRANDS_MAX,
  FRAMEWORKS_MAX,
  FrameworkItem,
  FrameworkStrand,
} from './frameworks.ts';
import { Present } from './studio.ts';

/**
 * The draft of an overlay's next version. Published overlays are `FrameworkContent` (`frameworks.ts`); a draft may be unfinished, and
 * remembers what the core said where it was changed. `overlayEdits.ts` makes one into the other.
 */

/** Largest draft, in bytes of its JSON. */
export const OVERLAY_MAX_BYTES = 5 * 1024 * 1024;

// as typed: neither trimmed nor required, so that a draft saves at every moment
const Typed = (max: number) => z.string().max(max);

/** What an overlay has otherwise in an item of its core. Null: as in the core. */
export const CoreItemEdit = z.strictObject({
  key: Id,
  /** The item as the core had it when this was written. */
  was: FrameworkItem,
  title: Typed(255).nullable(),
  canDo: Typed(10_000).nullable(),
  /** At least this level: a core that asks for more goes first. */
  target: LevelKey.nullable(),
});
export type CoreItemEdit = z.infer<typeof CoreItemEdit>;

const CoreStrandEdit = z.strictObject({
  key: FrameworkStrand.shape.key,
  was: FrameworkStrand,
  title: Typed(255),
});

export const OwnItem = FrameworkItem.extend({
  title: Typed(255),
  canDo: Typed(10_000),
  code: Typed(60),
}).strict();
export type OwnItem = z.infer<typeof OwnItem>;

export const OwnStrand = FrameworkStrand.extend({ title: Typed(255) }).strict();
export type OwnStrand = z.infer<typeof OwnStrand>;

export const OverlayEdits = z.strictObject({
  /** The published version that is adapted. */
  core: FrameworkRef,
  title: Typed(255),
  /** Who adapts it. */
  source: Typed(500),
  description: Typed(10_000),
  strands: z.array(CoreStrandEdit).max(FRAMEWORK_STRANDS_MAX),
  items: z.array(CoreItemEdit).max(FRAMEWORK_ITEMS_MAX),
  ownStrands: z.array(OwnStrand).max(FRAMEWORK_STRANDS_MAX),
  ownItems: z.array(OwnItem).max(FRAMEWORK_ITEMS_MAX),
});
export type OverlayEdits = z.infer<typeof OverlayEdits>;

/** Where a draft begins. */
export const OverlaySource = z.discriminatedUnion('from', [
  /** A new overlay. Its `key` is made by the client, so that a repeat finds what the first request made. */
  z.strictObject({
    from: z.literal('core'),
    key: Id,
    title: Title,
    /** Who adapts it. */
    source: Title.max(500),
    core: z.strictObject({ key: Id, version: z.number().int().min(1) }),
  }),
  /** The next version of a published overlay. */
  z.strictObject({ from: z.literal('version'), key: Id }),
]);
export type OverlaySource = z.infer<typeof OverlaySource>;

export const OverlayDraftRow = z.strictObject({
  id: Id,
  /** Key of the overlay, as a framework. */
  key: Id,
  title: z.string(),
  core: FrameworkRef,
  /** The version that it was begun from; null for a new overlay. */
  baseVersion: z.number().int().min(1).nullable(),
  savedAt: Instant,
  /** Empty if their name is not known. */
  savedBy: z.string(),
});
export type OverlayDraftRow = z.infer<typeof OverlayDraftRow>;

/** What was saved last. */
export const SavedEdits = z.strictObject({
  revision: z.number().int().min(1),
  savedAt: Instant,
  edits: OverlayEdits,
});
export type SavedEdits = z.infer<typeof SavedEdits>;

export const OverlayDraft = z.strictObject({
  ...SavedEdits.shape,
  id: Id,
  key: Id,
  baseVersion: z.number().int().min(1).nullable(),
  /** The newest published version of the overlay; null if there is none. */
  newest: z.number().int().min(1).nullable(),
});
export type OverlayDraft = z.infer<typeof OverlayDraft>;

/** Refused with STUDIO_CONFLICT if something was saved since `baseRevision`; `details` has that. */
export const SaveEdits = z.strictObject({
  /** Of the window that saves: a repeat of a save whose response was lost is recognised by it. */
  windowId: Id,
  baseRevision: z.number().int().min(1),
  edits: OverlayEdits,
});
export type SaveEdits = z.infer<typeof SaveEdits>;

export const EditsConflict = z.strictObject({ theirs: SavedEdits });
export type EditsConflict = z.infer<typeof EditsConflict>;

/** Refused with STUDIO_CHANGED if the draft or the overlay is no longer as it was seen. */
export const PublishOverlay = z.strictObject({
  revision: z.number().int().min(1),
  /** The newest published version of the overlay; null if there was none. */
  newest: z.number().int().min(1).nullable(),
});
export type PublishOverlay = z.infer<typeof PublishOverlay>;

const who = ['admin'] as const;
// content of the institution, and nobody's work
const audit = false;
export const overlayEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/admin/overlays',
    summary: 'Overlays that are being written',
    audit,
    who,
    reply: z.strictObject({ rows: z.array(OverlayDraftRow).max(FRAMEWORKS_MAX) }),
  }),
  /** One draft an overlay: a second person who begins one gets the same. */
  begin: endpoint({
    method: 'post',
    repeats: 'found',
    path: '/admin/overlays',
    summary: 'Begin the draft of an overlay, or find the one that was begun',
    audit: 'overlay.begun',
    who,
    body: OverlaySource,
    reply: z.strictObject({ draftId: Id }),
  }),
  read: endpoint({
    method: 'get',
    path: '/admin/overlays/:id',
    summary: 'The draft of an overlay',
    audit,
    who,
    params: IdParams,
    reply: OverlayDraft,
  }),
  save: endpoint({
    method: 'put',
    path: '/admin/overlays/:id',
    summary: 'Save the draft of an overlay',
    audit,
    who,
    params: IdParams,
    bodyBytes: OVERLAY_MAX_BYTES + 1024,
    body: SaveEdits,
    reply: z.strictObject({ revision: z.number().int().min(1), savedAt: Instant }),
  }),
  presence: endpoint({
    method: 'put',
    path: '/admin/overlays/:id/presence',
    summary: 'Say that a window has the draft of an overlay open; who else does',
    audit,
    who,
    params: IdParams,
    body: z.strictObject({ windowId: Id }),
    reply: z.strictObject({ others: z.array(Present.omit({ part: true })) }),
  }),
  discard: endpoint({
    method: 'delete',
    path: '/admin/overlays/:id',
    summary: 'Put the draft of an overlay away; what is published stays as it is',
    audit: 'overlay.discarded',
    who,
    params: IdParams,
    reply: Done,
  }),
  publish: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/admin/overlays/:id/publish',
    summary: 'Publish the draft of an overlay as its next version',
    audit: 'framework.published',
    who,
    params: IdParams,
    body: PublishOverlay,
    reply: z.strictObject({ key: Id, n: z.number().int().min(1) }),
  }),
} as const;
