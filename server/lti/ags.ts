import { createHash } from 'node:crypto';
import { z } from 'zod';
import { quirksOf } from './quirks.ts';
import type { ScoreFacts } from './quirks/interface.ts';
import { AGS_SCOPE } from './claimNames.ts';
import { callService, nextPageOf, unreadable, type ServiceDeps } from './serviceCall.ts';
import { jsonOf, type Outcome } from './serviceFault.ts';
import type { ServicePlatform } from './token.ts';

const MEDIA = {
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json',
  lineItems: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json',
} as const;
const AGS_SCOPES = [AGS_SCOPE.lineItem, AGS_SCOPE.lineItemReadOnly, AGS_SCOPE.result, AGS_SCOPE.score];
const PAGES_MAX = 40;

/** Where a call goes: the platform, and the scopes that launches said it offers. */
export interface AgsTarget {
  platform: ServicePlatform;
  offered: readonly string[];
}

export interface OutgoingScore extends ScoreFacts {
  /** The person's id at the LMS (`sub`). */
  userId: string;
  scoreGiven: number;
  scoreMaximum: number;
  comment: string;
  /** Later than that of any score sent to this column and person before. */
  timestamp: Date;
}

const LineItem = z.object({
  id: z.url(),
  label: z.string().catch(''),
  scoreMaximum: z.coerce.number().catch(0),
  resourceId: z.string().nullish().catch(null),
  resourceLinkId: z.string().nullish().catch(null),
  tag: z.string().nullish().catch(null),
});
export type LineItem = z.infer<typeof LineItem>;

const Numeric = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?[\d.]+$/u)
      .transform(Number),
  ])
  .nullish()
  .catch(null);
const Result = z.object({
  userId: z.coerce.string(),
  resultScore: Numeric,
  resultMaximum: Numeric,
  comment: z.string().nullish().catch(null),
});

/** What the LMS holds for one person in one column. Both null: nothing, or a grade that was cleared. */
export interface ResultRead {
  score: number | null;
  maximum: number | null;
}

export interface NewLineItem {
  label: string;
  scoreMaximum: number;
  resourceId: string;
  tag: string;
  resourceLinkId?: string;
}

export interface AgsClient {
  /** Sends a score (AGS §3.4). `value` is empty: a success tells no more than that. */
  sendScore(target: AgsTarget, lineItemUrl: string, score: PreparedScore): Promise<Outcome<null>>;
  /** Reads one person's result (AGS §3.3). */
  readResult(target: AgsTarget, lineItemUrl: string, userId: string): Promise<Outcome<ResultRead>>;
  /** All line items of a course that match, over all pages. */
  listLineItems(
    target: AgsTarget,
    lineItemsUrl: string,
    filter?: Partial<Record<'resource_link_id' | 'resource_id' | 'tag', string>>,
  ): Promise<Outcome<LineItem[]>>;
  getLineItem(target: AgsTarget, lineItemUrl: string): Promise<Outcome<LineItem>>;
  createLineItem(target: AgsTarget, lineItemsUrl: string, item: NewLineItem): Promise<Outcome<LineItem>>;
}

/** Puts `/scores` or `/results` into the path: Moodle's line items carry a query, which stays behind it. */
export function serviceUrl(lineItemUrl: string, service: 'scores' | 'results'): string {
  const url = new URL(lineItemUrl);
  url.pathname = `${url.pathname.replace(/\/$/u, '')}/${service}`;
  return url.href;
}

/** A score as its body goes out, with the hash that the receipt keeps. */
export interface PreparedScore {
  body: string;
  hash: string;
  userId: string;
}

/**
 * The body of a score. Always FullyGraded, with scoreGiven and comment: a real Moodle erases grade, comment and time on
 * anything else, and Canvas sets the score to nothing.
 */
export function prepareScore(platform: ServicePlatform, score: OutgoingScore): PreparedScore {
  const body = JSON.stringify({
    userId: score.userId,
    timestamp: score.timestamp.toISOString(),
    scoreGiven: score.scoreGiven,
    scoreMaximum: score.scoreMaximum,
    comment: score.comment,
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
    ...quirksOf(platform.family).scoreExtension(score),
  });
  return { body, hash: createHash('sha256').update(body).digest('hex'), userId: score.userId };
}

/** Only what was offered: Canvas gives no token at all when one scope too many is asked for. */
const scopesFor = ({ offered }: AgsTarget): readonly string[] =>
  AGS_SCOPES.filter((scope) => offered.includes(scope));

/** Line items can be read with either of two scopes. */
const readingScope = ({ offered }: AgsTarget): string =>
  offered.includes(AGS_SCOPE.lineItem) ? AGS_SCOPE.lineItem : AGS_SCOPE.lineItemReadOnly;

