import { createHash } from 'node:crypto';
import { z } from 'zod';
import { quirksOf } from './quirks.ts';
import type { ScoreFacts } from './quirks/interface.ts';
import { AGS_SCOPE } from './claimNames.ts';
import type { OutboundResponse } from './outbound.ts';
import { readPages, type PagedList } from './pagedList.ts';
import { OptionalIdentifier, toNumber } from './received.ts';
import { hasPointsOf, readResultOf, Result, type ResultRead } from './results.ts';
import { callService, unreadable, type ServiceDeps } from './serviceCall.ts';
import { jsonOf, type Outcome } from './serviceFault.ts';
import type { ServicePlatform } from './token.ts';
import { parseUrl } from '../url.ts';

const MEDIA = {
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json',
  lineItems: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json',
} as const;
const AGS_SCOPES = [AGS_SCOPE.lineItem, AGS_SCOPE.lineItemReadOnly, AGS_SCOPE.result, AGS_SCOPE.score];
/** Longest URL of a line item, as in a launch's claim. */
const ADDRESS_MAX = 2_000;
/** All columns of a large course: LMSs that ignore the filter, or have no paging, send all of them. */
const RESULTS_MAX_BYTES = 16 * 1024 ** 2;

/** Where a call goes: the platform, and the scopes that launches offered. */
export interface AgsTarget {
  platform: ServicePlatform;
  offered: readonly string[];
}

export interface OutgoingScore extends ScoreFacts {
  /** The person's id in the LMS (`sub`). */
  userId: string;
  scoreGiven: number;
  scoreMaximum: number;
  comment: string;
  /** Later than that of any score sent to this column and person before. */
  timestamp: Date;
}

const LineItem = z.object({
  // short enough to be stored
  id: z.url().max(ADDRESS_MAX),
  label: z.string().catch(''),
  scoreMaximum: z
    .unknown()
    .optional()
    .transform((value) => toNumber(value) ?? 0),
  resourceId: OptionalIdentifier,
  resourceLinkId: OptionalIdentifier,
  tag: OptionalIdentifier,
});
export type LineItem = z.infer<typeof LineItem>;

export interface NewLineItem {
  label: string;
  scoreMaximum: number;
  resourceId: string;
  tag: string;
  resourceLinkId?: string;
}

type LineItemFilter = Partial<Record<'resource_link_id' | 'resource_id' | 'tag', string>>;

export interface AgsClient {
  /** Sends a score (AGS §3.4). `value` is empty: a success says no more than that. */
  sendScore(target: AgsTarget, lineItemUrl: string, score: PreparedScore): Promise<Outcome<null>>;
  /**
   * Reads one person's result (AGS §3.3), over all pages.
   *
   * @param how.whole  reads everybody's and looks for the person: the LMS may not understand a filter
   */
  readResult(
    target: AgsTarget,
    lineItemUrl: string,
    userId: string,
    how?: { whole: boolean },
  ): Promise<Outcome<ResultRead>>;
  /** All line items of a course that match, over all pages; those without a usable id are omitted and counted. */
  listLineItems(
    target: AgsTarget,
    lineItemsUrl: string,
    filter?: LineItemFilter,
  ): Promise<Outcome<LineItem[]>>;
  getLineItem(target: AgsTarget, lineItemUrl: string): Promise<Outcome<LineItem>>;
  createLineItem(target: AgsTarget, lineItemsUrl: string, item: NewLineItem): Promise<Outcome<LineItem>>;
}

/** Puts `/scores` or `/results` into the path: Moodle's line items have a query, which stays behind it. */
export function serviceUrl(lineItemUrl: string, service: 'scores' | 'results'): string {
  const url = new URL(lineItemUrl);
  url.pathname = `${url.pathname.replace(/\/$/u, '')}/${service}`;
  return url.href;
}

/** A score as its body is sent, with the hash that the receipt stores. */
export interface PreparedScore {
  body: string;
  hash: string;
  userId: string;
}

/**
 * The body of a score. Always FullyGraded, with scoreGiven and comment: a real Moodle erases grade, comment and time on anything
 * else, and Canvas clears the score.
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

/** Only what was offered: Canvas issues no token at all if one scope too many is requested. */
const scopesFor = ({ offered }: AgsTarget): readonly string[] =>
  AGS_SCOPES.filter((scope) => offered.includes(scope));

