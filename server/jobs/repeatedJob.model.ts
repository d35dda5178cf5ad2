import { model, Schema } from 'mongoose';

/** When a periodic job is due, and which process runs it. Untenanted. All times are the database's (`$$NOW`). */
export interface RepeatedJobDoc {
  /** The job's name. */
  _id: string;
  /** When a process may claim it: its next run or, while `holder` has it, the end of the lease. */
  dueAt: Date;
  holder: string | null;
  /** When the last run started, and when one last finished. */
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
