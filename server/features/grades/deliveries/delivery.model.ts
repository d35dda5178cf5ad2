import { model, Schema } from 'mongoose';
import { DeliveryFilter } from '../../../../contract/grades.ts';
import {
  DELIVERY_REASONS,
  DELIVERY_STATES,
  type DeliveryReason,
  type DeliveryState,
} from '../../../../contract/states.ts';
import { tenanted } from '../../../tenancy.ts';

/** Points of a maximum. */
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
 * Why a delivery is only looked at, where that matters for what follows. `returned`: its person was away, and the LMS may have
 * dropped their grades. `nightly`: nobody asked, and nobody is there. Absent: somebody opened the work, or asked.
 */
export type LookReason = 'returned' | 'nightly';

/** The try that a lease was given for. */
export interface Try extends ScoreValue {
  revision: number;
  /** Goes out with the score; later than any before. */
  timestamp: Date;
  /** No try for this decision has gone out yet. */
  first: boolean;
  /** The worker before did not say how its own try ended. */
  tookOver: boolean;
}

/**
 * What is sent to one column for one person, and how it stands: at most one try is under way at any time. `dueAt` is when a
 * worker may take it: now, after a pause, or when the lease of another worker has ended; absent when nothing is to do.
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
  /** Scores that may have arrived, of tries without an answer. */
  doubts: ScoreValue[];
  /** The result is to be read before anything is sent. */
  mustRead: boolean;
  /** Revision for which a person chose that ours replaces theirs. */
  forcedRevision: number | null;
  /** Revision for which a person chose that theirs stays; absent: nobody did. */
  keptRevision?: number;
  /**
   * Nobody decided anything and nothing is to be sent: it is only looked at whether what the LMS had is still there. Where it
   * stood, what pages show meanwhile, and where it goes back unless the look finds something else.
   */
  stood?: { state: 'accepted' | 'held'; reason: DeliveryReason; why?: LookReason };
  /** When a look was last begun, whoever asked for it; in the future where it is put off until then. */
  lookedAt?: Date;
  /** Its person has opened the link while it was looked at: it is looked at once more after that. */
  openedAgain?: boolean;
  /** When an admin last asked to compare: that look leaves a line of history, whatever it finds. */
  askedAt?: Date;
  /** When `lmsValue` was last read in the LMS; absent: nothing was read since the last score. */
  comparedAt?: Date;
  trying?: Try;
  lease?: { token: string; worker: string };
  dueAt?: Date;
  lastTimestamp: Date | null;
  /** Decision for which a try has gone out: Canvas counts the first as a submission. */
  triedDecisionId: string | null;
  tries: number;
  triedSince: Date | null;
  lmsMessage: string | null;
  lmsValue: number | null;
  lmsMaximum: number | null;
  /** The LMS took the last score and did not let us read its result; absent: it did, or nobody has looked. */
  unread?: boolean;
  /** When a look found nothing where something of ours should stand; absent once that has been settled. */
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
    stood: { type: part({ state: String, reason: String, why: String }) },
    lookedAt: { type: Date },
    openedAgain: { type: Boolean },
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
// holds only what is to be done: its size does not grow with history
schema.index(
  { institutionId: 1, platformId: 1, dueAt: 1 },
  { name: 'delivery_due', partialFilterExpression: { dueAt: { $exists: true } } },
);
// which of what has arrived was not looked at for longest
schema.index(
  { institutionId: 1, platformId: 1, lookedAt: 1 },
  { name: 'delivery_by_look', partialFilterExpression: { state: 'accepted' } },
);
schema.index({ institutionId: 1, state: 1, reason: 1 }, { name: 'delivery_by_state' });
schema.index({ institutionId: 1, filter: 1, changedAt: -1, _id: -1 }, { name: 'delivery_by_filter' });

export const DeliveryModel = model<DeliveryDoc>('Delivery', schema);