/** Either of two scopes allows reading line items. */
const readingScope = ({ offered }: AgsTarget): string =>
  offered.includes(AGS_SCOPE.lineItem) ? AGS_SCOPE.lineItem : AGS_SCOPE.lineItemReadOnly;

type Post = Pick<AgsClient, 'sendScore' | 'createLineItem'>;
type Read = Omit<AgsClient, keyof Post>;

/** A client for Assignment and Grade Services 2.0, for all platforms. */
export function createAgsClient(deps: ServiceDeps): AgsClient {
  const read = reading(deps);
  return { ...posting(deps, read), ...read };
}

/** The URL of a line item that an LMS created without repeating it in the body. */
function locationOf({ headers }: OutboundResponse, from: string): string | null {
  const location = headers.get('location');
  const url = location === null ? null : parseUrl(location, from);
  return url?.origin === new URL(from).origin && url.href.length <= ADDRESS_MAX ? url.href : null;
}

function posting(deps: ServiceDeps, { listLineItems }: Pick<Read, 'listLineItems'>): Post {
  /** It was created, so it is looked up: creating it again would make a second one. */
  async function findMade(target: AgsTarget, lineItemsUrl: string, item: NewLineItem) {
    const { resourceId } = item;
    const list = await listLineItems(target, lineItemsUrl, { resource_id: resourceId });
    if (!list.ok) return list;
    const found = list.value.filter((one) => one.resourceId === resourceId && one.label === item.label);
    const [made] = found;
    return made && found.length === 1 ? { ...list, value: made } : unreadable<LineItem>(list);
  }
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
      // an empty body is the rule, and other content does not matter; a page means that something else responded
      const isPage = answer.status === 200 && answer.value.body.trimStart().startsWith('<');
      return isPage ? unreadable(answer) : { ...answer, value: null };
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
      if (made.success) return { ...answer, value: made.data };
      const named = locationOf(answer.value, lineItemsUrl);
      if (!named) return findMade(target, lineItemsUrl, item);
      return { ...answer, value: { resourceLinkId: null, ...item, id: named } };
    },
  };
}

interface Get {
  service: 'result' | 'lineItem';
  accept: string;
  secrets?: readonly string[];
  maxBytes?: number;
}

function reading(deps: ServiceDeps): Read {
  const get = (target: AgsTarget, url: string, how: Get): Promise<Outcome<OutboundResponse>> =>
    callService(deps, target.platform, {
      method: 'GET',
      url,
      scopes: scopesFor(target),
      needs: how.service === 'result' ? AGS_SCOPE.result : readingScope(target),
      ...how,
    });
  return {
    async readResult(target, lineItemUrl, userId, { whole } = { whole: false }) {
      const url = new URL(serviceUrl(lineItemUrl, 'results'));
      if (!whole) url.searchParams.set('user_id', userId);
      const how = { service: 'result', accept: MEDIA.results, secrets: [userId] } as const;
      const list = await readPages(url.href, {
        schema: Result,
        get: (page) => get(target, page, { ...how, maxBytes: RESULTS_MAX_BYTES }),
        linked: true,
        isEnough: (results) => hasPointsOf(results, userId),
      });
      return readResultOf(list, userId);
    },
    async listLineItems(target, lineItemsUrl, filter = {}) {
      const first = new URL(lineItemsUrl);
      for (const [name, value] of Object.entries(filter)) first.searchParams.set(name, value);
      const list = await readPages(first.href, {
        schema: LineItem,
        get: (page) => get(target, page, { service: 'lineItem', accept: MEDIA.lineItems }),
        linked: quirksOf(target.platform.family).linkedPages,
      });
      return toLineItems(list);
    },
    async getLineItem(target, lineItemUrl) {
      const answer = await get(target, lineItemUrl, { service: 'lineItem', accept: MEDIA.lineItem });
      if (!answer.ok) return answer;
      const item = LineItem.safeParse(jsonOf(answer.value.body));
      return item.success ? { ...answer, value: item.data } : unreadable(answer);
    },
  };
}

/** A page that could not be read is an error: a column might be created a second time. Odd links only end the list. */
function toLineItems(list: Outcome<PagedList<LineItem>>): Outcome<LineItem[]> {
  if (!list.ok) return list;
  const { items, skipped, broken } = list.value;
  if (broken?.fault) return { ok: false, fault: broken.fault, milliseconds: list.milliseconds };
  return { ...list, value: items, skipped };
}
