import { z } from 'zod';
import { Cursor, Id, IdParams, Instant } from './common.ts';
import { endpoint } from './endpoint.ts';
import { DELIVERY_REASONS, DELIVERY_STATES } from './states.ts';

/** The filters of the Grades page, with counts; they open their rows. Each score is in exactly one of them. */
export const DeliveryFilter = z.enum(['need_you', 'on_the_way', 'changed', 'in_gradebook', 'closed']);
export type DeliveryFilter = z.infer<typeof DeliveryFilter>;

/** Filters with scores that may succeed if they are simply sent again. */
export const SendableFilter = DeliveryFilter.extract(['need_you', 'on_the_way']);
export type SendableFilter = z.infer<typeof SendableFilter>;

/** Most columns of a course that are offered to choose from. */
export const COLUMNS_SHOWN = 200;

/**
 * Counts of the filters go up to one above this, which means "more than": the cost of a count must not grow with history. The
 * page's texts use that number (`=5001`).
 */
export const COUNT_MAX = 5_000;
/** Most that "send again where possible" sends at once, and so the highest number that it offers. */
export const SEND_ALL_MAX = 5_000;

/** Most scores that one request compares with the LMS. */
export const COMPARE_MAX = 200;

/** Notes of our own, shown where the LMS's message usually is: nobody should read them as its response. */
export const OWN_NOTES = {
  switchedOff: 'This platform is switched off in Waymark.',
  ownFault: 'Something went wrong in Waymark itself.',
  workerEnded: 'A worker ended before it could say whether this arrived.',
  overridden: 'The LMS keeps the grade that was entered there; take that back in the LMS first.',
  unreadable: 'The answer could not be read.',
  listWithoutEnd: 'The list of results has no end.',
  resultsUnreadable: 'Some of the results could not be read.',
  noNumber: 'The grade there is no number.',
} as const;

export function isOwnNote(message: string): boolean {
  return Object.values<string>(OWN_NOTES).includes(message);
}

/** What an admin may do with a row; only what makes sense for its state and reason is listed. */
export const DeliveryAction = z.enum([
  'send_now',
  'make_column',
  'link_column',
  'no_grade',
  'close',
  'keep_theirs',
  'send_ours',
  'leave_empty',
  'send_without_attempt',
  'compare',
]);
export type DeliveryAction = z.infer<typeof DeliveryAction>;

export const DeliveryRow = z.strictObject({
  id: Id,
  person: z.string(),
  course: z.string(),
  platform: z.string(),
  what: z.string(),
  state: z.enum(DELIVERY_STATES),
  reason: z.enum(DELIVERY_REASONS),
  /** The LMS's message, shortened and without personal values. */
  lmsMessage: z.string().nullable(),
  scoreGiven: z.number(),
  scoreMaximum: z.number(),
  acceptedAt: Instant.nullable(),
  lmsValue: z.number().nullable(),
  /** The column's points in the LMS, if known. */
  lmsMaximum: z.number().nullable(),
  /** True: the LMS accepted the score and does not let us read the result. */
  unread: z.boolean().optional(),
  /** When `lmsValue` was last read in the LMS. */
  comparedAt: Instant.nullable(),
  /** It is only being compared with the LMS: now, or at `nextAt` if the LMS could not respond just now. */
  comparing: z.boolean(),
  tries: z.number().int(),
  triedSince: Instant.nullable(),
  /** When it is tried next: on its own turn, and not before a pause of the whole platform is over. Null: at once, or never. */
  nextAt: Instant.nullable(),
  /** Its platform is paused until `nextAt`, since it did not respond or asked for that. */
  paused: z.boolean(),
  actions: z.array(DeliveryAction),
});
export type DeliveryRow = z.infer<typeof DeliveryRow>;

export const DeliveryAttempt = z.strictObject({
  id: Id,
  at: Instant,
  /** `token`: there was no access token, so nothing else was requested. */
  kind: z.enum(['score', 'read_back', 'line_item', 'token', 'choice']),
  outcome: z.enum(['accepted', 'passing_fault', 'refused', 'held', 'chosen']),
  httpStatus: z.number().int().nullable(),
  reason: z.enum(DELIVERY_REASONS),
  lmsMessage: z.string().nullable(),
  /** SHA-256 of the request's body: with the receipt, proof of what was sent. */
  requestHash: z.string().nullable(),
  scoreGiven: z.number().nullable(),
  scoreMaximum: z.number().nullable(),
  milliseconds: z.number().int().nullable(),
  /** Person who chose, for kind `choice`. */
  by: z.string().nullable(),
});
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

