import { model, Schema } from 'mongoose';
import type { FrameworkRef } from '../../../contract/content.ts';
import { tenanted } from '../../tenancy.ts';

/** The draft of an overlay's next version. At most one is open; what was published from it or put away stays. */
export interface OverlayDraftDoc {
  _id: string;
  institutionId: string;
  /** Key of the overlay. */
  frameworkKey: string;
  state: 'open' | 'published' | 'discarded';
  /** The version that it was begun from; null for a new overlay. */
  baseVersion: number | null;
  /** Counts the saves: each is made on the one before it, so that they are ordered as the database commits them. */
  revision: number;
  /** `OverlayEdits` as JSON with its members in a fixed order: members of items may have names that MongoDB does not take. */
  edits: string;
  /** As the edits have them, for lists. */
  title: string;
  core: FrameworkRef;
  /** The window that saved last. */
  windowId: string;
  begunAt: Date;
  begunBy: string;
  savedAt: Date;
  savedBy: string;
}

const schema = new Schema<OverlayDraftDoc>(
  {
    _id: { type: String, required: true },
    frameworkKey: { type: String, required: true, immutable: true },
    state: { type: String, enum: ['open', 'published', 'discarded'], required: true },
    baseVersion: { type: Number, default: null },
    revision: { type: Number, required: true },
    edits: { type: String, required: true },
    title: { type: String, default: '' },
    core: { type: Schema.Types.Mixed, required: true },
    windowId: { type: String, required: true },
    begunAt: { type: Date, required: true },
    begunBy: { type: String, required: true },
    savedAt: { type: Date, required: true },
    savedBy: { type: String, required: true },
  },
  { collection: 'overlayDrafts', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, frameworkKey: 1 },
  { unique: true, partialFilterExpression: { state: 'open' }, name: 'one_open_overlay' },
);
schema.index({ institutionId: 1, state: 1, savedAt: -1 }, { name: 'overlay_drafts_by_time' });
export const OverlayDraftModel = model<OverlayDraftDoc>('OverlayDraft', schema);
