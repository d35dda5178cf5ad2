import { model, Schema } from 'mongoose';
import type { RichDocument } from '../../../contract/richText.ts';
import { tenanted } from '../../tenancy.ts';

/** The newest text of one piece. `subjectId` is what it belongs to (an attempt), `pieceKey` which part of it. */
export interface DraftDoc {
  _id: string;
  institutionId: string;
  personId: string;
  subjectId: string;
  pieceKey: string;
  /** Created by the client that wrote first; it identifies a repeat of that write. */
  draftId: string;
  revision: number;
  /** Number of the change within its draft id. */
  sequence?: number;
  document: RichDocument;
  text: string;
  savedAt: Date;
  /** When a version of it was last added to the history. */
  keptAt: Date;
}

const schema = new Schema<DraftDoc>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true, immutable: true },
    subjectId: { type: String, required: true, immutable: true },
    pieceKey: { type: String, required: true, immutable: true },
    draftId: { type: String, required: true },
    revision: { type: Number, required: true },
    sequence: { type: Number },
    document: { type: Schema.Types.Mixed, required: true },
    text: { type: String, default: '' },
    savedAt: { type: Date, required: true },
    keptAt: { type: Date, required: true },
  },
  { collection: 'drafts', strict: 'throw', versionKey: false, minimize: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, subjectId: 1, pieceKey: 1 }, { unique: true, name: 'draft_of_piece' });
export const DraftModel = model<DraftDoc>('Draft', schema);

/** An earlier or a refused text, as shown in History. Only the newest text of an ongoing conflict replaces the previous one. */
export interface DraftVersionDoc {
  _id: string;
  institutionId: string;
  personId: string;
  subjectId: string;
  pieceKey: string;
  why: 'interval' | 'conflict' | 'submitted' | 'replaced';
  /** For a text from a conflict: number of the change within its window. */
  sequence?: number;
  document: RichDocument;
  text: string;
  savedAt: Date;
}

const versionSchema = new Schema<DraftVersionDoc>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true },
    subjectId: { type: String, required: true },
    pieceKey: { type: String, required: true },
    why: { type: String, enum: ['interval', 'conflict', 'submitted', 'replaced'], required: true },
    sequence: { type: Number },
    document: { type: Schema.Types.Mixed, required: true },
    text: { type: String, default: '' },
    savedAt: { type: Date, required: true },
  },
  { collection: 'draftVersions', strict: 'throw', versionKey: false, minimize: false },
);
versionSchema.plugin(tenanted);
versionSchema.index(
  { institutionId: 1, subjectId: 1, pieceKey: 1, savedAt: -1, _id: -1 },
  { name: 'versions_of_piece_by_time' },
);
export const DraftVersionModel = model<DraftVersionDoc>('DraftVersion', versionSchema);
