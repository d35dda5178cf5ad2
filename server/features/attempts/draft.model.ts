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
  /** Made by the client that wrote first; a repeat of that write is known by it. */
  draftId: string;
  revision: number;
  /** Which change under its draft id it is. */
  sequence?: number;
  document: RichDocument;
  text: string;
  savedAt: Date;
  /** When the history last got a version of it. */
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

/** An earlier or a refused text: what History shows. Only the newest words of a conflict that goes on replace those before. */
export interface DraftVersionDoc {
  _id: string;
  institutionId: string;
  personId: string;
  subjectId: string;
  pieceKey: string;
  why: 'interval' | 'conflict' | 'submitted' | 'replaced';
  /** Of a conflict's text: which change of its window it is. */
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
