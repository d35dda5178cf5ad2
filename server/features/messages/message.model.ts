import { model, Schema } from 'mongoose';
import {
  MESSAGE_KINDS,
  MESSAGES_KEPT_DAYS,
  type MessageFacts,
  type MessageKind,
  type MessageTarget,
} from '../../../contract/messages.ts';
import { tenanted } from '../../tenancy.ts';

/**
 * What becomes of a message's mail. `queued`: due at `dueAt`. `sending`: claimed; from then on it may have left, so no other process
 * sends it. `waiting`: the mail server asked to come back later. `sent`, and what ends without: `none` (no mail, by `reason`),
 * `bounced` (refused for good), `failed` (given up), `unknown` (the process or connection died while it was sent).
 */
export const MAIL_STATES = [
  'queued',
  'sending',
  'waiting',
  'sent',
  'none',
  'bounced',
  'failed',
  'unknown',
] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** Why there was no mail. */
export const NO_MAIL_REASONS = [
  'not_set_up',
  'no_person',
  'no_address',
  'no_consent',
  'address_refused',
  'chosen',
  'read_before',
  'too_late',
  'too_many',
] as const;
export type NoMailReason = (typeof NO_MAIL_REASONS)[number];

export interface MailDoc {
  state: MailState;
  reason?: NoMailReason;
  /** Times that the mail server has asked to come back later. */
  tries: number;
  /** When to send it, or when a claim ends; absent once nothing is to be done. */
  dueAt?: Date;
  /** Of the claim. */
  token?: string;
  endedAt?: Date;
  /** What the mail server said last. */
  said?: string;
}

/** One message to one person: a line of the inbox, and its mail. */
export interface MessageDoc {
  _id: string;
  institutionId: string;
  personId: string;
  kind: MessageKind;
  /** Keys of the events that it tells. A person is told of an event once. */
  events: string[];
  facts: Omit<MessageFacts, 'date'> & { date?: Date | null };
  target: MessageTarget;
  createdAt: Date;
  /** Of the newest event in it. */
  changedAt: Date;
  /** Absent once it was read. */
  unread?: true;
  /** Further events of its kind join it; absent otherwise. */
  gathers?: true;
  mail: MailDoc;
}

/** What is read of a message to decide about its mail: without its events, of which there may be hundreds. */
export type DueMessage = Pick<
  MessageDoc,
  '_id' | 'institutionId' | 'personId' | 'kind' | 'changedAt' | 'unread' | 'mail'
>;

/** A part of a document, without an id of its own. */
export const part = (members: Record<string, unknown>) => new Schema(members, { _id: false });
/** What a message is about and what it opens; an event that is still to be told has the same. */
export const ABOUT = {
  facts: {
    type: part({ pathwayTitle: String, moduleTitle: String, date: { type: Date } }),
    required: true,
  },
  target: {
    type: part({ page: { type: String, required: true }, attemptId: String, enrolmentId: String }),
    required: true,
  },
};
const schema = new Schema<MessageDoc>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true, immutable: true },
    kind: { type: String, enum: MESSAGE_KINDS, required: true },
    events: { type: [String], required: true },
    ...ABOUT,
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    unread: { type: Boolean },
    gathers: { type: Boolean },
    mail: {
      type: part({
        state: { type: String, enum: MAIL_STATES, required: true },
        reason: { type: String, enum: NO_MAIL_REASONS },
        tries: { type: Number, default: 0 },
        dueAt: { type: Date },
        token: { type: String },
        endedAt: { type: Date },
        said: { type: String },
      }),
      required: true,
    },
  },
  { collection: 'messages', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
// an event that arrives again, from whichever process, finds its message
schema.index({ institutionId: 1, personId: 1, events: 1 }, { unique: true, name: 'message_of_event' });
schema.index(
  { institutionId: 1, personId: 1, kind: 1 },
  { unique: true, name: 'message_that_gathers', partialFilterExpression: { gathers: true } },
);
schema.index({ institutionId: 1, personId: 1, changedAt: -1, _id: -1 }, { name: 'messages_of_person' });
schema.index(
  { institutionId: 1, personId: 1, kind: 1, unread: 1 },
  { name: 'messages_unread', partialFilterExpression: { unread: true } },
);
// contains only what is to be done
schema.index(
  { institutionId: 1, 'mail.dueAt': 1 },
  { name: 'mail_due', partialFilterExpression: { 'mail.dueAt': { $exists: true } } },
);
schema.index(
  { changedAt: 1 },
  { expireAfterSeconds: MESSAGES_KEPT_DAYS * 24 * 3600, name: 'message_expiry' },
);

export const MessageModel = model<MessageDoc>('Message', schema);
