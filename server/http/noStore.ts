import type { Response } from 'express';

/**
 * Sends a text that no browser stores (`no-store`). `res.send` would hash it into an ETag for a conditional request that never
 * comes.
 *
 * @param contentType  with its charset
 */
export function sendNoStore(res: Response, contentType: string, text: string): void {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', contentType);
  res.end(text);
}

/** The same for a value, as JSON. */
export function sendJsonNoStore(res: Response, value: unknown): void {
  sendNoStore(res, 'application/json; charset=utf-8', JSON.stringify(value) ?? '');
}
