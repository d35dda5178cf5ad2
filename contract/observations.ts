import { z } from 'zod';
import { Cursor, Id, IdParams, Instant } from './common.ts';
import { endpoint } from './endpoint.ts';
import { LESSON_MS_MAX, NOTE_BODY_BYTES, NOTE_EDITS_MAX, NoteEdit, NoteValue } from './observationNotes.ts';
import { FormRef } from './observationForms.ts';
import { OBSERVATION_STATES } from './states.ts';

/** Longest text that is written about a lesson apart from notes, in characters. */
const OBSERVATION_TEXT_MAX = 10_000;
const Text = z.string().max(OBSERVATION_TEXT_MAX);

/** When somebody could come, or does. */
export const Slot = z
  .strictObject({ from: Instant, until: Instant })
  .refine(({ from, until }) => Date.parse(until) > Date.parse(from), {
    message: 'It ends after it begins.',
    path: ['until'],
  });
export type Slot = z.infer<typeof Slot>;
const Slots = z.array(Slot).min(1).max(5);

/** Who may read it besides the observed teacher and the observer, once it is shared: the observed teacher says. */
export const Visibility = z.strictObject({ mentor: z.boolean(), cohort: z.boolean() });
export type Visibility = z.infer<typeof Visibility>;
/** Until they say otherwise: nobody. */
export const ONLY_US: Visibility = { mentor: false, cohort: false };

const LineAnswer = z.strictObject({ observerId: Id, lineId: Id, text: z.string().min(1).max(2_000) });

/** Everything that is written about a lesson besides notes, by part. All of it is stored sealed. */
export const OBSERVATION_TEXTS = {
  /** By the observed teacher, with the request. */
  request: z.strictObject({ focus: Text.min(1), classContext: Text }),
  /** By the observer, where the form rates. */
  ratings: z.strictObject({
    items: z.array(z.strictObject({ itemKey: Id, level: z.string().max(60), rationale: Text })).max(60),
  }),
  /** By the observed teacher: line by line, what they think themselves, and a right of response. */
  answers: z.strictObject({ lines: z.array(LineAnswer).max(500), reflection: Text, response: Text }),
  /** By both: what they said when they met. */
  debrief: z.strictObject({ text: Text }),
  /** By both: the one next step. */
  action: z.strictObject({ text: Text, due: z.iso.date().nullable(), followUp: Text }),
} as const;
export const ObservationPart = z.enum(['request', 'ratings', 'answers', 'debrief', 'action']);
export type ObservationPart = z.infer<typeof ObservationPart>;

const savedText = <P extends ObservationPart>(part: P) =>
  z.strictObject({
    part: z.literal(part),
    /** Counts the saves of this part. */
    revision: z.number().int().min(1),
    savedAt: Instant,
    value: OBSERVATION_TEXTS[part],
  });
export const ObservationText = z.discriminatedUnion('part', [
  savedText('request'),
  savedText('ratings'),
  savedText('answers'),
  savedText('debrief'),
  savedText('action'),
]);
export type ObservationText = z.infer<typeof ObservationText>;

/** As whom somebody reads an observation. */
export const Relation = z.enum(['observed', 'observer', 'colleague']);
export type Relation = z.infer<typeof Relation>;

const PersonRef = z.strictObject({ id: Id, name: z.string() });
const facts = {
  id: Id,
  relation: Relation,
  state: z.enum(OBSERVATION_STATES),
  observed: PersonRef,
  /** Only with their consent where it is shown to others than the two. */
  observers: z.array(PersonRef),
  slot: Slot.nullable(),
  changedAt: Instant,
};
export const ObservationRow = z.strictObject(facts);
export type ObservationRow = z.infer<typeof ObservationRow>;

/** The notes of one observer, as far as the reader may see them. */
const ShownNotes = z.strictObject({
  observerId: Id,
  lines: z.array(z.strictObject({ lineId: Id, values: z.array(NoteValue).min(1) })),
});

export const ObservationView = z.strictObject({
  ...facts,
  /** Changes with each step: what an action is based on. */
  revision: z.number().int().min(1),
  /** Null: notes without a form. */
  form: FormRef.nullable(),
  visibility: Visibility,
  /** Proposed times, and who proposed them: the other one chooses. */
  slots: z.array(Slot),
  proposedBy: z.enum(['observed', 'observer']),
  startedAt: Instant.nullable(),
  sharedAt: Instant.nullable(),
  /** True: nobody but the observed teacher reads anything of it. */
  isWithdrawn: z.boolean(),
  /** What was written, as far as the reader may see it. */
  texts: z.array(ObservationText),
  notes: z.array(ShownNotes),
});
export type ObservationView = z.infer<typeof ObservationView>;

