import { model, Schema } from 'mongoose';
import { unvalidatedPipelines } from '../../../pipelineUpdates.ts';

/**
 * One institution's deliveries to one platform; workers rotate between lanes. Untenanted, as a kind of job: a worker finds the
 * next lane here, and then works within that institution. All that matters is in the deliveries; a lane only says when to look.
 */
export interface DeliveryLaneDoc {
  /** `<institutionId>:<platformId>` */
  _id: string;
  institutionId: string;
  platformId: string;
  /** When to look next; null: when woken. */
  nextDueAt: Date | null;
  /** The platform is paused until then, because it asked for that or does not respond. */
  pausedUntil: Date | null;
  /** True: one worker at a time, one call after the other (Canvas). */
  serial: boolean;
  /** Counts wake-ups, so that "nothing left to do" cannot overwrite a wake-up that came meanwhile. */
  wakes: number;
  /** Deliveries that somebody wants to send before all others, paused or not. */
  urgent?: string[];
  /** Counts how often somebody has ended a pause, so that workers who remember it forget it. */
  resumes?: number;
}

const schema = new Schema<DeliveryLaneDoc>(
  {
    _id: { type: String, required: true },
    institutionId: { type: String, required: true },
    platformId: { type: String, required: true },
    nextDueAt: { type: Date, default: null },
    pausedUntil: { type: Date, default: null },
    serial: { type: Boolean, required: true },
    wakes: { type: Number, default: 0 },
    urgent: { type: [String], default: undefined },
    resumes: { type: Number },
  },
  { collection: 'deliveryLanes', strict: 'throw', versionKey: false },
);
schema.plugin(unvalidatedPipelines);
schema.index({ nextDueAt: 1 }, { name: 'lane_due' });

export const DeliveryLaneModel = model<DeliveryLaneDoc>('DeliveryLane', schema);
