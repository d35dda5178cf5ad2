import { model, Schema } from 'mongoose';
import { AssignedRole } from '../../../contract/assignments.ts';
import { tenanted } from '../../tenancy.ts';

/** A role granted by Waymark to a person, in one course or in the whole institution. */
export interface AssignmentDoc {
  _id: string;
  institutionId: string;
  personId: string;
  role: AssignedRole;
  /** Null: the whole institution. */
  contextId: string | null;
  createdAt: Date;
  /** Person who granted it; null: the operator at the command line. */
  createdBy: string | null;
}

const schema = new Schema<AssignmentDoc>(
  {
    _id: { type: String, required: true },
    personId: { type: String, required: true, immutable: true },
    role: { type: String, enum: AssignedRole.options, required: true, immutable: true },
    contextId: { type: String, default: null, immutable: true },
    createdAt: { type: Date, required: true },
    createdBy: { type: String, default: null },
  },
  { collection: 'assignments', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.pre('validate', function () {
  if (this.role === 'admin' && this.contextId !== null)
    this.invalidate('contextId', 'an admin is one of the whole institution');
});
schema.index(
  { institutionId: 1, personId: 1, role: 1, contextId: 1 },
  { unique: true, name: 'assignment_of_person' },
);
schema.index({ institutionId: 1, role: 1, contextId: 1, personId: 1 }, { name: 'assignments_by_role' });

export const AssignmentModel = model<AssignmentDoc>('Assignment', schema);
