/**
 * Every state machine with its transition table. Services change the state of a document only through `mayMove`, in a conditional
 * write that names the previous state.
 */
export type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

/** True if the table allows `from` to become `to`. */
export function mayMove<S extends string>(table: Transitions<S>, from: S, to: S): boolean {
  return table[from].includes(to);
}

/** The states from which `to` can be reached in one step: the filter of a conditional write. */
export function statesBefore<S extends string>(table: Transitions<S>, to: S): S[] {
  return (Object.keys(table) as S[]).filter((from) => table[from].includes(to));
}

export const ENROLMENT_STATES = ['active', 'completed', 'withdrawn'] as const;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];
export const ENROLMENT: Transitions<EnrolmentState> = {
  active: ['completed', 'withdrawn'],
  completed: [],
  withdrawn: ['active'],
};

/** An attempt is all of a person's work on a module; a round is one try within it. */
export const ATTEMPT_STATES = [
  'not_started',
  'in_progress',
  'submitted',
  'in_review',
  'returned',
  'approved',
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];
export const ATTEMPT: Transitions<AttemptState> = {
  not_started: ['in_progress'],
  in_progress: ['submitted'],
  // taken back before a reviewer started: back to the start of the round
  submitted: ['in_progress', 'returned', 'in_review'],
  // submitted again: its reviewer put it back into the queue
  in_review: ['submitted', 'returned', 'approved'],
  returned: ['submitted'],
  approved: [],
};
/** States in which the teacher may write. */
export const ATTEMPT_WRITABLE: readonly AttemptState[] = ['not_started', 'in_progress', 'returned'];

/** The life of a review: one per submission. */
export const REVIEW_STATES = ['open', 'started', 'returning', 'approved', 'returned', 'taken_back'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
export const REVIEW: Transitions<ReviewState> = {
  open: ['started', 'taken_back'],
  // a reviewer may put it back into the queue
  started: ['approved', 'returning', 'open'],
  // for some seconds its reviewer may undo the return; then it goes to its author
  returning: ['returned', 'started'],
  approved: [],
  returned: [],
  taken_back: [],
};

export const ARTIFACT_STATES = ['uploading', 'checking', 'ready', 'refused', 'quarantined'] as const;
export type ArtifactState = (typeof ARTIFACT_STATES)[number];
export const ARTIFACT: Transitions<ArtifactState> = {
  uploading: ['checking', 'refused'],
  checking: ['ready', 'refused', 'quarantined'],
  ready: ['quarantined'],
  refused: [],
  quarantined: [],
};

export const RUN_STATES = ['open', 'archived'] as const;
export type RunState = (typeof RUN_STATES)[number];
export const RUN: Transitions<RunState> = { open: ['archived'], archived: [] };

export const DEPLOYMENT_STATES = ['pending', 'approved', 'disabled'] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];
export const DEPLOYMENT: Transitions<DeploymentState> = {
  pending: ['approved', 'disabled'],
  approved: ['disabled'],
  disabled: ['approved'],
};

/**
 * The states of a delivery, one for each line item and person. `queued`: due now or at `nextAt`. `sending`: leased by a worker.
 * `accepted`: the LMS has it. `waiting`: backing off after a temporary error. `held`: a person must choose or repair (the reason
 * says what). `closed`: nothing more will be sent.
 */
export const DELIVERY_STATES = ['queued', 'sending', 'accepted', 'waiting', 'held', 'closed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export const DELIVERY: Transitions<DeliveryState> = {
  queued: ['sending', 'closed'],
  // taken over by another worker when the lease has ended; closed if its link turned out to have no grade
  sending: ['accepted', 'waiting', 'held', 'queued', 'sending', 'closed'],
  accepted: ['queued', 'held', 'closed'],
  waiting: ['sending', 'queued', 'closed'],
  held: ['queued', 'accepted', 'closed'],
  closed: ['queued'],
};

/**
 * The life of an observation. `draft`: the lesson is over and its observer works on the notes. `reflected`: the observed teacher has
 * answered. Nobody needs a reason to decline or cancel.
 */
export const OBSERVATION_STATES = [
  'requested',
  'declined',
  'scheduled',
  'observing',
  'draft',
  'shared',
  'reflected',
  'action_open',
  'closed',
  'cancelled',
] as const;
export type ObservationState = (typeof OBSERVATION_STATES)[number];
export const OBSERVATION: Transitions<ObservationState> = {
  // other times are proposed, or another observer is asked
  requested: ['requested', 'scheduled', 'declined', 'cancelled'],
  declined: ['requested', 'cancelled'],
  // moved, not held, handed over: a time is looked for again
  scheduled: ['observing', 'requested', 'declined', 'cancelled'],
  observing: ['draft', 'cancelled'],
  draft: ['shared', 'cancelled'],
  // lines that came later are shared once more
  shared: ['shared', 'reflected'],
  reflected: ['action_open', 'closed'],
  action_open: ['closed'],
  closed: [],
  cancelled: [],
};

/** The reason for a delivery's state; each has its plain text in the client. */
export const DELIVERY_REASONS = [
  'none',
  'lms_silent',
  'token_refused',
  'scope_missing',
  'column_gone',
  'column_missing',
  'not_gradable',
  'person_left',
  'course_ended',
  'attempts_used_up',
  'newer_is_there',
  'changed_in_lms',
  'cleared_in_lms',
  'refused',
  'lms_error',
  'locked_in_lms',
  'test_user',
  'closed_by_admin',
] as const;
export type DeliveryReason = (typeof DELIVERY_REASONS)[number];
