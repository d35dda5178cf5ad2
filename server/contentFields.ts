import { Schema } from 'mongoose';
import type { z } from 'zod';
import { BadgeArt, LevelKey, type Strand } from '../contract/content.ts';
import { UnrolledStepKey } from '../contract/cycles.ts';

/** A text that a schema of the contract accepts. */
const fieldOf = (accepted: z.ZodType) => ({
  type: String,
  validate: { validator: (value: unknown) => accepted.safeParse(value).success },
});

/** How the key of a level is stored: which ones there are says the module's scale. */
export const levelField = fieldOf(LevelKey);
/** The same where no level may have been chosen yet. */
export const maybeLevelField = { ...fieldOf(LevelKey.nullable()), default: null };
/** How the key of a module's step is stored. */
export const stepField = fieldOf(UnrolledStepKey);

const strandFields = {
  key: { type: String, required: true },
  title: { type: String, required: true },
  art: { type: String, enum: BadgeArt.options, required: true },
} as const satisfies Readonly<Record<keyof Strand, unknown>>;

/** How a strand is stored, with the words that it had when this was written. */
export const strandField = {
  type: new Schema<Strand>(strandFields, { _id: false }),
  required: true,
} as const;
