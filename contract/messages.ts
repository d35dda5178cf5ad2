import { z } from 'zod';
import { Cursor, Done, Id, Instant } from './common.ts';
import { endpoint } from './endpoint.ts';

export const MessageKind = z.enum([
  'handed_in',
  'returned',
  'approved',
  'passed_on',
  'date_near',
  'date_moved',
  'admin_needed',
]);
export type MessageKind = z.infer<typeof MessageKind>;
export const MESSAGE_KINDS = MessageKind.options;

/** What applies to every message of a kind. */
export interface MessageRule {
  /** Who gets it. */
  readonly to: 'author' | 'participants' | 'reviewers' | 'formerReviewer' | 'admins';
  /**
   * Events are gathered in one message until it is read or mailed, as it would otherwise be one for each of many colleagues. Its mail
   * waits for so many minutes after the first one. Null: a message of its own for each event, mailed at once.
   */
  readonly gatheredMinutes: number | null;
  /** Mails of this kind that a person gets in a day of theirs at most; what is beyond that is in the inbox only. */
  readonly mailsPerDay: number;
}

/** Every kind of message. Its words are in the client (`messages.json`) and the server (`mail` in `pages.json`). */
export const MESSAGE_RULES: Readonly<Record<MessageKind, MessageRule>> = {
  handed_in: { to: 'reviewers', gatheredMinutes: 60, mailsPerDay: 1 },
  returned: { to: 'author', gatheredMinutes: null, mailsPerDay: 3 },
  approved: { to: 'author', gatheredMinutes: null, mailsPerDay: 3 },
  passed_on: { to: 'formerReviewer', gatheredMinutes: null, mailsPerDay: 1 },
  date_near: { to: 'participants', gatheredMinutes: null, mailsPerDay: 1 },
  date_moved: { to: 'participants', gatheredMinutes: null, mailsPerDay: 1 },
  admin_needed: { to: 'admins', gatheredMinutes: 15, mailsPerDay: 1 },
};

/**
 * Whether a kind is about the work that a person does here, to which they agree on the welcome page; others are about a duty in
 * Waymark, for which nobody is asked.
 */
export function isAboutOwnWork(kind: MessageKind): boolean {
  return !['reviewers', 'admins'].includes(MESSAGE_RULES[kind].to);
}

/** All kinds together. */
export const MAILS_PER_DAY = 5;
/** No mail leaves from `from` to `until` o'clock in the person's time zone; it waits for the end. */
export const QUIET_HOURS = { from: 19, until: 7 } as const;
/** Events in one message, at most: the next one begins another. */
export const EVENTS_MAX = 500;
/** Messages disappear so long after their last change. */
export const MESSAGES_KEPT_DAYS = 180;

/** What a message is about. It never holds a text or file of anybody, a level, or a name. */
export const MessageFacts = z.strictObject({
  pathwayTitle: z.string().optional(),
  moduleTitle: z.string().optional(),
  /** The date that is near, or to which it was moved; null: there is none any more. */
  date: Instant.nullable().optional(),
});
export type MessageFacts = z.infer<typeof MessageFacts>;

/** The page that a message opens, for somebody whose launch lets them see it. */
export const MessageTarget = z.discriminatedUnion('page', [
  z.strictObject({ page: z.literal('module'), attemptId: Id }),
  z.strictObject({ page: z.literal('map'), enrolmentId: Id }),
  z.strictObject({ page: z.literal('reviews') }),
  z.strictObject({ page: z.literal('peers') }),
  z.strictObject({ page: z.literal('home') }),
  z.strictObject({ page: z.literal('deliveries') }),
]);
export type MessageTarget = z.infer<typeof MessageTarget>;

export const MessageRow = z.strictObject({
  id: Id,
  kind: MessageKind,
  at: Instant,
  isRead: z.boolean(),
  /** Events that are gathered in it. */
  count: z.number().int(),
  facts: MessageFacts,
  target: MessageTarget,
});
export type MessageRow = z.infer<typeof MessageRow>;

/** The number of unread messages stops here. */
export const UNREAD_MAX = 100;
const Unread = z.strictObject({ unread: z.number().int() });

/** How a person wants to get a kind: in the inbox and by e-mail, in the inbox alone, or not at all. */
export const MessageChoice = z.enum(['mail', 'inbox', 'off']);
export type MessageChoice = z.infer<typeof MessageChoice>;
/** Until a person chooses. */
export const DEFAULT_CHOICE: MessageChoice = 'mail';
/** The same for what is about their own work, if the notice that they agreed to did not speak of e-mails. */
export const DEFAULT_WITHOUT_NOTICE: MessageChoice = 'inbox';

const Zone = z.string().min(1).max(64);
export const MessageSettings = z.strictObject({
  choices: z.record(MessageKind, MessageChoice),
  /** The address that the LMS named, to which mail goes; null if it named none. */
  email: z.string().nullable(),
  /** The mail server refused that address for good: nothing is sent there until the LMS names another one. */
  isRefused: z.boolean(),
  /** They agreed to a notice that did not speak of e-mails: what is about their own work is mailed once they choose it. */
  agreedBeforeMail: z.boolean(),
  /** False: nothing is mailed to anybody of this installation. */
  isMailSetUp: z.boolean(),
  /** IANA time zone of the person's browser; null until it told. */
  zone: Zone.nullable(),
});
export type MessageSettings = z.infer<typeof MessageSettings>;

const who = ['anyone'] as const;
export const messageEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/messages',
    summary: 'The caller’s messages, newest first',
    who,
    query: z.strictObject({ cursor: Cursor.optional() }),
    reply: z.strictObject({ rows: z.array(MessageRow), next: Cursor.nullable(), unread: z.number().int() }),
  }),
  unread: endpoint({
    method: 'get',
    path: '/messages/unread',
    summary: 'How many messages the caller has not read, and which zone and language their mail goes by',
    who,
    reply: Unread.extend({ zone: Zone.nullable(), locale: z.string().nullable() }),
  }),
  markRead: endpoint({
    method: 'put',
    path: '/messages/read',
    summary: 'Mark messages as read: those that are named, or all',
    who,
    body: z.strictObject({ ids: z.array(Id).min(1).max(100).nullable() }),
    reply: Unread,
  }),
  settings: endpoint({
    method: 'get',
    path: '/me/messages',
    summary: 'How the caller wants to get which messages',
    who,
    reply: MessageSettings,
  }),
  changeSettings: endpoint({
    method: 'patch',
    path: '/me/messages',
    summary: 'Choose how to get a kind of message, or tell the time zone',
    who,
    body: z.strictObject({
      choices: z.partialRecord(MessageKind, MessageChoice).optional(),
      zone: Zone.optional(),
    }),
    reply: Done,
  }),
} as const;
