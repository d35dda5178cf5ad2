import { z } from 'zod';
import { Empty, Id, IdParams, Instant, Title } from './common.ts';
import { endpoint } from './endpoint.ts';
import { EvidenceKind } from './evidence.ts';
import { RichDocument } from './richText.ts';
import { ATTEMPT_STATES, ENROLMENT_STATES, RUN_STATES } from './states.ts';

export const Strand = z.enum(['foundations', 'assessment', 'multimedia', 'adaptive', 'blended', 'leading']);
export type Strand = z.infer<typeof Strand>;

/** The four levels of every rubric, low to high; a module's rubric marks one of them as 'meets'. */
export const LevelName = z.enum(['emerging', 'approaching', 'meets', 'extends']);
export type LevelName = z.infer<typeof LevelName>;
export const LEVELS = LevelName.options;

export const RubricLevel = z.strictObject({
  key: Id,
  name: LevelName,
  descriptor: z.string().min(1).max(1000),
});
export type RubricLevel = z.infer<typeof RubricLevel>;

export const Criterion = z.strictObject({
  key: Id,
  /** "A", "B", …: what people call it. */
  code: z.string().regex(/^[A-Z]$/),
  title: Title,
  /** Low to high. */
  levels: z.array(RubricLevel).length(4),
});
export type Criterion = z.infer<typeof Criterion>;

const CriterionKeys = z.array(Id).min(1).max(12);

export const Prompt = z.strictObject({
  key: Id,
  question: z.string().min(1).max(500),
  help: z.string().max(1000),
  /** A hint, never a block. */
  words: z.strictObject({ from: z.number().int().min(0), to: z.number().int().min(1) }),
  criteria: CriterionKeys,
});
export type Prompt = z.infer<typeof Prompt>;

export const Requirement = z.strictObject({
  key: Id,
  title: Title,
  help: z.string().max(1000),
  kinds: z.array(EvidenceKind).min(1),
  criteria: CriterionKeys,
});
export type Requirement = z.infer<typeof Requirement>;

/** The steps of a module's one long page. */
export const Step = z.enum(['learn', 'try', 'reflect', 'hand_in']);
export type Step = z.infer<typeof Step>;

const minutes = z.number().int().min(0).max(600);
export const ModuleContent = z.strictObject({
  key: Id,
  title: Title,
  /** "Explore", "Design", "Try in class": one or two words for the map. */
  kind: z.string().min(1).max(40),
  summary: z.string().max(500),
  /** Name of the achievement that an approval earns: "Uses quick checks to change the next lesson". */
  achievement: Title,
  badgeLevel: z.number().int().min(1).max(4),
  /** The module of this pathway that must be approved first; null: opens at once. */
  opensAfter: Id.nullable(),
  learn: z.strictObject({ minutes, content: RichDocument }),
  try: z.strictObject({ minutes, content: RichDocument }),
  reflect: z.strictObject({ minutes, prompts: z.array(Prompt).min(1).max(8) }),
  handIn: z.strictObject({ minutes, requirements: z.array(Requirement).max(8) }),
  criteria: z.array(Criterion).min(1).max(8),
});
export type ModuleContent = z.infer<typeof ModuleContent>;

/** A pathway as written in `content/pathways/<slug>/pathway.json` and as published. */
export const PathwayContent = z.strictObject({
  key: Id,
  slug: z.string().regex(/^[a-z0-9-]{3,60}$/),
  title: Title,
  strand: Strand,
  /** A description of success; shown in serif under the title. */
  vision: z.string().max(500),
  licence: z.string().min(1),
  source: z.string().min(1),
  modules: z.array(ModuleContent).min(1).max(30),
});
export type PathwayContent = z.infer<typeof PathwayContent>;

/** Total minutes of a module. */
export function moduleMinutes(module: Pick<ModuleContent, 'learn' | 'try' | 'reflect' | 'handIn'>): number {
  return module.learn.minutes + module.try.minutes + module.reflect.minutes + module.handIn.minutes;
}

/** The state of a score, as facts; the client has the texts. */
export const GradeLine = z.strictObject({
  deliveryId: Id.nullable(),
  course: z.string(),
  /** Title of the link that the column belongs to: one module may have several. */
  link: z.string(),
  state: z.enum(['none', 'queued', 'sending', 'accepted', 'waiting', 'held', 'closed']),
  reason: z.string(),
  scoreGiven: z.number().nullable(),
  scoreMaximum: z.number().nullable(),
  /** When the LMS accepted it. */
  acceptedAt: Instant.nullable(),
  /** What the LMS shows, if it was changed there. */
  lmsValue: z.number().nullable(),
  /** The column's points in the LMS, if known: a value other than `scoreMaximum` means that the course changed them. */
  lmsMaximum: z.number().nullable(),
  /** True: it is being compared with the LMS, now or within seconds. */
  comparing: z.boolean().optional(),
});
export type GradeLine = z.infer<typeof GradeLine>;

