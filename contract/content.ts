import { z } from 'zod';
import { Id, Title } from './common.ts';
import { CYCLES_MAX } from './cycleNumber.ts';
import { EvidenceKind } from './evidence.ts';
import { RichDocument } from './richText.ts';
import { Rule } from './rules.ts';

/**
 * Content: what designers write and publish. These shapes say what content can hold; whether it is fit to be published says the lint.
 * Older content is upgraded when it is read (`contentUpgrades.ts`).
 */
export const SCHEMA_VERSION = 3;

/** One line that may still be empty in a draft. */
export const Line = (max: number) => z.string().trim().max(max);
const Slug = (max: number) => z.string().regex(new RegExp(`^[a-z][a-z0-9_-]{0,${max - 1}}$`));

/** What the badges of a strand look like: silhouette, hue and glyph, named by the glyph. */
export const BadgeArt = z.enum(['compass', 'tick', 'play', 'fork', 'rings', 'flag']);
export type BadgeArt = z.infer<typeof BadgeArt>;

/** An area of competence, from a framework. */
export const Strand = z.strictObject({
  key: Slug(60),
  title: Title,
  art: BadgeArt,
});
export type Strand = z.infer<typeof Strand>;

/** Names a level within its scale; decisions and awards are stored with it. */
export const LevelKey = Slug(40);
export type LevelKey = z.infer<typeof LevelKey>;

export const Level = z.strictObject({ key: LevelKey, name: Title.max(40) });
export type Level = z.infer<typeof Level>;

/** The levels of a module's rubric, low to high; an approval needs `meets` or above in every criterion. */
export const Scale = z
  .strictObject({ levels: z.array(Level).min(3).max(6), meets: LevelKey })
  .refine(({ levels }) => new Set(levels.map(({ key }) => key)).size === levels.length, {
    message: 'Each level needs a key of its own.',
    path: ['levels'],
  })
  .refine(({ levels, meets }) => levels.findIndex(({ key }) => key === meets) > 0, {
    message: 'One level above the lowest must be the one that is needed for approval.',
    path: ['meets'],
  });
export type Scale = z.infer<typeof Scale>;

/** A level as shown where the scale is not: with its place among the others, both counted from 1. */
export const ShownLevel = z.strictObject({
  key: LevelKey,
  name: z.string(),
  rank: z.number().int().min(1),
  of: z.number().int().min(3).max(6),
  meetsRank: z.number().int().min(1),
});
export type ShownLevel = z.infer<typeof ShownLevel>;

/** An item of a framework that something speaks to, with the words it had when this was written. */
export const Alignment = z.strictObject({
  framework: Id,
  item: Id,
  code: Line(60),
  title: Line(255),
});
export type Alignment = z.infer<typeof Alignment>;

export const RubricLevel = z.strictObject({
  /** Its own in each criterion; awards cite it. */
  key: Id,
  level: LevelKey,
  descriptor: z.string().max(1000),
});
export type RubricLevel = z.infer<typeof RubricLevel>;

export const Criterion = z.strictObject({
  key: Id,
  /** "A", "B", …: what people call it. */
  code: z.string().regex(/^[A-Z]$/),
  title: Line(255),
  alignments: z.array(Alignment).max(20),
  /** How many different kinds of evidence must speak to it; a reflection is one. */
  kindsNeeded: z.number().int().min(1).max(4),
  /** One for each level of the scale, low to high. */
  levels: z.array(RubricLevel).min(3).max(6),
});
export type Criterion = z.infer<typeof Criterion>;

const CriterionKeys = z.array(Id).max(12);

export const Licence = z.strictObject({
  /** "CC BY 4.0", "All rights reserved", …: as people write it. */
  name: Line(120),
  /** Who made it, and where it comes from. */
  attribution: Line(500),
});
export type Licence = z.infer<typeof Licence>;

/** Text to read. */
export const TextBlock = z.strictObject({ type: z.literal('text'), key: Id, content: RichDocument });

/** Something to read or use elsewhere. */
export const ResourceBlock = z.strictObject({
  type: z.literal('resource'),
  key: Id,
  title: Line(255),
  url: Line(2000),
  note: z.string().max(1000),
  licence: Licence,
});

/** A page or video that opens inside the module. */
export const EmbedBlock = z.strictObject({
  type: z.literal('embed'),
  key: Id,
  title: Line(255),
  url: Line(2000),
  /** What it shows, for people who cannot see or hear it. */
  alternative: z.string().max(4000),
  licence: Licence,
});

