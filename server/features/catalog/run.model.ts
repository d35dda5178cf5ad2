import { model, Schema } from 'mongoose';
import { RUN_STATES, type RunState } from '../../../contract/states.ts';
import { tenanted } from '../../tenancy.ts';

/** One period in which a pathway is offered. At most one is open; archived ones stay readable. */
export interface RunDoc {
  _id: string;
  institutionId: string;
  pathwayKey: string;
  title: string;
  state: RunState;
  submitBy: Date | null;
  reviewBy: Date | null;
  openedAt: Date;
  archivedAt: Date | null;
}

const schema = new Schema<RunDoc>(
  {
    _id: { type: String, required: true },
    pathwayKey: { type: String, required: true, immutable: true },
    title: { type: String, default: '' },
    state: { type: String, enum: RUN_STATES, required: true },
    submitBy: { type: Date, default: null },
    reviewBy: { type: Date, default: null },
    openedAt: { type: Date, required: true },
    archivedAt: { type: Date, default: null },
  },
  { collection: 'runs', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index(
  { institutionId: 1, pathwayKey: 1 },
  { unique: true, partialFilterExpression: { state: 'open' }, name: 'one_open_run' },
);
schema.index({ institutionId: 1, pathwayKey: 1, openedAt: -1 }, { name: 'runs_by_pathway' });
export const RunModel = model<RunDoc>('Run', schema);
