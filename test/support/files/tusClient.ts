import { randomUUID } from 'node:crypto';
import { request, type Agent, type IncomingHttpHeaders } from 'node:http';

const b64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface Ask {
  method: string;
  url: string;
  headers?: Record<string, string | number>;
  /** Bytes sent piece by piece, respecting back-pressure. */
  body?: Iterable<Buffer>;
  agent?: Agent;
}

/** One request by node's own client: no copies of large bodies, whatever their size. */
export function ask({ method, url, headers = {}, body = [], agent }: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const req = request(url, { method, headers, ...(agent ? { agent } : {}) }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part));
      res.on('error', reject);
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          text: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    req.on('error', reject);
    const pieces = body[Symbol.iterator]();
    const push = (): void => {
      for (;;) {
        const next = pieces.next();
        if (next.done === true) {
          req.end();
          return;
        }
        if (!req.write(next.value)) {
          req.once('drain', push);
          return;
        }
      }
    };
    push();
  });
}

export interface NewUpload {
  size: number;
  filename?: string;
  bearer?: string;
  attemptId?: string;
  clientId?: string;
  criteria?: string[];
  /** Sent as they are, after the others. */
  metadata?: Record<string, string>;
}

export const TUS = { 'tus-resumable': '1.0.0' } as const;

export function uploadHeaders(upload: NewUpload): Record<string, string> {
  const metadata: Record<string, string> = {
    attemptId: upload.attemptId ?? '33333333-3333-4333-8333-333333333333',
    filename: upload.filename ?? 'evidence.bin',
    clientId: upload.clientId ?? randomUUID(),
    criteria: (upload.criteria ?? []).join(','),
    ...upload.metadata,
  };
  return {
    ...TUS,
    authorization: `Bearer ${upload.bearer ?? 'teacher'}`,
    'upload-length': String(upload.size),
    'upload-metadata': Object.entries(metadata)
      .map(([key, value]) => `${key} ${b64(value)}`)
      .join(','),
  };
}

/** Starts an upload. @returns its path on the server */
export async function createUpload(base: string, upload: NewUpload, agent?: Agent): Promise<string> {
  const reply = await ask({
    method: 'POST',
    url: `${base}/api/v1/uploads`,
    headers: uploadHeaders(upload),
    ...(agent ? { agent } : {}),
  });
  const { location } = reply.headers;
  if (reply.status !== 201 || location === undefined) throw new Error(`${reply.status} ${reply.text}`);
  return location;
}

export interface Patch {
  offset: number;
  length: number;
  body: Iterable<Buffer>;
  bearer?: string;
  agent?: Agent;
}

export function patchUpload(url: string, { offset, length, body, bearer, agent }: Patch): Promise<Reply> {
  return ask({
    method: 'PATCH',
    url,
    headers: {
      ...TUS,
      authorization: `Bearer ${bearer ?? 'teacher'}`,
      'content-type': 'application/offset+octet-stream',
      'content-length': length,
      'upload-offset': offset,
    },
    body,
    ...(agent ? { agent } : {}),
  });
}

export function headUpload(url: string, bearer = 'teacher'): Promise<Reply> {
  return ask({ method: 'HEAD', url, headers: { ...TUS, authorization: `Bearer ${bearer}` } });
}
