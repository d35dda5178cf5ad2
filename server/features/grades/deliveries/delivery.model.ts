import { model, Schema } from 'mongoose';
import { DeliveryFilter } from '../../../../contract/grades.ts';
import {
  DELIVERY_REASONS,
  DELIVERY_STATES,
  type DeliveryReason,
  type DeliveryState,
} from '../../../../contract/states.ts';
import { tenanted } from '../../../tenancy.ts';

/** Points out of a maximum. */
export interface ScoreValue {
  given: number;
  maximum: number;
}

/** What the LMS should show: the newest decision. */
export interface WantedScore extends ScoreValue {
  revision: number;
  /** Of the decision, within its enrolment. */
  enrolmentId: string;
  order: number;
  decisionId: string;
  decidedAt: Date;
  submittedAt: Date | null;
  /** What the column's link showed then: its `resourceId`. Absent: what it shows now. */
  resourceId?: string;
}

/**
 * Why a delivery is only compared, if that matters for what follows. `returned`: its person was away, and the LMS may have
 * dropped their grades. `nightly`: nobody asked, and nobody is waiting. Absent: somebody opened the work, or asked.
 */
export type ComparisonReason = 'returned' | 'nightly';

/** The try that a lease was granted for. */
export interface Try extends ScoreValue {
  revision: number;
  /** Sent with the score; later than any before. */
  timestamp: Date;
  /** No try for this decision has been sent yet. */
  first: boolean;
  /** The previous worker did not report how its own try ended. */
  tookOver: boolean;
}

/**
 * What to send to one column for one person, and its state: at most one try is in progress at any time. `dueAt` is when a worker
 * may claim it: now, after a pause, or when the lease of another worker has ended; absent if there is nothing to do.
 */
export interface DeliveryDoc {
  _id: string;
  institutionId: string;
  platformId: string;
  contextId: string;
  columnId: string;
  personId: string;
  sub: string;
  state: DeliveryState;
  reason: DeliveryReason;
  /** Which filter of the Grades page shows it: always one. */
  filter: DeliveryFilter;
  wanted: WantedScore;
  /** The last score that the LMS accepted. */
  sent: (ScoreValue & { revision: number; timestamp: Date }) | null;
  /** Scores that may have arrived, from tries without a response. */
  doubts: ScoreValue[];
  /** Read the result before sending anything. */
  mustRead: boolean;
  /** Revision for which a person chose that our score replaces theirs. */
  forcedRevision: number | null;
  /** Revision for which a person chose to keep theirs; absent: nobody did. */
  keptRevision?: number;
  /**
   * Nobody decided anything and nothing is to be sent: it is only checked whether the LMS still has what it had. Holds its
   * previous state, which pages show meanwhile and to which it returns unless the comparison finds something else.
   */
  stateBefore?: { state: 'accepted' | 'held'; reason: DeliveryReason; why?: ComparisonReason };
  /** When a comparison was last started, whoever asked for it; in the future if it is postponed until then. */
  comparisonAt?: Date;
  /** Its person opened the link during a comparison: it is compared once more afterwards. */
  openedAgain?: boolean;
  /** An admin acted on it: no call goes before it, and it waits for no slot. Absent: it waits for its turn. */
  urgent?: boolean;
  /** When an admin last requested a comparison: that one leaves a history entry, whatever it finds. */
  askedAt?: Date;
  /** When `lmsValue` was last read in the LMS; absent: not since the last score. */
  comparedAt?: Date;
  trying?: Try;
  lease?: { token: string; worker: string };
  dueAt?: Date;
  lastTimestamp: Date | null;
  /** Decision for which a try has been sent: Canvas counts the first as a submission. */
  triedDecisionId: string | null;
  tries: number;
  triedSince: Date | null;
  lmsMessage: string | null;
  lmsValue: number | null;
  lmsMaximum: number | null;
  /** The LMS accepted the last score and did not let us read its result; absent: it did, or nobody has looked. */
  unread?: boolean;
  /** When a comparison found no score where ours should be; absent once that has been settled. */
  missedAt?: Date;
  acceptedAt: Date | null;
  /** Closed by "no grade": a later decision does not open it again. */
  closedForGood: boolean;
  changedAt: Date;
}

const part = (members: Record<string, unknown>) => new Schema(members, { _id: false });
const value = {
  given: { type: Number, required: true },
  maximum: { type: Number, required: true },
};
const schema = new Schema<DeliveryDoc>(
  {
    _id: { type: String, required: true },
    platformId: { type: String, required: true, immutable: true },
    contextId: { type: String, required: true, immutable: true },
    columnId: { type: String, required: true, immutable: true },
    personId: { type: String, required: true, immutable: true },
    sub: { type: String, required: true },
    state: { type: String, enum: DELIVERY_STATES, required: true },
    reason: { type: String, enum: DELIVERY_REASONS, required: true },
    filter: { type: String, enum: DeliveryFilter.options, required: true },
    wanted: {
      type: part({
        ...value,
        revision: { type: Number, required: true },
        enrolmentId: { type: String, required: true },
        order: { type: Number, required: true },
        decidedAt: { type: Date, required: true },
        decisionId: { type: String, required: true },
        submittedAt: { type: Date, default: null },
        resourceId: { type: String },
      }),
      required: true,
    },
    sent: { type: part({ ...value, revision: Number, timestamp: Date }), default: null },
    doubts: { type: [part(value)], default: [] },
    mustRead: { type: Boolean, default: false },
    forcedRevision: { type: Number, default: null },
    keptRevision: { type: Number },
    stateBefore: { type: part({ state: String, reason: String, why: String }) },
    comparisonAt: { type: Date },
    openedAgain: { type: Boolean },
    urgent: { type: Boolean },
    askedAt: { type: Date },
    comparedAt: { type: Date },
    trying: {
      type: part({ ...value, revision: Number, timestamp: Date, first: Boolean, tookOver: Boolean }),
    },
    lease: { type: part({ token: String, worker: String }) },
    dueAt: { type: Date },
    lastTimestamp: { type: Date, default: null },
    triedDecisionId: { type: String, default: null },
    tries: { type: Number, default: 0 },
    triedSince: { type: Date, default: null },
    lmsMessage: { type: String, default: null },
    lmsValue: { type: Number, default: null },
    lmsMaximum: { type: Number, default: null },
    unread: { type: Boolean },
    missedAt: { type: Date },
    acceptedAt: { type: Date, default: null },
    closedForGood: { type: Boolean, default: false },
    changedAt: { type: Date, required: true },
  },
  { collection: 'deliveries', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, columnId: 1, personId: 1 },
  { unique: true, name: 'delivery_of_column_and_person' },
);
// contains only what is to be done: its size does not grow with history
schema.index(
  { institutionId: 1, platformId: 1, dueAt: 1 },
  { name: 'delivery_due', partialFilterExpression: { dueAt: { $exists: true } } },
);
// which of those that arrived has gone longest without a comparison
schema.index(
  { institutionId: 1, platformId: 1, comparisonAt: 1 },
  { name: 'delivery_by_comparison', partialFilterExpression: { state: 'accepted' } },
);
schema.index({ institutionId: 1, state: 1, reason: 1 }, { name: 'delivery_by_state' });
schema.index({ institutionId: 1, filter: 1, changedAt: -1, _id: -1 }, { name: 'delivery_by_filter' });

export const DeliveryModel = model<DeliveryDoc>('Delivery', schema);
