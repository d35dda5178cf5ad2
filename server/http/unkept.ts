import type { Response } from 'express';

/**
 * Answers with a text that no browser keeps (`no-store`): `res.send` would make a hash of it, an ETag, for a question that never
 * comes.
 *
 * @param contentType  with its charset
 */
export function sendUnkept(res: Response, contentType: string, text: string): void {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', contentType);
  res.end(text);
}

/** The same for a value, as JSON. */
export function sendJsonUnkept(res: Response, value: unknown): void {
  sendUnkept(res, 'application/json; charset=utf-8', JSON.stringify(value) ?? '');
}
