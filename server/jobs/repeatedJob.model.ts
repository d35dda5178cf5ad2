import { model, Schema } from 'mongoose';

/** When a piece of repeated work is due, and who does it now. Untenanted. All times are the database's (`$$NOW`). */
export interface RepeatedJobDoc {
  /** The job's name. */
  _id: string;
  /** When somebody may take it: its next turn, or while it is `holder`'s, the end of the lease. */
  dueAt: Date;
  holder: string | null;
  /** The last turn that was begun, and the last that came to its end. */
  begunAt: Date | null;
  endedAt: Date | null;
}

const schema = new Schema<RepeatedJobDoc>(
  {
    _id: { type: String, required: true },
    dueAt: { type: Date, required: true },
    holder: { type: String, default: null },
    begunAt: { type: Date, default: null },
    endedAt: { type: Date, default: null },
  },
  { collection: 'repeatedJobs', strict: 'throw', versionKey: false },
);

export const RepeatedJobModel = model<RepeatedJobDoc>('RepeatedJob', schema);