/** A file to start from: a lesson plan, a rubric, a data template. */
export const FileBlock = z.strictObject({
  type: z.literal('file'),
  key: Id,
  title: Line(255),
  /** Path in the bundle, below `files/`. */
  path: z.string().max(255),
  mediaType: Line(120),
  size: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: Licence,
});

export const ChecklistBlock = z.strictObject({
  type: z.literal('checklist'),
  key: Id,
  title: Line(255),
  items: z.array(z.strictObject({ key: Id, text: Line(500) })).max(30),
});

/** A question that is answered in writing. */
export const Prompt = z.strictObject({
  type: z.literal('prompt'),
  key: Id,
  question: Line(500),
  help: z.string().max(1000),
  /** A hint, never a block. */
  words: z.strictObject({ from: z.number().int().min(0), to: z.number().int().min(1) }),
  criteria: CriterionKeys,
});
export type Prompt = z.infer<typeof Prompt>;

/** Evidence that is asked for. */
export const Requirement = z.strictObject({
  type: z.literal('requirement'),
  key: Id,
  title: Line(255),
  help: z.string().max(1000),
  kinds: z.array(EvidenceKind),
  criteria: CriterionKeys,
  /** It is the record of a visit to the lesson, which stands in for the step 'observe'. */
  visitRecord: z.boolean(),
});
export type Requirement = z.infer<typeof Requirement>;

export const Block = z.discriminatedUnion('type', [
  TextBlock,
  ResourceBlock,
  EmbedBlock,
  FileBlock,
  ChecklistBlock,
  Prompt,
  Requirement,
]);
export type Block = z.infer<typeof Block>;

/** What a step is for; the page has a word for each. */
export const StepKind = z.enum(['learn', 'plan', 'try', 'observe', 'refine', 'reflect', 'hand_in']);
export type StepKind = z.infer<typeof StepKind>;

/** Names a step within its module; a person's progress is stored with it. */
export const StepKey = Slug(40);
export type StepKey = z.infer<typeof StepKey>;

/** A step of a module's one long page. */
export const Step = z.strictObject({
  key: StepKey,
  kind: StepKind,
  /** Null: the page's own word for its kind. */
  title: Title.max(40).nullable(),
  minutes: z.number().int().min(0).max(600),
  blocks: z.array(Block).max(60),
});
export type Step = z.infer<typeof Step>;

export const ModuleKind = z.enum(['learn', 'practice_cycle', 'observation', 'capstone', 'workshop']);
export type ModuleKind = z.infer<typeof ModuleKind>;

/** What somebody needs in the room to do a module. */
export const Need = z.enum(['camera', 'device_each', 'bandwidth']);
export type Need = z.infer<typeof Need>;

/** Work that somebody could have handed in, judged and commented on, so that people see what the rubric means. */
export const Exemplar = z.strictObject({
  key: Id,
  title: Line(255),
  outcome: z.enum(['approved', 'returned']),
  content: RichDocument,
  criteria: z.array(z.strictObject({ criterion: Id, level: LevelKey, comment: z.string().max(2000) })).max(8),
  /** Overall comment. */
  comment: z.string().max(4000),
});
export type Exemplar = z.infer<typeof Exemplar>;

/** How often a practice cycle is gone through. */
export const Cycles = z.strictObject({
  count: z.number().int().min(2).max(CYCLES_MAX),
  /** Asked at the beginning of each cycle but the first: what was changed since the one before, and why. */
  changed: Prompt,
});
export type Cycles = z.infer<typeof Cycles>;

/**
 * Who judges the work on a module: reviewers alone, or also peers, which are other participants of the course who have handed in that
 * module themselves.
 */
export const ReviewedBy = z.enum(['reviewer', 'peer']);
export type ReviewedBy = z.infer<typeof ReviewedBy>;

const unique = (keys: readonly string[]): boolean => new Set(keys).size === keys.length;

