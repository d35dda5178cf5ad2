import { model, Schema } from 'mongoose';
import type { ObservationPart } from '../../../contract/observations.ts';
import { tenanted } from '../../tenancy.ts';

/**
 * The data key of one observation, wrapped by its institution's. Without it nothing that was written about the lesson can be read by
 * anybody: deleting it erases all of that, wherever it may have been copied to.
 */
export interface ObservationKeyDoc {
  /** Of the observation. */
  _id: string;
  institutionId: string;
  wrapped: string;
}

const keySchema = new Schema<ObservationKeyDoc>(
  { _id: { type: String, required: true }, wrapped: { type: String, required: true } },
  { collection: 'observationKeys', strict: 'throw', versionKey: false },
);
keySchema.plugin(tenanted);
export const ObservationKeyModel = model<ObservationKeyDoc>('ObservationKey', keySchema);

/** One part of what was written about a lesson (`OBSERVATION_TEXTS`), sealed. */
export interface ObservationTextDoc {
  _id: string;
  institutionId: string;
  observationId: string;
  part: ObservationPart;
  /** Counts the saves: each is made on the one before it. */
  revision: number;
  sealed: string;
  savedAt: Date;
  savedBy: string;
}

const textSchema = new Schema<ObservationTextDoc>(
  {
    _id: { type: String, required: true },
    observationId: { type: String, required: true, immutable: true },
    part: { type: String, required: true, immutable: true },
    revision: { type: Number, required: true },
    sealed: { type: String, required: true },
    savedAt: { type: Date, required: true },
    savedBy: { type: String, required: true },
  },
  { collection: 'observationTexts', strict: 'throw', versionKey: false },
);
textSchema.plugin(tenanted);
textSchema.index(
  { institutionId: 1, observationId: 1, part: 1 },
  { unique: true, name: 'observation_text_of_part' },
);
export const ObservationTextModel = model<ObservationTextDoc>('ObservationText', textSchema);

/**
 * Edits of notes as they arrived in one request, sealed together. Batches of one observer are numbered without a gap, by the unique
 * index: what a device knows up to a number is complete.
 */
export interface ObservationNotesDoc {
  _id: string;
  institutionId: string;
  observationId: string;
  observerId: string;
  n: number;
  /** Of the ids of its edits: a request that is sent again is recognised. */
  digest: string;
  /** Edits in this batch and all before it. */
  total: number;
  sealed: string;
  savedAt: Date;
}

const notesSchema = new Schema<ObservationNotesDoc>(
  {
    _id: { type: String, required: true },
    observationId: { type: String, required: true },
    observerId: { type: String, required: true },
    n: { type: Number, required: true },
    digest: { type: String, required: true },
    total: { type: Number, required: true },
    sealed: { type: String, required: true },
    savedAt: { type: Date, required: true },
  },
  { collection: 'observationNotes', strict: 'throw', versionKey: false },
);
notesSchema.plugin(tenanted);
notesSchema.index(
  { institutionId: 1, observationId: 1, observerId: 1, n: 1 },
  { unique: true, name: 'observation_notes_in_order' },
);
notesSchema.index(
  { institutionId: 1, observationId: 1, observerId: 1, digest: 1 },
  { unique: true, name: 'observation_notes_by_digest' },
);
export const ObservationNotesModel = model<ObservationNotesDoc>('ObservationNotes', notesSchema);
