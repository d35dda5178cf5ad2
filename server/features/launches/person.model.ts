import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** A person, unique by (institution, platform, `sub`). Names and email are what the LMS sent last; there may be none. */
export interface PersonDoc {
  _id: string;
  institutionId: string;
  platformId: string;
  /** The person's id in the LMS. */
  sub: string;
  name: string | null;
  /** The name starting from each of its words, case-folded; used for search by a part of it. */
  nameKeys: string[];
  givenName: string | null;
  familyName: string | null;
  email: string | null;
  /** Hash of what the LMS sent last: a launch writes only what changed. */
  claimsHash: string;
  /** When consent was given on the welcome page. */
  agreedAt: Date | null;
  /** Which notice that was; null until then. */
  agreedNotice: number | null;
  /** Null until chosen. */
  weeklyMinutes: number | null;
  createdAt: Date;
  /** To the nearest few minutes. */
  lastSeenAt: Date | null;
}

const text = { type: String, default: null };
const schema = new Schema<PersonDoc>(
  {
    _id: { type: String, required: true },
    platformId: { type: String, required: true, immutable: true },
    sub: { type: String, required: true, immutable: true },
    name: text,
    nameKeys: { type: [String], default: [] },
    givenName: text,
    familyName: text,
    email: text,
    claimsHash: { type: String, required: true },
    agreedAt: { type: Date, default: null },
    agreedNotice: { type: Number, default: null },
    weeklyMinutes: { type: Number, default: null },
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, default: null },
  },
  { collection: 'persons', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, platformId: 1, sub: 1 }, { unique: true, name: 'person_by_sub' });
schema.index({ institutionId: 1, createdAt: 1, _id: 1 }, { name: 'persons_by_age' });
schema.index({ institutionId: 1, nameKeys: 1, _id: 1 }, { name: 'persons_by_name' });

export const PersonModel = model<PersonDoc>('Person', schema);
