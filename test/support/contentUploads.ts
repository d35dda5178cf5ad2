import { randomUUID } from 'node:crypto';
import { bundleEndpoints } from '../../contract/bundles.ts';
import { contentFileEndpoints, type ContentUpload } from '../../contract/contentFiles.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import type { Caller } from './app.ts';
import { plainBundle, zipFiles } from './bundles/sampleBundle.ts';
import { until } from './until.ts';

const TUS = { 'tus-resumable': '1.0.0' };

/** What an upload of a designer is for. */
export type Purpose = { purpose: 'content'; draftId: string } | { purpose: 'bundle' };

/** Begins an upload. @returns the response, with the upload's address in `location` */
export function beginContentUpload(
  caller: Caller,
  { size, name = 'plan.md', ...purpose }: Purpose & { size: number; name?: string },
): Promise<Response> {
  const facts = { ...purpose, filename: name, clientId: randomUUID() };
  const metadata = Object.entries(facts).map(
    ([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`,
  );
  const headers = { ...TUS, 'upload-length': String(size), 'upload-metadata': metadata.join(',') };
  return caller.raw('POST', '/api/v1/uploads', { headers });
}

/** The id of an upload that has begun. */
export function uploadIdOf(begun: Response): string {
  const id = begun.headers.get('location')?.split('/').at(-1);
  if (id === undefined) throw new Error(`the upload was not begun: ${begun.status}`);
  return id;
}

/** Sends bytes to an upload. */
export function sendBytes(caller: Caller, id: string, bytes: Buffer, offset = 0): Promise<Response> {
  return caller.raw('PATCH', `/api/v1/uploads/${id}`, {
    headers: { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(bytes),
  });
}

/** Uploads a file and waits until it was checked. */
export async function uploadContent(
  caller: Caller,
  bytes: Buffer,
  purpose: Purpose & { name?: string },
): Promise<ContentUpload> {
  const id = uploadIdOf(await beginContentUpload(caller, { ...purpose, size: bytes.length }));
  await sendBytes(caller, id, bytes);
  return until('the check of an upload', async () => {
    const { body } = await caller.call(contentFileEndpoints.upload, { params: { id } });
    return body.state === 'checking' ? null : body;
  });
}

/** Uploads a zip. @returns the upload's id */
export async function uploadBundle(caller: Caller, zip = zipFiles(plainBundle())): Promise<string> {
  return (await uploadContent(caller, zip, { purpose: 'bundle', name: 'pathway.zip' })).id;
}

/** What a client sends to import a bundle without warnings as a version. */
export async function asVersion(caller: Caller) {
  return { as: 'version' as const, uploadId: await uploadBundle(caller), reasons: [] };
}

/** Each audited route of bundles, and a call of it that succeeds. */
export function bundleCalls(designer: () => Caller): [endpoint: Endpoint, call: () => Promise<number>][] {
  const { import: importOne } = bundleEndpoints;
  return [
    [importOne, async () => (await designer().call(importOne, { body: await asVersion(designer()) })).status],
  ];
}
