import { model, Schema } from 'mongoose';
import { DraftKind, type Part } from '../../../contract/studioParts.ts';
import { tenanted } from '../../tenancy.ts';

/** The draft of the next version of a pathway or an observation form. At most one is open; what was published from it or put away stays. */
export interface StudioDraftDoc {
  _id: string;
  institutionId: string;
  kind: DraftKind;
  /** Of the pathway or form. */
  contentKey: string;
  state: 'open' | 'published' | 'discarded';
  /** The version that it was begun from; null for something new. */
  baseVersion: number | null;
  /** Counts the saves. Each takes the next number in its transaction, so that they are ordered as the database commits them. */
  revision: number;
  /** Of its parts' JSON. */
  bytes: number;
  begunAt: Date;
  begunBy: string;
  savedAt: Date;
  savedBy: string;
}

const draftSchema = new Schema<StudioDraftDoc>(
  {
    _id: { type: String, required: true },
    kind: { type: String, enum: DraftKind.options, required: true, immutable: true },
    contentKey: { type: String, required: true, immutable: true },
    state: { type: String, enum: ['open', 'published', 'discarded'], required: true },
    baseVersion: { type: Number, default: null },
    revision: { type: Number, required: true },
    bytes: { type: Number, required: true },
    begunAt: { type: Date, required: true },
    begunBy: { type: String, required: true },
    savedAt: { type: Date, required: true },
    savedBy: { type: String, required: true },
  },
  { collection: 'studioDrafts', strict: 'throw', versionKey: false },
);
draftSchema.plugin(tenanted);
draftSchema.index(
  { institutionId: 1, kind: 1, contentKey: 1 },
  { unique: true, partialFilterExpression: { state: 'open' }, name: 'one_open_draft_by_kind' },
);
export const StudioDraftModel = model<StudioDraftDoc>('StudioDraft', draftSchema);

/** A part of a draft as it is now. One that was removed stays, without its value, so that other windows learn of it. */
export interface StudioPartDoc {
  _id: string;
  institutionId: string;
  draftId: string;
  partKey: string;
  /** The draft's revision with which it was saved. */
  revision: number;
  value: Part | null;
  bytes: number;
  windowId: string;
  savedBy: string;
  savedAt: Date;
  /** When an earlier value of it last went into the history. */
  keptAt: Date;
}

const partSchema = new Schema<StudioPartDoc>(
  {
    _id: { type: String, required: true },
    draftId: { type: String, required: true, immutable: true },
    partKey: { type: String, required: true, immutable: true },
    revision: { type: Number, required: true },
    value: { type: Schema.Types.Mixed, default: null },
    bytes: { type: Number, required: true },
    windowId: { type: String, required: true },
    savedBy: { type: String, required: true },
    savedAt: { type: Date, required: true },
    keptAt: { type: Date, required: true },
  },
  { collection: 'studioParts', strict: 'throw', versionKey: false, minimize: false },
);
partSchema.plugin(tenanted);
partSchema.index({ institutionId: 1, draftId: 1, partKey: 1 }, { unique: true, name: 'part_of_draft' });
partSchema.index({ institutionId: 1, draftId: 1, revision: 1, _id: 1 }, { name: 'parts_by_revision' });
// whether a draft refers to a file
partSchema.index(
  { institutionId: 1, 'value.block.sha256': 1 },
  { name: 'part_by_file', partialFilterExpression: { 'value.block.sha256': { $exists: true } } },
);
export const StudioPartModel = model<StudioPartDoc>('StudioPart', partSchema);

/** What a part was before, or what was refused because somebody else's change was there first. */
export interface StudioPartVersionDoc {
  _id: string;
  institutionId: string;
  draftId: string;
  partKey: string;
  why: 'replaced' | 'refused';
  value: Part | null;
  savedBy: string;
  savedAt: Date;
}

const versionSchema = new Schema<StudioPartVersionDoc>(
  {
    _id: { type: String, required: true },
    draftId: { type: String, required: true },
    partKey: { type: String, required: true },
    why: { type: String, enum: ['replaced', 'refused'], required: true },
    value: { type: Schema.Types.Mixed, default: null },
    savedBy: { type: String, required: true },
    savedAt: { type: Date, required: true },
  },
  { collection: 'studioPartVersions', strict: 'throw', versionKey: false, minimize: false },
);
versionSchema.plugin(tenanted);
versionSchema.index(
  { institutionId: 1, draftId: 1, partKey: 1, savedAt: -1, _id: -1 },
  { name: 'versions_of_part_by_time' },
);
export const StudioPartVersionModel = model<StudioPartVersionDoc>('StudioPartVersion', versionSchema);

/** A window that has a draft open. MongoDB removes it when it has not been seen for a while. */
export interface StudioPresenceDoc {
  _id: string;
  institutionId: string;
  draftId: string;
  windowId: string;
  personId: string;
  partKey: string | null;
  seenAt: Date;
}

const presenceSchema = new Schema<StudioPresenceDoc>(
  {
    _id: { type: String, required: true },
    draftId: { type: String, required: true },
    windowId: { type: String, required: true },
    personId: { type: String, required: true },
    partKey: { type: String, default: null },
    seenAt: { type: Date, required: true },
  },
  { collection: 'studioPresence', strict: 'throw', versionKey: false },
);
presenceSchema.plugin(tenanted);
presenceSchema.index(
  { institutionId: 1, draftId: 1, windowId: 1 },
  { unique: true, name: 'presence_of_window' },
);
presenceSchema.index({ seenAt: 1 }, { expireAfterSeconds: 600, name: 'presence_expires' });
export const StudioPresenceModel = model<StudioPresenceDoc>('StudioPresence', presenceSchema);
