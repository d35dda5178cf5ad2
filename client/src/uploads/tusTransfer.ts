import { DetailedError, Upload } from 'tus-js-client';
import { ErrorBody } from '../../../contract/errors.ts';
import { API_BASE } from '../api/session.ts';
import type { SessionHolder } from '../api/session.ts';
import type { StartTransfer, TransferFault } from './transfer.ts';

/** Size of one PATCH: larger ones need fewer requests, and what arrived of an interrupted one is kept. */
const CHUNK_BYTES = 16 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000];

function faultOf(error: Error): TransferFault {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  if (status < 400 || status >= 500 || status === 401 || status === 429) return { kind: 'broken' };
  const body = ErrorBody.safeParse(parseJson(response?.getBody() ?? ''));
  if (!body.success) return { kind: 'broken' };
  return { kind: 'refused', problem: { code: body.data.code, message: body.data.message } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Sends by tus to an upload that was already created. Never with an `endpoint`: tus-js-client would then create a new upload
 * whenever a HEAD fails, even with a 401. The bearer is set again for each request, since it may have changed.
 */
export function createTusTransfer(session: SessionHolder): StartTransfer {
  return (file, artifactId, events) => {
    let refusedBearer = false;
    const upload = new Upload(file, {
      uploadUrl: `${API_BASE}/uploads/${artifactId}`,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      storeFingerprintForResuming: false,
      onBeforeRequest: async (request) => {
        if (refusedBearer) await session.resume();
        refusedBearer = false;
        const state = session.state();
        if (state.status === 'live') request.setHeader('Authorization', `Bearer ${state.bearer}`);
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        refusedBearer = status === 401;
        const passing = status === 0 || status >= 500 || [401, 409, 423, 429].includes(status);
        return passing && navigator.onLine && session.state().status === 'live';
      },
      onProgress: (sent) => events.onProgress(sent),
      onSuccess: () => events.onDone(),
      onError: (error) => events.onFault(faultOf(error)),
    });
    upload.start();
    return Promise.resolve({ stop: () => upload.abort() });
  };
}