export const DeliveryList = z.strictObject({
  counts: z.strictObject({
    need_you: z.number().int(),
    on_the_way: z.number().int(),
    changed: z.number().int(),
    in_gradebook: z.number().int(),
    closed: z.number().int(),
  }),
  /** How many in the current filter would be sent again at once; 0 if it has none. */
  sendable: z.number().int(),
  /** The value of `newest` just before: a different value now means that these rows are not the newest any more. */
  newest: z.string(),
  rows: z.array(DeliveryRow),
  next: Cursor.nullable(),
});
export type DeliveryList = z.infer<typeof DeliveryList>;

const who = ['admin'] as const;
export const deliveryEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/admin/deliveries',
    summary: 'Scores on their way to the LMS',
    audit: 'deliveries.listed',
    who,
    query: z.strictObject({ show: DeliveryFilter.default('need_you'), cursor: Cursor.optional() }),
    reply: DeliveryList,
  }),
  /** Whether anything has changed since a list was read, at little cost. */
  newest: endpoint({
    method: 'get',
    path: '/admin/deliveries/newest',
    summary: 'Whether any score has moved',
    audit: false,
    who,
    reply: z.strictObject({ newest: z.string() }),
  }),
  csv: endpoint({
    method: 'get',
    path: '/admin/deliveries.csv',
    summary: 'The same as a table to download',
    audit: 'deliveries.exported',
    who,
    query: z.strictObject({ show: DeliveryFilter.optional() }),
    reply: z.string(),
    media: 'text/csv',
  }),
  history: endpoint({
    method: 'get',
    path: '/admin/deliveries/:id',
    summary: 'One score with every attempt',
    audit: 'delivery.read',
    who,
    params: IdParams,
    reply: z.strictObject({ row: DeliveryRow, attempts: z.array(DeliveryAttempt) }),
  }),
  act: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/admin/deliveries/:id/act',
    summary: 'Repair or choose',
    // if it concerns the column, `delivery.column_changed`
    audit: 'delivery.chosen',
    who,
    params: IdParams,
    body: z.strictObject({ action: DeliveryAction, lineItemUrl: z.string().max(2000).optional() }),
    reply: DeliveryRow,
  }),
  /** Columns of the course that `link_column` may choose from. */
  columns: endpoint({
    method: 'get',
    path: '/admin/deliveries/:id/columns',
    summary: 'Grade columns that this link could use',
    audit: 'delivery.columns_listed',
    who,
    params: IdParams,
    reply: z.strictObject({
      /** Those with the same name as the link come first. */
      columns: z
        .array(z.strictObject({ url: z.string(), label: z.string(), scoreMaximum: z.number() }))
        .max(COLUMNS_SHOWN),
      /** Number of columns of the course beyond those. */
      more: z.number().int(),
    }),
  }),
  compareAll: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/admin/deliveries/compare-all',
    summary: 'Compare with what stands in the LMS now',
    audit: 'deliveries.compared',
    who,
    body: z.strictObject({ ids: z.array(Id).min(1).max(COMPARE_MAX) }),
    reply: z.strictObject({ compared: z.number().int() }),
  }),
  sendAll: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/admin/deliveries/send-all',
    summary: 'Send again whatever of a filter can be sent',
    audit: 'deliveries.sent_again',
    who,
    body: z.strictObject({ show: SendableFilter }),
    reply: z.strictObject({ queued: z.number().int() }),
  }),
} as const;

/** What teachers may see about their own score. */
export const receiptEndpoints = {
  own: endpoint({
    method: 'get',
    path: '/deliveries/:id',
    summary: 'The receipt of an own score',
    who: ['participant'],
    params: IdParams,
    reply: z.strictObject({ row: DeliveryRow, attempts: z.array(DeliveryAttempt) }),
  }),
} as const;
