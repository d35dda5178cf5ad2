import { ErrorBody } from '../../../contract/errors.ts';
import type { ContentMetadata, EvidenceMetadata } from '../../../contract/artifacts.ts';
import type { z } from 'zod';
import { ApiError, OfflineError } from '../api/errors.ts';
import { API_BASE } from '../api/session.ts';
import type { SessionHolder } from '../api/session.ts';

type Metadata = z.input<typeof EvidenceMetadata> | z.input<typeof ContentMetadata>;

/** tus's `Upload-Metadata`: names, and values as base64 of their UTF-8. */
export function encodeMetadata(metadata: Metadata): string {
  return Object.entries(metadata)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name} ${base64(value)}`)
    .join(',');
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

export type BeginUpload = (metadata: Metadata, size: number) => Promise<string>;

/**
 * Starts an upload, or finds the one that this `clientId` started.
 * @returns the artifact's id
 */
export function createBeginUpload(session: SessionHolder, fetcher: typeof fetch): BeginUpload {
  const post = async (metadata: Metadata, size: number) => {
    const state = session.state();
    try {
      return await fetcher(`${API_BASE}/uploads`, {
        method: 'POST',
        credentials: 'omit',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': String(size),
          'upload-metadata': encodeMetadata(metadata),
          ...(state.status === 'live' ? { authorization: `Bearer ${state.bearer}` } : {}),
        },
      });
    } catch (cause) {
      throw new OfflineError(cause);
    }
  };
  return async (metadata, size) => {
    let response = await post(metadata, size);
    if (response.status === 401 && (await session.resume())) response = await post(metadata, size);
    if (response.ok) {
      const id = response.headers.get('location')?.split('/').at(-1);
      if (id) return id;
    }
    const facts = { status: response.status, retryAfterSeconds: null };
    const body = ErrorBody.safeParse(await response.json().catch(() => null));
    if (body.success) throw new ApiError({ ...body.data, ...facts });
    throw new ApiError({ ...facts, code: 'UNAVAILABLE', message: '', correlationId: null });
  };
}
