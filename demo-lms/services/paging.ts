import type { Request } from 'express';
import type { LmsState } from '../state/lmsState.ts';

export interface Page<Row> {
  rows: Row[];
  headers: Record<string, string>;
}

/** One page of line items or results, by this mode's parameters and with its Link header. */
export function pageOf<Row>(
  lms: LmsState,
  req: Request,
  all: Row[],
  kind: 'lineitems' | 'results',
): Page<Row> {
  const { mode } = lms.rules();
  const asked = Number(req.query.limit ?? req.query.per_page ?? 0);
  const isPaged = kind === 'results' && lms.switches.isOn('pagedResults', 'results');
  const usual = isPaged ? 2 : mode === 'canvas' ? 10 : all.length;
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, 100) : usual;
  if (limit >= all.length && req.query.page === undefined && req.query.from === undefined) {
    return { rows: all, headers: {} };
  }
  const from = mode === 'moodle' ? Number(req.query.from ?? 0) : (Number(req.query.page ?? 1) - 1) * limit;
  const next = from + limit < all.length ? nextUrl(lms, req, limit, from + limit) : null;
  const rows = all.slice(from, from + limit);
  if (!next) return { rows, headers: {} };
  // Moodle's Link header of line items can't be read by anyone: HTML entities and curly quotes.
  const isBroken = mode === 'moodle' && kind === 'lineitems';
  const link = isBroken ? brokenLink(next) : `<${next}>; rel="next"`;
  return { rows, headers: { Link: link } };
}

function brokenLink(next: string): string {
  const text = `<${next.replaceAll('&', '&amp;')}>; rel=“next”`;
  return Buffer.from(text).toString('latin1');
}

function nextUrl(lms: LmsState, req: Request, limit: number, from: number): string {
  const url = new URL(req.originalUrl, lms.url);
  url.searchParams.set('limit', String(limit));
  if (lms.rules().mode === 'moodle') url.searchParams.set('from', String(from));
  else url.searchParams.set('page', String(Math.floor(from / limit) + 1));
  return url.href;
}
