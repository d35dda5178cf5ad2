import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** A file that modules offer: once for each institution and content, whatever it is called where it is offered. */
export interface ContentFileDoc {
  _id: string;
  institutionId: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /** By its bytes: all kinds of plain text are `text/plain`. */
  mediaType: string;
  /** GridFS file that holds the content. */
  fileId: string;
  /**
   * `storing` while its bytes arrive, `dropped` while they are deleted: recorded before the first byte and until after the last, so
   * that a killed process leaves no orphan.
   */
  state: 'storing' | 'stored' | 'dropped';
  /** A published version offers it. Versions never change and never go, so it is kept for good. */
  published: boolean;
  /** When the sweep looks at it; null once it is published. A draft that refers to it puts this off. */
  sweepAt: Date | null;
  createdAt: Date;
}

const text = { type: String, required: true } as const;

const schema = new Schema<ContentFileDoc>(
  {
    _id: text,
    sha256: text,
    size: { type: Number, required: true },
    mediaType: text,
    fileId: text,
    state: { ...text, enum: ['storing', 'stored', 'dropped'] },
    published: { type: Boolean, required: true },
    sweepAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'contentFiles', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, sha256: 1 },
  { unique: true, partialFilterExpression: { state: 'stored' }, name: 'content_file_by_digest' },
);
/** Only what still needs attention is indexed; a query must name this bound, or MongoDB ignores the index. */
export const TO_SWEEP = { $gt: new Date(0) };
schema.index(
  { institutionId: 1, sweepAt: 1 },
  { name: 'content_file_to_sweep', partialFilterExpression: { sweepAt: TO_SWEEP } },
);

export const ContentFileModel = model<ContentFileDoc>('ContentFile', schema);
