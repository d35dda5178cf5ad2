import { model, Schema } from 'mongoose';
import { tenanted } from '../../tenancy.ts';

/** A person, unique by (institution, platform, `sub`). Names and e-mail are what the LMS last sent; none may be. */
export interface PersonDoc {
  _id: string;
  institutionId: string;
  platformId: string;
  /** The person's id at the LMS. */
  sub: string;
  name: string | null;
  /** The name from each of its words on, folded: what a search by a part of it looks up. */
  nameKeys: string[];
  givenName: string | null;
  familyName: string | null;
  email: string | null;
  /** Of what the LMS last said: a launch writes only what changed. */
  claimsHash: string;
  /** When the three things of the welcome page were agreed to. */
  agreedAt: Date | null;
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
