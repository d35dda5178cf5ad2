import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from 'node:http';
import { connect } from 'node:net';
import mongoose from 'mongoose';
import type { OwnArtifact } from '../../../contract/artifacts.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import {
  ArtifactChunkModel,
  ArtifactFileModel,
} from '../../../server/features/artifacts/artifactFile.model.ts';
import { ArtifactUsageModel } from '../../../server/features/artifacts/artifactUsage.model.ts';
import { UploadLockModel } from '../../../server/features/artifacts/uploadLock.model.ts';
import { ask, createUpload, patchUpload, type NewUpload } from './tusClient.ts';

const MODELS = [ArtifactModel, ArtifactFileModel, ArtifactChunkModel, ArtifactUsageModel, UploadLockModel];

/** Creates collections and indexes as a migration does, in the database to which mongoose is connected. */
export async function prepareArtifacts(): Promise<void> {
  for (const model of MODELS) {
    await model.createCollection();
    await model.createIndexes();
  }
}

export const idOf = (location: string): string => location.split('/').at(-1) ?? '';

/** Reads an artifact until it has left `uploading` and `checking`. */
export async function settledArtifact(base: string, id: string, bearer = 'teacher'): Promise<OwnArtifact> {
  for (const giveUpAt = performance.now() + 60_000; performance.now() < giveUpAt; await sleep(20)) {
    const url = `${base}/api/v1/artifacts/${id}`;
    const reply = await ask({ method: 'GET', url, headers: { authorization: `Bearer ${bearer}` } });
    if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
    const view = JSON.parse(reply.text) as OwnArtifact;
    if (view.state !== 'uploading' && view.state !== 'checking') return view;
  }
  throw new Error(`the artifact ${id} did not settle within a minute`);
}

/** Uploads a whole content in PATCHes of `part` bytes and waits until it is checked. */
export async function uploadAll(
  base: string,
  content: { size: number; bytes(start: number, end: number): Iterable<Buffer>; part?: number },
  upload: Partial<NewUpload> & { agent?: Agent } = {},
): Promise<OwnArtifact> {
  const { agent, ...about } = upload;
  const via = agent ? { agent } : {};
  const { size, part = size } = content;
  const location = await createUpload(base, { size, ...about }, agent);
  const bearer = upload.bearer ?? 'teacher';
  for (let at = 0; at < size; at += part) {
    const end = Math.min(at + part, size);
    const patch = { offset: at, length: end - at, body: content.bytes(at, end), bearer, ...via };
    const reply = await patchUpload(`${base}${location}`, patch);
    if (reply.status !== 204) throw new Error(`${reply.status} ${reply.text}`);
  }
  return settledArtifact(base, idOf(location), bearer);
}

/** Uploads a buffer in one PATCH. */
export function uploadBuffer(
  base: string,
  data: Buffer,
  upload: Partial<NewUpload> = {},
): Promise<OwnArtifact> {
  return uploadAll(base, { size: data.length, bytes: (start, end) => [data.subarray(start, end)] }, upload);
}

const SCRAP_BYTES = 256 * 1024;

/**
 * Reads a content and discards it, with as little work as possible for a client: one buffer for all of it, no parser.
 *
 * @returns its length
 */
export function drain(url: string): Promise<number> {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let head = '';
    let expected: number | null = null;
    let length = 0;
    const take = (size: number, buffer: Uint8Array): boolean => {
      if (expected !== null) {
        length += size;
        return true;
      }
      head += Buffer.from(buffer.subarray(0, size)).toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return true;
      expected = Number(/\r\ncontent-length: (\d+)/i.exec(head.slice(0, end))?.[1] ?? NaN);
      length = head.length - end - 4;
      if (!head.startsWith('HTTP/1.1 200 ')) socket.destroy(new Error(head.slice(0, end)));
      return true;
    };
    const onread = { buffer: Buffer.allocUnsafe(SCRAP_BYTES), callback: take };
    const socket = connect({ host: hostname, port: Number(port), onread });
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`,
    );
    socket.once('error', reject);
    socket.once('close', () =>
      length === expected ? resolve(length) : reject(new Error(`${length} bytes of ${expected} came`)),
    );
  });
}

export async function dropDatabase(): Promise<void> {
  await mongoose.connection.dropDatabase();
}
