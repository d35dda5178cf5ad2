import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import { jsonErrorHandler } from './errorHandler.ts';

/** How long a request's body may take to arrive, in ms. */
export interface BodyLimits {
  /** Without receiving a byte. */
  idleMs: number;
  /** For the whole body. */
  totalMs: number;
  /** Without receiving a byte of a large file: its length says nothing about its sender. */
  uploadIdleMs: number;
  /** For the rest of the body, once the response has been sent. */
  restMs: number;
}

export const BODY_LIMITS: BodyLimits = {
  idleMs: 30_000,
  // half a megabyte at 5 kB per second
  totalMs: 120_000,
  uploadIdleMs: 60_000,
  restMs: 10_000,
};

interface Arriving {
  req: Request;
  res: Response;
  /** Bytes received on the connection when some last arrived, and when that was. */
  bytes: number;
  heardAt: number;
  idleMs: number;
  endsAt: number;
  /** An upload: it simply ends, is kept as far as it arrived, and resumes by itself. */
  isUpload: boolean;
}

/** tus writes with PATCH, and with the POST that starts an upload if it carries bytes. */
const isUpload = (req: Request): boolean =>
  /^\/api\/v1\/uploads(?:\/|$)/.test(req.path) &&
  (req.method === 'PATCH' || req.get('content-type') === 'application/offset+octet-stream');

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;

/** We are holding back the data, not the sender. */
const isHeldBack = (req: Request): boolean => req.readableLength >= req.readableHighWaterMark;

function end({ req, res, isUpload: breaksOff }: Arriving): void {
  if (res.headersSent || breaksOff) {
    req.socket.destroy();
    return;
  }
  res.setHeader('Connection', 'close');
  const fault = new AppError('REQUEST_TIMEOUT', 'The request took too long to arrive. Please try again.');
  jsonErrorHandler(fault, req, res, () => undefined);
}

/** Checks all bodies in progress a few times within the shortest limit; asleep while there are none. */
class Watch {
  readonly #arriving = new Set<Arriving>();
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor({ idleMs, totalMs, uploadIdleMs, restMs }: BodyLimits) {
    this.#everyMs = Math.max(10, Math.min(1000, Math.min(idleMs, totalMs, uploadIdleMs, restMs) / 4));
  }

  add(one: Arriving): void {
    this.#arriving.add(one);
    this.#timer ??= setInterval(() => this.#look(performance.now()), this.#everyMs).unref();
  }

  #look(now: number): void {
    const late = [...this.#arriving].filter((one) => this.#isLate(one, now));
    // data that arrived while this process was busy, or paused, is read before anybody counts as late
    if (late.length > 0) setImmediate(() => this.#endLate(late, now));
    if (this.#arriving.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #isLate(one: Arriving, now: number): boolean {
    const { req } = one;
    if (req.complete || req.destroyed || req.socket.destroyed) {
      this.#arriving.delete(one);
      return false;
    }
    const { bytesRead } = req.socket;
    if (bytesRead !== one.bytes || isHeldBack(req)) [one.bytes, one.heardAt] = [bytesRead, now];
    return now - one.heardAt > one.idleMs || now > one.endsAt;
  }

  #endLate(late: readonly Arriving[], now: number): void {
    for (const one of late) {
      if (!this.#isLate(one, now)) continue;
      this.#arriving.delete(one);
      end(one);
    }
  }
}

/**
 * Ends requests whose body does not arrive: after a time without a byte and, except for uploads, after a time for the whole body.
 * Whoever keeps sending after the response has little time left. Node's own `requestTimeout` makes no such distinction, and is
 * therefore off.
 */
export function limitBodies(limits: BodyLimits): RequestHandler {
  const watch = new Watch(limits);
  return (req, res, next) => {
    if (req.complete || !hasBody(req)) return next();
    const now = performance.now();
    const isLarge = isUpload(req);
    const arriving: Arriving = {
      req,
      res,
      bytes: req.socket.bytesRead,
      heardAt: now,
      isUpload: isLarge,
      idleMs: isLarge ? limits.uploadIdleMs : limits.idleMs,
      endsAt: isLarge ? Infinity : now + limits.totalMs,
    };
    watch.add(arriving);
    res.once('finish', () => {
      arriving.endsAt = Math.min(arriving.endsAt, performance.now() + limits.restMs);
    });
    next();
  };
}