const StepState = z.enum(['done', 'now', 'ahead']);

export const MapModule = z.strictObject({
  key: Id,
  attemptId: Id,
  position: z.number().int().min(1),
  title: z.string(),
  kind: z.string(),
  minutes: z.number().int(),
  minutesLeft: z.number().int(),
  state: z.enum(ATTEMPT_STATES),
  /** The lowest level over the criteria of an approved module. */
  level: LevelName.nullable(),
  /** The module that must be approved first; the page still opens read-only. */
  opensAfter: z.strictObject({ position: z.number().int(), title: z.string() }).nullable(),
  steps: z.array(z.strictObject({ step: Step, state: StepState })),
  draftSavedAt: Instant.nullable(),
  grades: z.array(GradeLine),
});
export type MapModule = z.infer<typeof MapModule>;

export const Run = z.strictObject({
  id: Id,
  title: z.string(),
  state: z.enum(RUN_STATES),
  submitBy: Instant.nullable(),
  reviewBy: Instant.nullable(),
});
export type Run = z.infer<typeof Run>;

export const EarnedAward = z.strictObject({
  id: Id,
  moduleKey: Id,
  achievement: z.string(),
  strand: Strand,
  badgeLevel: z.number().int(),
  awardedAt: Instant,
});
export type EarnedAward = z.infer<typeof EarnedAward>;

export const PathwayMap = z.strictObject({
  enrolmentId: Id,
  state: z.enum(ENROLMENT_STATES),
  run: Run,
  /** The open run to go to, if this one is archived. */
  currentEnrolmentId: Id.nullable(),
  pathway: z.strictObject({
    key: Id,
    title: z.string(),
    vision: z.string(),
    strand: Strand,
    version: z.number().int(),
  }),
  modules: z.array(MapModule),
  approved: z.number().int(),
  minutesLeft: z.number().int(),
  week: z.strictObject({ usedMinutes: z.number().int(), limitMinutes: z.number().int() }),
  awards: z.array(EarnedAward),
  /** The grade column of a link that shows the whole pathway. */
  grades: z.array(GradeLine),
});
export type PathwayMap = z.infer<typeof PathwayMap>;

/** A pathway as people who design or run it see it: what participants get, and nobody's work. */
export const PathwayPreview = z.strictObject({
  pathway: PathwayMap.shape.pathway,
  /** The open run; null before the first participant came. */
  run: Run.nullable(),
  modules: z.array(
    MapModule.pick({ key: true, position: true, title: true, kind: true, minutes: true, opensAfter: true }),
  ),
  /** The module at which the link starts for participants; null: at the map. */
  beginsAt: Id.nullable(),
  /** Work of the caller that was begun here in an earlier role. */
  ownEnrolmentId: Id.nullable(),
});
export type PathwayPreview = z.infer<typeof PathwayPreview>;

export const ModulePreview = z.strictObject({
  pathway: PathwayMap.shape.pathway,
  run: Run.nullable(),
  position: MapModule.shape.position,
  opensAfter: MapModule.shape.opensAfter,
  module: ModuleContent,
});
export type ModulePreview = z.infer<typeof ModulePreview>;

const seesPreview = ['designer', 'reviewer', 'admin'] as const;
export const pathwayEndpoints = {
  /** Enrols the caller in what the launched link shows; a repeat finds the same work. */
  open: endpoint({
    method: 'post',
    repeats: 'found',
    path: '/enrolments/open',
    summary: 'Open what this link shows',
    who: ['participant'],
    body: Empty,
    reply: z.strictObject({ enrolmentId: Id, attemptId: Id.nullable() }),
  }),
  map: endpoint({
    method: 'get',
    path: '/enrolments/:id/map',
    summary: 'The pathway map of an own enrolment',
    who: ['participant'],
    params: IdParams,
    reply: PathwayMap,
  }),
  preview: endpoint({
    method: 'get',
    path: '/preview',
    summary: 'The pathway that this link shows, without enrolling',
    // what is published: nobody's work
    audit: false,
    who: seesPreview,
    reply: PathwayPreview,
  }),
  previewModule: endpoint({
    method: 'get',
    path: '/preview/modules/:moduleKey',
    summary: 'A module of that pathway, to read',
    audit: false,
    who: seesPreview,
    params: z.strictObject({ moduleKey: Id }),
    reply: ModulePreview,
  }),
} as const;
