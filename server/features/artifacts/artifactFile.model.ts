import { model, Schema } from 'mongoose';
import type { mongo } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** A GridFS file (bucket `artifacts`), readable by any GridFS tool; tenanted in addition to what GridFS requires. */
export interface ArtifactFileDoc {
  _id: string;
  institutionId: string;
  length: number;
  chunkSize: number;
  uploadDate: Date;
  filename: string;
}

const fileSchema = new Schema<ArtifactFileDoc>(
  {
    _id: { type: String, required: true },
    length: { type: Number, required: true },
    chunkSize: { type: Number, required: true },
    uploadDate: { type: Date, required: true },
    filename: { type: String, required: true },
  },
  { collection: 'artifacts.files', strict: 'throw', versionKey: false },
);
fileSchema.plugin(tenanted);

export const ArtifactFileModel = model<ArtifactFileDoc>('ArtifactFile', fileSchema);

/** A GridFS chunk: untenanted, read only by the id of a file that a tenanted document names. */
export interface ArtifactChunkDoc {
  _id: mongo.ObjectId;
  files_id: string;
  n: number;
  /** A Buffer on the way in; read with `promoteBuffers`, one on the way out too. */
  data: Buffer;
}

const chunkSchema = new Schema(
  {
    files_id: { type: String, required: true },
    n: { type: Number, required: true },
    data: { type: Schema.Types.Buffer, required: true },
  },
  { collection: 'artifacts.chunks', strict: 'throw', versionKey: false },
);
// GridFS's own name and shape; two writers of one chunk conflict here, and the later one fails
chunkSchema.index({ files_id: 1, n: 1 }, { unique: true, name: 'files_id_1_n_1' });

/** Declares collection and index; reads and writes bypass mongoose, which would copy each chunk once more. */
export const ArtifactChunkModel = model('ArtifactChunk', chunkSchema);