export const ModuleContent = z
  .strictObject({
    key: Id,
    title: Line(255),
    kind: ModuleKind,
    /** "Explore", "Design", "Try in class": one or two words for the map. */
    label: Line(40),
    summary: z.string().max(500),
    /** Name of the achievement that an approval earns: "Uses quick checks to change the next lesson". */
    achievement: Line(255),
    badgeLevel: z.number().int().min(1).max(4),
    opens: Rule,
    needs: z.array(Need),
    /** How to do it without what it needs; null if nothing is needed or nothing was written. */
    lowTech: RichDocument.nullable(),
    /** Null: each step is taken once. */
    cycles: Cycles.nullable(),
    reviewedBy: ReviewedBy,
    /** The last one, and no other, is where evidence is handed in. */
    steps: z.array(Step).min(1).max(8),
    scale: Scale,
    criteria: z.array(Criterion).max(8),
    exemplars: z.array(Exemplar).max(4),
  })
  .refine(({ steps }) => unique(steps.map(({ key }) => key)), {
    message: 'Each step needs a key of its own.',
    path: ['steps'],
  })
  .refine(({ steps }) => steps.every(({ kind }, at) => (kind === 'hand_in') === (at === steps.length - 1)), {
    message: 'A module ends with one step in which evidence is handed in.',
    path: ['steps'],
  })
  .refine(
    ({ steps }) =>
      steps.every(
        ({ kind, blocks }) => kind === 'hand_in' || blocks.every(({ type }) => type !== 'requirement'),
      ),
    { message: 'Evidence is asked for in the last step.', path: ['steps'] },
  )
  .refine(
    ({ scale, criteria }) =>
      criteria.every(
        ({ levels }) =>
          levels.length === scale.levels.length &&
          levels.every(({ level }, at) => level === scale.levels[at]?.key),
      ),
    { message: 'Each criterion describes the levels of the rubric, low to high.', path: ['criteria'] },
  );
export type ModuleContent = z.infer<typeof ModuleContent>;

/** Modules that belong together and that a person may choose. */
export const Track = z.strictObject({ key: Id, title: Line(255), summary: z.string().max(500) });
export type Track = z.infer<typeof Track>;

export const MODULES_MAX = 200;

/** What a completed pathway earns. */
export const PathwayBadge = z.strictObject({
  key: Id,
  achievement: Line(255),
  level: z.number().int().min(1).max(4),
});
export type PathwayBadge = z.infer<typeof PathwayBadge>;

/** The framework that a strand and its alignments come from. */
export const FrameworkRef = z.strictObject({ key: Id, title: Line(255), version: z.number().int().min(1) });
export type FrameworkRef = z.infer<typeof FrameworkRef>;

const modulesOf = <M extends z.ZodType<{ key: string }>>(module: M) =>
  z
    .array(module)
    .min(1)
    .max(MODULES_MAX)
    .refine((modules) => unique(modules.map(({ key }) => key)), {
      message: 'Each module needs a key of its own.',
    });
/** What holds for the modules of a pathway together, whatever else they are. */
export const CountedModules = modulesOf(z.looseObject({ key: Id }));

/** A pathway as written in `content/pathways/<slug>/pathway.json` and as published. */
export const PathwayContent = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  key: Id,
  slug: z.string().regex(/^[a-z0-9-]{3,60}$/),
  title: Line(255),
  framework: FrameworkRef.nullable(),
  strand: Strand,
  /** A description of success; shown in serif under the title. */
  vision: z.string().max(500),
  licence: Line(120),
  source: Line(500),
  modules: modulesOf(ModuleContent),
  tracks: z.array(Track).max(12),
  /** What completes the pathway. */
  completes: Rule,
  badge: PathwayBadge.nullable(),
});
export type PathwayContent = z.infer<typeof PathwayContent>;

/** What several pathways earn together, as written in `content/certifications/<slug>.json`. */
export const CertificationContent = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  key: Id,
  slug: z.string().regex(/^[a-z0-9-]{3,60}$/),
  title: Line(255),
  summary: z.string().max(2000),
  licence: Line(120),
  source: Line(500),
  earnedBy: Rule,
});
export type CertificationContent = z.infer<typeof CertificationContent>;

/** Place of a level among the others, from 1; 0 for one that the scale does not have. */
export function rankOf({ levels }: Scale, key: LevelKey): number {
  return levels.findIndex((level) => level.key === key) + 1;
}

/** Whether a level is enough for approval. */
export function isAtLeastMeets(scale: Scale, key: LevelKey): boolean {
  return rankOf(scale, key) >= rankOf(scale, scale.meets);
}

/** A level with its name and place; null for one that the scale does not have. */
export function showLevel(scale: Scale, key: LevelKey): ShownLevel | null {
  const level = scale.levels.find((candidate) => candidate.key === key);
  if (!level) return null;
  return {
    ...level,
    rank: rankOf(scale, key),
    of: scale.levels.length,
    meetsRank: rankOf(scale, scale.meets),
  };
}
