import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Server } from '@tus/server';
import { AppError, isDuplicateKey, notFound } from '../../../errors.ts';
import { errorOfStatus } from '../../../http/clientFaults.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import type { ArtifactDeps } from '../artifacts.deps.ts';
import { requireOwnUpload, uploadGone } from '../uploads.service.ts';
import { beginUpload } from './beginUpload.ts';
import { LeaseLocker } from './leaseLocker.ts';
import { fromUploadId, toUploadId } from './uploadId.ts';
import { UploadStore } from './uploadStore.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LOCK_DRAIN_MS = 1;

type WebRequest = Parameters<Server['handleWeb']>[0];

/** What @tus/server reads from a request, and what our hooks need in addition. */
export class TusRequest {
  readonly method: string;
  readonly url: string;
  readonly headers = new Headers();
  readonly body: ReturnType<typeof Readable.toWeb> | null;
  /** Lets @tus/server stop the work when the connection breaks. */
  readonly runtime: { name: 'node'; node: { req: IncomingMessage; res: ServerResponse } };
  readonly session: LiveSession;
  /** What was thrown, before @tus/server turned it into text. */
  fault: unknown = null;

  constructor(req: IncomingMessage, res: ServerResponse, session: LiveSession) {
    this.method = req.method ?? 'GET';
    this.url = `http://localhost${(req.url ?? '/').replace(/\?.*$/, '')}`;
    for (const [name, value] of Object.entries(req.headers)) {
      // a chain of proxies writes `https, http`, which @tus/server refuses; it needs none of them
      if (value !== undefined && !/^(?:x-)?forwarded/.test(name))
        this.headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    this.body = this.method === 'POST' || this.method === 'PATCH' ? Readable.toWeb(req) : null;
    this.runtime = { name: 'node', node: { req, res } };
    this.session = session;
  }
}

const ours = (req: unknown): TusRequest => {
  if (!(req instanceof TusRequest)) throw new Error('the upload server was given a foreign request');
  return req;
};

/** One of @tus/server's own errors: a status and a text. */
const statusOf = (fault: unknown): number =>
  typeof fault === 'object' &&
  fault !== null &&
  'status_code' in fault &&
  typeof fault.status_code === 'number'
    ? fault.status_code
    : 500;

/** Our error for anything thrown during an upload, or for a bare status of @tus/server. */
export function toUploadError(fault: unknown, status = statusOf(fault)): unknown {
  if (fault instanceof AppError) return fault;
  // two writers conflicted at a chunk: the later one restarts from the upload's present offset
  if (status === 409 || isDuplicateKey(fault, 'files_id'))
    return new AppError(
      'UPLOAD_OFFSET_CONFLICT',
      'This upload has gone on elsewhere. It continues from there.',
    );
  if (status === 413) return new AppError('BODY_TOO_LARGE', 'More was sent than the upload announced.');
  if (status === 404) return notFound('This upload');
  if (status === 410) return uploadGone();
  if (status === 412 || status === 415) return errorOfStatus(status, fault);
  // 501: an extension that was never offered
  if (status < 500 || status === 501)
    return new AppError('VALIDATION_FAILED', 'The upload request is not well formed.', { cause: fault });
  return fault ?? new Error('the upload server failed without saying why');
}

/**
 * The tus server on our store, for the one process-wide endpoint.
 *
 * @param path  public path of the endpoint, as in `Location`
 */
export function createTusServer(deps: ArtifactDeps, path: string): Server {
  return new Server({
    path,
    datastore: new UploadStore(deps),
    locker: new LeaseLocker(deps.stopping),
    // 0 would mean 3 s
    lockDrainTimeout: LOCK_DRAIN_MS,
    disableTerminationForFinishedUploads: true,
    // unset means `*`
    allowedOrigins: () => false,
    namingFunction: async (req, metadata) => {
      const { session, headers } = ours(req);
      const size = Number(headers.get('upload-length'));
      const artifactId = await beginUpload(deps, session, { metadata: metadata ?? {}, size });
      return toUploadId({ institutionId: session.institutionId, artifactId });
    },
    getFileIdFromRequest: (req, last) => {
      const { institutionId } = ours(req).session;
      return last !== undefined && UUID.test(last)
        ? toUploadId({ institutionId, artifactId: last })
        : undefined;
    },
    generateUrl: (_req, { id }) => `${path}/${fromUploadId(id).artifactId}`,
    onIncomingRequest: (req, id) => {
      const { session, method } = ours(req);
      return requireOwnUpload(deps, session, { artifactId: fromUploadId(id).artifactId, method });
    },
    onResponseError: (req, error) => {
      ours(req).fault = error;
      return undefined;
    },
  });
}

/** Handles one request; @tus/server throws nothing. */
export function handleTus(server: Server, request: TusRequest): Promise<Response> {
  return server.handleWeb(request as unknown as WebRequest);
}
