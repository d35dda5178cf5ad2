import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** One read of a course's roster, page by page; a broken one continues where it stopped. */
export interface RosterDoc {
  _id: string;
  institutionId: string;
  contextId: string;
  /** Counts reads; members carry the last one that saw them. */
  run: number;
  /** Next page of the read in progress; null if there is none. */
  nextUrl: string | null;
  pages: number;
  /** True if it continued after an error: pages may have changed meanwhile, so it marks nobody as having left. */
  resumed: boolean;
  /** URLs read so far: a `next` among them is a loop. */
  seen: string[];
  startedAt: Date;
  /** Last time that a read was completed. */
  completedAt: Date | null;
  /** Last time that one was completed without interruption: anybody it did not name was not in the course. Absent: never. */
  wholeAt?: Date;
  problem: string | null;
}

const schema = new Schema<RosterDoc>(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true, immutable: true },
    run: { type: Number, required: true },
    nextUrl: { type: String, default: null },
    pages: { type: Number, required: true },
    resumed: { type: Boolean, default: false },
    seen: { type: [String], default: [] },
    startedAt: { type: Date, required: true },
    completedAt: { type: Date, default: null },
    wholeAt: { type: Date },
    problem: { type: String, default: null },
  },
  { collection: 'rosters', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, contextId: 1 }, { unique: true, name: 'roster_of_context' });

export const RosterModel = model<RosterDoc>('Roster', schema);

/** The people in a course's roster. No names, no addresses: only what grading and rights need. */
export interface RosterMemberDoc {
  _id: string;
  institutionId: string;
  contextId: string;
  sub: string;
  roles: string[];
  state: 'present' | 'left';
  /** True from when they left until a launch after they came back: the LMS may have dropped what it had of them. */
  lapsed?: boolean;
  /** True from the read that saw them again until their scores in the gradebook have been compared. */
  back?: boolean;
  run: number;
  changedAt: Date;
}

const memberSchema = new Schema<RosterMemberDoc>(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true, immutable: true },
    sub: { type: String, required: true, immutable: true },
    roles: { type: [String], default: [] },
    state: { type: String, enum: ['present', 'left'], required: true },
    lapsed: { type: Boolean },
    back: { type: Boolean },
    run: { type: Number, required: true },
    changedAt: { type: Date, required: true },
  },
  { collection: 'rosterMembers', strict: 'throw', versionKey: false },
);
memberSchema.plugin(tenanted);
memberSchema.index(
  { institutionId: 1, contextId: 1, sub: 1 },
  { unique: true, name: 'roster_member_of_context' },
);
memberSchema.index({ institutionId: 1, contextId: 1, run: 1 }, { name: 'roster_members_by_run' });

export const RosterMemberModel = model<RosterMemberDoc>('RosterMember', memberSchema);
