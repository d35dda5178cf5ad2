import mongoose, { type ClientSession } from 'mongoose';
import { ArtifactChunkModel, type ArtifactChunkDoc } from '../artifactFile.model.ts';

/** 1 MiB: against GridFS' default of 255 KiB an upload takes about 0.6 of the time, a download the same. */
export const CHUNK_BYTES = 1024 * 1024;

type ChunkCollection = mongoose.mongo.Collection<ArtifactChunkDoc>;

export function chunkCollection(): ChunkCollection {
  const { db } = mongoose.connection;
  if (!db) throw new Error('the database is not connected');
  return db.collection<ArtifactChunkDoc>(ArtifactChunkModel.collection.name);
}

/** Deletes chunks of a file from number `from` on; a majority has seen it when this returns, or when the transaction ends. */
export async function deleteChunks(fileId: string, from = 0, tx?: ClientSession): Promise<void> {
  const how = tx ? { session: tx } : { writeConcern: { w: 'majority' as const } };
  await chunkCollection().deleteMany({ files_id: fileId, n: { $gte: from } }, how);
}
