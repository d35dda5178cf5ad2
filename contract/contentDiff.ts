import { z } from 'zod';

/** What differs between two versions of a pathway, as it is told: `diffContent.ts` finds it. */

const DiffPart = z.enum([
  'pathway',
  'track',
  'module',
  'level',
  'step',
  'block',
  'criterion',
  'descriptor',
  'exemplar',
  'judgement',
  'form',
  'section',
  'item',
  'indicator_level',
]);
export type DiffPart = z.infer<typeof DiffPart>;

export const ContentChange = z.strictObject({
  what: z.enum(['added', 'removed', 'moved', 'changed']),
  part: DiffPart,
  /** Of the part. */
  key: z.string(),
  /** What people call it, as it is now; may be empty. */
  label: z.string(),
  /** Type of a block or of a form's item, kind of a step; null for other parts. */
  kind: z.string().nullable(),
  /** What the part belongs to: the criterion of a descriptor, the example of a judgement; null for other parts. */
  within: z.string().nullable(),
  /** Name of the member that changed; null for a part that was added, removed or moved. */
  field: z.string().nullable(),
  /** As words or as a number; null where it is neither. A part that is new has only `after`, one that is gone only `before`. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type ContentChange = z.infer<typeof ContentChange>;

const ModuleDiff = z.strictObject({
  key: z.string(),
  title: z.string(),
  what: z.enum(['added', 'removed', 'changed']),
  /** It stands elsewhere among the modules that both versions have. */
  moved: z.boolean(),
  /** None for a module that was added or removed as a whole. */
  changes: z.array(ContentChange),
});
export type ModuleDiff = z.infer<typeof ModuleDiff>;

export const ContentDiff = z.strictObject({
  /** Of the pathway itself, outside its modules. */
  pathway: z.array(ContentChange),
  /** Modules that differ: those of the newer version in its order, then those that it lacks. */
  modules: z.array(ModuleDiff),
});
export type ContentDiff = z.infer<typeof ContentDiff>;

/** Whether two versions say the same. */
export function isEmptyDiff({ pathway, modules }: ContentDiff): boolean {
  return pathway.length === 0 && modules.length === 0;
}
