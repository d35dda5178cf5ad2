import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { contextOf } from '../../http/requestContext.ts';
import type { ArtifactDeps } from './artifacts.deps.ts';
import { isPreviewable } from './artifacts.service.ts';
import { contentDisposition } from './files/disposition.ts';
import { allowsRange, matchesTag, parseRange, type ByteRange } from './files/ranges.ts';
import { followSession } from './followSession.ts';

/** A content that may be sent, with what its headers need. */
export interface FileContent {
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
  /** Bytes `start` until before `end`, in constant memory. */
  read(start: number, end: number): AsyncGenerator<Buffer>;
}

/** A parameter of a link; empty if it is not one text. */
export const queryText = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * What people submit must never act as one of our pages. No `frame-ancestors`: the page that shows it is in the LMS's frame, and
 * that ancestor would have to be named too. A PDF is sent without a sandbox: Chromium 156 starts its viewer in one, older ones
 * did not; the viewer is a separate process, and a PDF's scripts reach no page.
 */
function policyOf(mediaType: string): string {
  return mediaType === 'application/pdf'
    ? "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    : "default-src 'none'; sandbox";
}

function setHeaders(res: Response, file: FileContent): void {
  const kind = isPreviewable(file.mediaType) ? 'inline' : 'attachment';
  res.setHeader(
    'Content-Type',
    file.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : file.mediaType,
  );
  res.setHeader('Content-Disposition', contentDisposition(kind, file.name));
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Content-Security-Policy', policyOf(file.mediaType));
  res.setHeader('Cache-Control', 'private, max-age=300');
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  res.setHeader('Referrer-Policy', 'no-referrer');
  res.setHeader('Accept-Ranges', 'bytes');
  res.setHeader('ETag', `"${file.sha256}"`);
  // one of our frames shows it; what the app sets for its pages does not fit here
  res.removeHeader('X-Frame-Options');
}

function rangeOf(req: Request, res: Response, file: FileContent): ByteRange | null {
  if (!allowsRange(req.get('if-range'), `"${file.sha256}"`)) return null;
  const range = parseRange(req.get('range'), file.size);
  if (range !== 'unsatisfiable') return range;
  for (const name of ['Content-Disposition', 'Cache-Control', 'ETag', 'Content-Type']) res.removeHeader(name);
  res.setHeader('Content-Range', `bytes */${file.size}`);
  throw new AppError('RANGE_REFUSED', 'The file has no such part.');
}

async function send(req: Request, res: Response, file: FileContent, signal: AbortSignal): Promise<void> {
  const range = rangeOf(req, res, file);
  const { start, end } = range ?? { start: 0, end: file.size };
  if (range) {
    res.status(206);
    res.setHeader('Content-Range', `bytes ${start}-${end - 1}/${file.size}`);
  }
  res.setHeader('Content-Length', end - start);
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    await pipeline(Readable.from(file.read(start, end), { objectMode: false }), res, { signal });
  } catch (error) {
    // players abort ranges all the time
    if (!req.socket.destroyed && !res.destroyed) throw error;
    contextOf(req).log.debug({ err: error }, 'a download was aborted');
  }
}

/**
 * Answers a request for a content: whole, a range of it, or that it is unchanged. It is cut off when the session ends.
 *
 * @param session  whose link it is
 */
export async function sendFile(
  deps: Pick<ArtifactDeps, 'ports' | 'log'>,
  { req, res }: { req: Request; res: Response },
  { file, session }: { file: FileContent; session: LiveSession },
): Promise<void> {
  setHeaders(res, file);
  if (matchesTag(req.get('if-none-match'), `"${file.sha256}"`)) {
    res.status(304).end();
    return;
  }
  const over = new AbortController();
  const unfollow = followSession(deps, session, () => over.abort());
  await send(req, res, file, over.signal).finally(unfollow);
}
