/** Bytes `start` until before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * What a `Range` header requests of a content: one range, all of it (`null`: no header, another unit, several ranges, malformed),
 * or `unsatisfiable`.
 *
 * @see RFC 9110 §14.2: a range that is not understood is ignored
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - suffix), end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}

/** True if an `If-None-Match` names this tag, weakly compared. */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** True if a range may be sent: without `If-Range`, or if it names this very tag (strongly: dates and weak tags do not). */
export function allowsRange(ifRange: string | undefined, tag: string): boolean {
  return ifRange === undefined || ifRange.trim() === tag;
}
