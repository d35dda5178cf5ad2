import { createHash, randomBytes } from 'node:crypto';

/**
 * Counts 1, 2, 3… apart for each kind of record, as an LMS' database does.
 * @param last  the last number of each kind; it is kept up to date
 */
export function createCounter(last: Map<string, number> = new Map()): (kind: string) => string {
  return (kind) => {
    const next = (last.get(kind) ?? 0) + 1;
    last.set(kind, next);
    return String(next);
  };
}

/** A random text that no one can guess; `bytes` of randomness. */
export function randomText(bytes = 16): string {
  return randomBytes(bytes).toString('base64url');
}

/** A stable opaque id for `parts`, in the shape of a UUID: what Canvas sends where Moodle sends a number. */
export function opaqueId(...parts: string[]): string {
  const hex = hexId(...parts);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A stable opaque id of 40 hex digits: Canvas' context ids. */
export function hexId(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 40);
}
