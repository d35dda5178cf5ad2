import mongoose from 'mongoose';
import type { ReadyPost } from './posts.ts';

/** What a client receives. */
export interface PostReply {
  status: number;
  body: unknown;
  retryAfter: string | null;
}

/** Sends a POST with an Idempotency-Key. */
export async function send(
  url: string,
  { endpoint, caller, params, body }: ReadyPost,
  key: string,
): Promise<PostReply> {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => params?.[name] ?? '');
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${caller.bearer}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    body: await response.json(),
    retryAfter: response.headers.get('retry-after'),
  };
}

/** Not part of the work: keys, when somebody was seen, and how often workers were woken. */
const ASIDE = new Set(['idempotencyKeys', 'sessions', 'deliveryLanes', 'migrations', 'limiter']);

/** Everything that is stored for an institution. */
export async function readStored(institutionId: string): Promise<Record<string, unknown[]>> {
  const { db } = mongoose.connection;
  const found: Record<string, unknown[]> = {};
  for (const { name } of (await db?.listCollections().toArray()) ?? []) {
    if (ASIDE.has(name)) continue;
    const rows = await db?.collection(name).find({ institutionId }).sort({ _id: 1 }).toArray();
    // that its response was read is not part of the work
    const done = rows?.filter(({ action }) => action !== 'review.read') ?? [];
    if (done.length > 0) found[name] = done;
  }
  return found;
}
