import { model, Schema } from 'mongoose';

/** The tenant itself: its `_id` is the `institutionId` of everything else. */
export interface InstitutionDoc {
  _id: string;
  name: string;
  /** Lower-case name: the command line finds an institution by it. */
  nameKey: string;
  /** Only what was set, as stored: `settingsOf` checks it and knows the defaults. Absent until something is set. */
  settings?: unknown;
  createdAt: Date;
  /** Counts changes of its roles, so that two at once conflict here; absent before the first. */
  roleChanges?: number;
}

const schema = new Schema<InstitutionDoc>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true, maxlength: 255 },
    nameKey: { type: String, required: true },
    settings: { type: Schema.Types.Mixed },
    createdAt: { type: Date, required: true },
    roleChanges: { type: Number },
  },
  { collection: 'institutions', strict: 'throw', versionKey: false },
);
schema.index({ nameKey: 1 }, { unique: true, name: 'institution_by_name' });

export const InstitutionModel = model<InstitutionDoc>('Institution', schema);
