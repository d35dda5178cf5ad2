import { z } from 'zod';
import { Done, Empty, Id, IdParams, Instant } from './common.ts';
import { ReviewedBy, ShownLevel, Strand } from './content.ts';
import { UnrolledModule, UnrolledStep } from './cycles.ts';
import { endpoint } from './endpoint.ts';
import { OpensAfter } from './rules.ts';
import { ATTEMPT_STATES, ENROLMENT_STATES, RUN_STATES } from './states.ts';
import { MoveToVersion, NewerVersion } from './versions.ts';

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

/** Why a module is not asked of somebody: it belongs to tracks that they have not chosen, or they hold a badge that counts for it. */
const NotAsked = z.discriminatedUnion('why', [
  /** Titles of the tracks; empty if it takes more than one of them. */
  z.strictObject({ why: z.literal('track'), tracks: z.array(z.string()) }),
  z.strictObject({ why: z.literal('held'), title: z.string() }),
  z.strictObject({ why: z.literal('enough') }),
]);

export const MapModule = z.strictObject({
  key: Id,
  attemptId: Id,
  position: z.number().int().min(1),
  title: z.string(),
  /** "Explore", "Try in class": the designer's word for it. */
  label: z.string(),
  minutes: z.number().int(),
  minutesLeft: z.number().int(),
  state: z.enum(ATTEMPT_STATES),
  reviewedBy: ReviewedBy,
  /** The lowest level over the criteria of an approved module. */
  level: ShownLevel.nullable(),
  /** What is missing before work on it may begin; null once it is open. The page still opens read-only. */
  opensAfter: OpensAfter.nullable(),
  /** Null: it is asked. What is not asked counts neither as missing nor in the minutes that are left. */
  notAsked: NotAsked.nullable(),
  steps: z.array(
    UnrolledStep.pick({ key: true, kind: true, title: true, cycle: true }).extend({ state: StepState }),
  ),
  draftSavedAt: Instant.nullable(),
  grades: z.array(GradeLine),
});
export type MapModule = z.infer<typeof MapModule>;

const FormerModule = MapModule.pick({
  key: true,
  attemptId: true,
  title: true,
  state: true,
  level: true,
});

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
  achievementKey: Id,
  /** Null: it is the badge of the whole pathway. */
  moduleKey: Id.nullable(),
  achievement: z.string(),
  strand: Strand,
  badgeLevel: z.number().int(),
  awardedAt: Instant,
});
export type EarnedAward = z.infer<typeof EarnedAward>;

/** Modules that a person may choose together. */
export const MapTrack = z.strictObject({
  key: Id,
  title: z.string(),
  summary: z.string(),
  chosen: z.boolean(),
  /** Titles of the modules that it adds to what is chosen besides, in their order, and their minutes. */
  adds: z.array(z.string()),
  minutes: z.number().int(),
});
export type MapTrack = z.infer<typeof MapTrack>;

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
  tracks: z.array(MapTrack),
  /** Work on modules that the person's version does not have any more: it can be read. */
  former: z.array(FormerModule),
  /** The newest version that is offered to this person; null if it is theirs, or they can't move. */
  newerVersion: z.number().int().nullable(),
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
    MapModule.pick({ key: true, position: true, title: true, label: true, minutes: true, opensAfter: true }),
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
  module: UnrolledModule,
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
  /** One track at a time: two windows never undo each other's choice of another one. */
  chooseTrack: endpoint({
    method: 'put',
    path: '/enrolments/:id/tracks',
    summary: 'Choose a track of the pathway or leave it',
    who: ['participant'],
    params: IdParams,
    body: z.strictObject({ track: Id, chosen: z.boolean() }),
    reply: Done,
  }),
  newer: endpoint({
    method: 'get',
    path: '/enrolments/:id/newer',
    summary:
      'The newer version that is offered on an own enrolment: what it changes, and what becomes of the work',
    who: ['participant'],
    params: IdParams,
    reply: NewerVersion,
  }),
  /** Refused with VERSION_CHANGED if the person works on another version than `from`, or another than `to` is offered. */
  move: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/enrolments/:id/version',
    summary: 'Move an own enrolment to the version that is offered',
    who: ['participant'],
    params: IdParams,
    body: MoveToVersion,
    reply: Done,
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
