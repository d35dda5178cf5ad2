import type { z } from 'zod';
import type { OutboundResponse } from './outbound.ts';
import { readList, type ReceivedList } from './received.ts';
import { nextPageOf, unreadable } from './serviceCall.ts';
import { jsonOf, type Outcome, type ServiceFault } from './serviceFault.ts';

const PAGES_MAX = 40;
/** More members than any course has: whatever continues beyond them is not a list. */
const MEMBERS_MAX = 200_000;

export interface PagedList<T> extends ReceivedList<T> {
  /**
   * Null: read to its end. Otherwise why a later page is missing: null `fault` if `next` loops, leads to another host or never
   * ends.
   */
  broken: { fault: ServiceFault | null } | null;
}

interface Reading<T> {
  schema: z.ZodType<T>;
  get(url: string): Promise<Outcome<OutboundResponse>>;
  /** False if the platform's `Link` headers cannot be followed. */
  linked: boolean;
  /** True if a page contains what is looked for: further ones are not requested. */
  isEnough?(page: readonly T[]): boolean;
}

/** Where to continue: a page of the same origin that was not read yet. */
function follow(next: string | null, seen: ReadonlySet<string>): 'end' | 'broken' | { url: string } {
  if (next === null) return 'end';
  const [first] = seen;
  const isHere = first !== undefined && new URL(next).origin === new URL(first).origin;
  return isHere && !seen.has(next) && seen.size < PAGES_MAX ? { url: next } : 'broken';
}

/**
 * Reads a list over all its pages, on the same origin, each once, at most 40 pages and 200,000 members. Invalid members are
 * omitted and counted. A first page that fails is the result; a later one leaves the list incomplete.
 */
export async function readPages<T>(first: string, how: Reading<T>): Promise<Outcome<PagedList<T>>> {
  const seen = new Set<string>();
  const list: PagedList<T> = { items: [], skipped: 0, broken: null };
  let milliseconds = 0;
  for (let url = first; ;) {
    seen.add(url);
    const answer = await how.get(url);
    milliseconds += answer.milliseconds;
    const page = answer.ok ? await readList(how.schema, jsonOf(answer.value.body)) : null;
    if (!answer.ok || !page) {
      const failed: Outcome<never> = answer.ok ? unreadable({ ...answer, milliseconds }) : answer;
      if (seen.size === 1 || failed.ok) return failed;
      const status = answer.ok ? answer.status : (failed.fault.status ?? 0);
      return { ok: true, value: { ...list, broken: failed }, status, milliseconds, pauseMs: 0 };
    }
    list.items = list.items.concat(page.items);
    list.skipped += page.skipped;
    const { status, pauseMs } = answer;
    const done = { ok: true, value: list, status, milliseconds, pauseMs } as const;
    if (how.isEnough?.(page.items)) return done;
    const link = how.linked ? nextPageOf(answer.value.headers.get('link'), url) : null;
    const next = link !== null && list.items.length > MEMBERS_MAX ? 'broken' : follow(link, seen);
    if (next === 'broken') list.broken = { fault: null };
    if (next === 'end' || next === 'broken') return done;
    url = next.url;
  }
}
