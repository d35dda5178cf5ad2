import { model, Schema } from 'mongoose';
import type { FormRef } from '../../../contract/observationForms.ts';
import type { Visibility } from '../../../contract/observations.ts';
import { OBSERVATION_STATES, type ObservationState } from '../../../contract/states.ts';
import { tenanted } from '../../tenancy.ts';

export interface SlotDoc {
  from: Date;
  until: Date;
}

/** Up to which of their batches an observer has shown their notes to the observed teacher. */
export interface ShareDoc {
  observerId: string;
  through: number;
}

/**
 * A visit of one teacher to the lesson of another: who, when, how far. It holds no text: everything that is written about a lesson is
 * sealed (`sealed.model.ts`).
 */
export interface ObservationDoc {
  _id: string;
  institutionId: string;
  /** The course in which it was asked for. */
  contextId: string;
  /** Whose lesson it is, and who decides who may read about it. */
  observedId: string;
  observerIds: string[];
  state: ObservationState;
  /** Counts the steps: each is taken on the one before it, so that they are ordered as the database commits them. */
  revision: number;
  form: FormRef | null;
  visibility: Visibility;
  slots: SlotDoc[];
  proposedBy: 'observed' | 'observer';
  /** The one that was agreed on. */
  slot: SlotDoc | null;
  /** The last one that was, which people may have in their calendars; null: there was none yet. */
  calendarSlot: SlotDoc | null;
  /** Of the calendar entry: counts what changed about it (RFC 5545, `SEQUENCE`). */
  calendarSequence: number;
  startedAt: Date | null;
  /** When its observers shared, and how much. */
  shares: ShareDoc[];
  sharedAt: Date | null;
  withdrawnAt: Date | null;
  createdAt: Date;
  changedAt: Date;
}

const slot = new Schema<SlotDoc>(
  { from: { type: Date, required: true }, until: { type: Date, required: true } },
  { _id: false },
);
const schema = new Schema<ObservationDoc>(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true, immutable: true },
    observedId: { type: String, required: true, immutable: true },
    observerIds: { type: [String], required: true },
    state: { type: String, enum: OBSERVATION_STATES, required: true },
    revision: { type: Number, required: true },
    form: {
      type: new Schema<FormRef>(
        {
          key: { type: String, required: true },
          title: { type: String, required: true },
          version: { type: Number, required: true },
        },
        { _id: false },
      ),
      default: null,
    },
    visibility: {
      type: new Schema<Visibility>(
        { mentor: { type: Boolean, required: true }, cohort: { type: Boolean, required: true } },
        { _id: false },
      ),
      required: true,
    },
    slots: { type: [slot], required: true },
    proposedBy: { type: String, enum: ['observed', 'observer'], required: true },
    slot: { type: slot, default: null },
    calendarSlot: { type: slot, default: null },
    calendarSequence: { type: Number, required: true },
    startedAt: { type: Date, default: null },
    shares: {
      type: [
        new Schema<ShareDoc>(
          { observerId: { type: String, required: true }, through: { type: Number, required: true } },
          { _id: false },
        ),
      ],
      default: [],
    },
    sharedAt: { type: Date, default: null },
    withdrawnAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { collection: 'observations', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, observedId: 1, changedAt: -1, _id: -1 },
  { name: 'observations_of_observed' },
);
schema.index(
  { institutionId: 1, observerIds: 1, changedAt: -1, _id: -1 },
  { name: 'observations_of_observer' },
);
schema.index({ institutionId: 1, observerIds: 1, state: 1 }, { name: 'observations_of_observer_by_state' });

export const ObservationModel = model<ObservationDoc>('Observation', schema);