/** A step of the cycle. Who may take it, and when, is in `STEPS` of the service. */
export const ObservationAction = z.discriminatedUnion('action', [
  /** Takes one of the times that the other one proposed. */
  z.strictObject({ action: z.literal('accept'), slot: Slot }),
  /** Proposes other times, before one was agreed on or afterwards. */
  z.strictObject({ action: z.literal('propose'), slots: Slots }),
  /** Nobody came, so times are proposed again. */
  z.strictObject({ action: z.literal('not_held'), slots: Slots }),
  z.strictObject({ action: z.literal('decline') }),
  z.strictObject({ action: z.literal('cancel') }),
  /** Asks somebody else instead. */
  z.strictObject({ action: z.literal('hand_over'), observerId: Id }),
  /** The lesson began so long ago: the device knows, whatever its clock says. */
  z.strictObject({ action: z.literal('begin'), elapsedMs: z.number().int().min(0).max(LESSON_MS_MAX) }),
  z.strictObject({ action: z.literal('finish') }),
  /** Shows the observed teacher what was noted so far. */
  z.strictObject({ action: z.literal('share') }),
  /** Shows the observer what the observed teacher wrote. */
  z.strictObject({ action: z.literal('answer') }),
  z.strictObject({ action: z.literal('agree_action') }),
  z.strictObject({ action: z.literal('close') }),
  z.strictObject({ action: z.literal('show'), visibility: Visibility }),
  /** Takes it away from everybody else at once. */
  z.strictObject({ action: z.literal('withdraw') }),
]);
export type ObservationAction = z.infer<typeof ObservationAction>;
export type ObservationActionName = ObservationAction['action'];

export const RequestObservation = z.strictObject({
  observerId: Id,
  ...OBSERVATION_TEXTS.request.shape,
  slots: Slots,
  visibility: Visibility.default(ONLY_US),
});
export type RequestObservation = z.infer<typeof RequestObservation>;

const who = ['participant'] as const;
export const observationEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/observations',
    summary: 'Observations in which the caller is observed or observes, the latest first',
    who,
    query: z.strictObject({ as: Relation.extract(['observed', 'observer']), cursor: Cursor.optional() }),
    reply: z.strictObject({ rows: z.array(ObservationRow), next: Cursor.nullable() }),
  }),
  observers: endpoint({
    method: 'get',
    path: '/observers',
    summary:
      'Colleagues of this course who could be asked for a visit, those with the fewest visits to make first',
    who,
    reply: z.strictObject({
      rows: z.array(PersonRef.extend({ open: z.number().int().min(0) }).strict()).max(200),
    }),
  }),
  request: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/observations',
    summary: 'Ask a colleague for a visit',
    who,
    status: 201,
    body: RequestObservation,
    reply: z.strictObject({ id: Id }),
  }),
  read: endpoint({
    method: 'get',
    path: '/observations/:id',
    summary: 'An observation, as far as the caller may see it',
    who,
    params: IdParams,
    reply: ObservationView,
  }),
  calendar: endpoint({
    method: 'get',
    path: '/observations/:id/calendar',
    summary:
      'The visit for a calendar (iCalendar), as it stands: a later one replaces an earlier one, and cancels it',
    who,
    params: IdParams,
    media: 'text/calendar',
    reply: z.string(),
  }),
  act: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/observations/:id/actions',
    summary: 'Take the next step of an observation',
    who,
    params: IdParams,
    /** Refused with OBSERVATION_CHANGED if somebody took a step since this revision. */
    body: z.strictObject({ revision: z.number().int().min(1), step: ObservationAction }),
    reply: z.strictObject({ state: z.enum(OBSERVATION_STATES), revision: z.number().int().min(1) }),
  }),
  saveText: endpoint({
    method: 'put',
    path: '/observations/:id/texts/:part',
    summary: 'Save what was written in a part; DRAFT_CONFLICT if somebody saved it since',
    who,
    params: z.strictObject({ id: Id, part: ObservationPart }),
    /** `value` is that of the part (`OBSERVATION_TEXTS`). */
    body: z.strictObject({ baseRevision: z.number().int().min(0), value: z.unknown() }),
    reply: z.strictObject({ revision: z.number().int().min(1), savedAt: Instant }),
  }),
  addNotes: endpoint({
    method: 'post',
    repeats: 'found',
    path: '/observations/:id/notes',
    summary: 'Add edits of own notes; those that were added before change nothing',
    who,
    params: IdParams,
    bodyBytes: NOTE_BODY_BYTES,
    body: z.strictObject({ edits: z.array(NoteEdit).min(1).max(NOTE_EDITS_MAX) }),
    /**
     * `n`: number of the batch in which they are. If it follows the last one that the device knows, the device knows everything;
     * otherwise another device of the same person has added some.
     */
    reply: z.strictObject({ n: z.number().int().min(1) }),
  }),
  notesAfter: endpoint({
    method: 'get',
    path: '/observations/:id/notes/:after',
    summary: 'Own notes after a batch, from whichever device; 0 for the first',
    who,
    params: z.strictObject({ id: Id, after: z.coerce.number().int().min(0).max(1_000_000) }),
    reply: z.strictObject({
      edits: z.array(NoteEdit),
      /** Of the last batch in it. */
      n: z.number().int().min(0),
      /** There are further ones. */
      more: z.boolean(),
      /** How long ago the lesson began, by the server's clock; null if it is not known to have begun. */
      elapsedMs: z.number().int().min(0).nullable(),
    }),
  }),
} as const;