type Post = Pick<AgsClient, 'sendScore' | 'createLineItem'>;
type Read = Omit<AgsClient, keyof Post>;

/** A client for Assignment and Grade Services 2.0, for all platforms. */
export function createAgsClient(deps: ServiceDeps): AgsClient {
  return { ...posting(deps), ...reading(deps) };
}

function posting(deps: ServiceDeps): Post {
  return {
    async sendScore(target, lineItemUrl, score) {
      const answer = await callService(deps, target.platform, {
        service: 'score',
        method: 'POST',
        url: serviceUrl(lineItemUrl, 'scores'),
        scopes: scopesFor(target),
        needs: AGS_SCOPE.score,
        accept: MEDIA.score,
        body: { type: MEDIA.score, text: score.body },
        secrets: [score.userId],
      });
      if (!answer.ok) return answer;
      // an empty body is the rule; a page instead means that something else answered
      const { body } = answer.value;
      return body.trim() === '' || jsonOf(body) !== undefined
        ? { ...answer, value: null }
        : unreadable(answer);
    },
    async createLineItem(target, lineItemsUrl, item) {
      const answer = await callService(deps, target.platform, {
        service: 'lineItem',
        method: 'POST',
        url: lineItemsUrl,
        scopes: scopesFor(target),
        needs: AGS_SCOPE.lineItem,
        accept: MEDIA.lineItem,
        body: { type: MEDIA.lineItem, text: JSON.stringify(item) },
      });
      if (!answer.ok) return answer;
      const made = LineItem.safeParse(jsonOf(answer.value.body));
      return made.success ? { ...answer, value: made.data } : unreadable(answer);
    },
  };
}

function reading(deps: ServiceDeps): Read {
  const get = (
    target: AgsTarget,
    url: string,
    how: { service: 'result' | 'lineItem'; accept: string; secrets?: readonly string[] },
  ) =>
    callService(deps, target.platform, {
      method: 'GET',
      url,
      scopes: scopesFor(target),
      needs: how.service === 'result' ? AGS_SCOPE.result : readingScope(target),
      ...how,
    });
  return {
    async readResult(target, lineItemUrl, userId) {
      const url = new URL(serviceUrl(lineItemUrl, 'results'));
      url.searchParams.set('user_id', userId);
      const how = { service: 'result' as const, accept: MEDIA.results, secrets: [userId] };
      const answer = await get(target, url.href, how);
      if (!answer.ok) return answer;
      const results = z.array(Result).safeParse(jsonOf(answer.value.body));
      if (!results.success) return unreadable(answer);
      const own = results.data.find((result) => result.userId === userId);
      const value = { score: own?.resultScore ?? null, maximum: own?.resultMaximum ?? null };
      return { ...answer, value };
    },
    async listLineItems(target, lineItemsUrl, filter = {}) {
      const first = new URL(lineItemsUrl);
      for (const [name, value] of Object.entries(filter)) first.searchParams.set(name, value);
      return listPages(target, first.href, (url) =>
        get(target, url, { service: 'lineItem', accept: MEDIA.lineItems }),
      );
    },
    async getLineItem(target, lineItemUrl) {
      const answer = await get(target, lineItemUrl, { service: 'lineItem', accept: MEDIA.lineItem });
      if (!answer.ok) return answer;
      const item = LineItem.safeParse(jsonOf(answer.value.body));
      return item.success ? { ...answer, value: item.data } : unreadable(answer);
    },
  };
}

/** Follows pages on the same origin, each once, at most 40: a course has fewer columns than that holds. */
async function listPages(
  target: AgsTarget,
  first: string,
  get: (url: string) => ReturnType<typeof callService>,
): Promise<Outcome<LineItem[]>> {
  const { origin } = new URL(first);
  const seen = new Set<string>();
  const value: LineItem[] = [];
  let milliseconds = 0;
  let url: string | null = first;
  for (;;) {
    seen.add(url);
    const answer: Awaited<ReturnType<typeof get>> = await get(url);
    milliseconds += answer.milliseconds;
    if (!answer.ok) return { ...answer, milliseconds };
    const page = z.array(LineItem).safeParse(jsonOf(answer.value.body));
    if (!page.success) return unreadable({ status: answer.status, milliseconds });
    value.push(...page.data);
    const linked = quirksOf(target.platform.family).linkedPages;
    url = linked ? nextPageOf(answer.value.headers.get('link'), url) : null;
    if (!url || seen.has(url) || new URL(url).origin !== origin || seen.size >= PAGES_MAX) {
      return { ok: true, value, status: answer.status, milliseconds, pauseMs: answer.pauseMs };
    }
  }
}
