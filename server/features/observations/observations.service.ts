import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type {
  ObservationAction,
  ObservationRow,
  RequestObservation,
  Slot,
} from '../../../contract/observations.ts';
import type { ObservationState } from '../../../contract/states.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { afterTimeCursor, toTimeCursor } from '../../timeCursor.ts';
import { appendAudit } from '../audit/audit.service.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { ObservationModel, type ObservationDoc, type SlotDoc } from './observation.model.ts';
import { requireMayObserve } from './observers.service.ts';
import { toFacts } from './release.service.ts';
import { ObservationNotesModel, ObservationTextModel } from './sealed.model.ts';
import { beginSealing } from './sealing.ts';
import { partyOf, refusalOf, STEPS, type Party } from './steps.ts';

type Service = Pick<Deps, 'sealer' | 'clock'>;

const toSlotDoc = ({ from, until }: Slot): SlotDoc => ({ from: new Date(from), until: new Date(until) });

/** The course that somebody works in. @throws {AppError} FORBIDDEN */
function requireCourse({ contextId, takesPart, practice }: LiveSession): string {
  if (contextId !== null && takesPart && !practice) return contextId;
  throw new AppError('FORBIDDEN', 'Open the link in a course that you take part in to ask for a visit.');
}

/**
 * Asks a colleague for a visit.
 *
 * @throws {AppError} OBSERVER_REFUSED; FORBIDDEN outside of a course
 */
export async function requestObservation(
  deps: Service,
  session: LiveSession,
  input: RequestObservation,
): Promise<{ id: string }> {
  const { institutionId, personId } = session;
  const contextId = requireCourse(session);
  await requireMayObserve(session, input.observerId);
  const observationId = randomUUID();
  const sealing = await beginSealing(deps, { institutionId, observationId });
  const { focus, classContext, observerId, visibility, slots } = input;
  const now = deps.clock.now();
  const observation: ObservationDoc = {
    _id: observationId,
    ...{ institutionId, contextId, visibility },
    form: null,
    observedId: personId,
    observerIds: [observerId],
    state: 'requested',
    revision: 1,
    slots: slots.map(toSlotDoc),
    proposedBy: 'observed',
    slot: null,
    calendarSlot: null,
    calendarSequence: 0,
    startedAt: null,
    shares: [],
    sharedAt: null,
    withdrawnAt: null,
    createdAt: now,
    changedAt: now,
  };
  return inTransaction(async (tx) => {
    await sealing.store(tx);
    await ObservationModel.create([observation], { session: tx });
    const text = { institutionId, observationId, part: 'request' as const, revision: 1, savedAt: now };
    const sealed = sealing.seal('request', { focus, classContext });
    await ObservationTextModel.create([{ _id: randomUUID(), ...text, sealed, savedBy: personId }], {
      session: tx,
    });
    return { id: observationId };
  });
}

/** What a step sets besides state, revision and time. */
type Changes = Readonly<Record<string, unknown>>;
interface Taking {
  observation: ObservationDoc;
  party: Party;
  session: LiveSession;
}

/** Nobody's time is agreed on any more: whoever has it in their calendar learns it. */
const OPEN_AGAIN = { slot: null, calendarSequence: { $add: ['$calendarSequence', 1] } };

function proposing({ party }: Taking, slots: readonly Slot[]): Changes {
  return { ...OPEN_AGAIN, slots: slots.map(toSlotDoc), proposedBy: party };
}

function accepting({ observation }: Taking, { from, until }: Slot): Changes {
  const slot = observation.slots.find(
    (one) =>
      one.from.toISOString() === new Date(from).toISOString() && one.until.getTime() === Date.parse(until),
  );
  if (!slot) throw new AppError('VALIDATION_FAILED', 'Choose one of the times that were proposed.');
  return { slot, calendarSlot: slot, calendarSequence: OPEN_AGAIN.calendarSequence };
}

/** Shows all that the observer has saved so far. */
async function sharing({ observation, session }: Taking, tx: ClientSession): Promise<Changes> {
  const { institutionId, personId: observerId } = session;
  const own = { institutionId, observationId: observation._id, observerId };
  const last = await ObservationNotesModel.findOne(own, { n: 1 }).sort({ n: -1 }).session(tx).lean();
  const others = observation.shares.filter((share) => share.observerId !== observerId);
  return {
    shares: [...others, { observerId, through: last?.n ?? 0 }],
    sharedAt: { $ifNull: ['$sharedAt', '$$NOW'] },
  };
}

const NOBODY = { mentor: false, cohort: false };

async function changesOf(taking: Taking, step: ObservationAction, tx: ClientSession): Promise<Changes> {
  switch (step.action) {
    case 'accept':
      return accepting(taking, step.slot);
    case 'propose':
    case 'not_held':
      return proposing(taking, step.slots);
    case 'decline':
    case 'cancel':
      return OPEN_AGAIN;
    case 'hand_over':
      return { ...OPEN_AGAIN, observerIds: [step.observerId], proposedBy: 'observed' };
    case 'begin':
      return { startedAt: { $subtract: ['$$NOW', step.elapsedMs] } };
    case 'share':
      return sharing(taking, tx);
    case 'show':
      return { visibility: step.visibility };
    case 'withdraw':
      return { visibility: NOBODY, withdrawnAt: '$$NOW' };
    default:
      return {};
  }
}

const changed = (): AppError =>
  new AppError('OBSERVATION_CHANGED', 'Somebody changed this meanwhile. Load it again to see how it stands.');

/** @throws {AppError} NOT_FOUND for others than the two; FORBIDDEN, CONSENT_WITHDRAWN, OBSERVATION_CHANGED */
function requireStep(
  observation: ObservationDoc | null,
  { personId }: LiveSession,
  { action }: ObservationAction,
): Party {
  const party = observation && partyOf(observation, personId);
  if (!observation || !party) throw notFound('This observation');
  switch (refusalOf(action, observation, personId)) {
    case 'forbidden':
      throw new AppError('FORBIDDEN', 'This step is the other person’s to take.');
    case 'withdrawn':
      throw new AppError(
        'CONSENT_WITHDRAWN',
        'The teacher has taken back their consent to this observation.',
      );
    case 'not_now':
      throw changed();
    case null:
      return party;
  }
}

/** What is told to the audit: the observed teacher's choices about who may read, without a word of what is written. */
const AUDITED: Partial<Record<ObservationAction['action'], string>> = {
  show: 'observation.shown',
  withdraw: 'observation.withdrawn',
};

async function auditStep(
  deps: Service,
  { session, observation }: Taking,
  step: ObservationAction,
  tx: ClientSession,
): Promise<void> {
  const action = AUDITED[step.action];
  if (!action) return;
  const facts = step.action === 'show' ? { ...step.visibility } : {};
  await appendAudit(
    deps,
    session,
    { action, subject: { kind: 'observation', id: observation._id }, facts },
    tx,
  );
}

/** One step of one observation, based on how its sender saw it. */
export interface StepInput {
  id: string;
  revision: number;
  step: ObservationAction;
}

/**
 * Takes a step of the cycle. Of two people who do so at once, one succeeds.
 *
 * @throws {AppError} NOT_FOUND, FORBIDDEN, CONSENT_WITHDRAWN, VALIDATION_FAILED, OBSERVER_REFUSED; OBSERVATION_CHANGED if it was moved
 *   on since `revision`, or the step is not possible in its state
 */
export async function takeStep(
  deps: Service,
  session: LiveSession,
  { id, revision, step }: StepInput,
): Promise<{ state: ObservationState; revision: number }> {
  const { institutionId } = session;
  return inTransaction(async (tx) => {
    const observation = await ObservationModel.findOne({ institutionId, _id: id }).session(tx).lean();
    const party = requireStep(observation, session, step);
    if (!observation || observation.revision !== revision) throw changed();
    if (step.action === 'hand_over') await requireMayObserve(session, step.observerId);
    const taking: Taking = { observation, party, session };
    const { from, to } = STEPS[step.action];
    const set = {
      ...(await changesOf(taking, step, tx)),
      ...(to === null ? {} : { state: to }),
      revision: revision + 1,
      changedAt: '$$NOW',
    };
    const moved = await ObservationModel.findOneAndUpdate(
      { institutionId, _id: id, revision, state: { $in: from } },
      [{ $set: set }],
      { updatePipeline: true, returnDocument: 'after', session: tx },
    ).lean();
    if (!moved) throw changed();
    await auditStep(deps, taking, step, tx);
    return { state: moved.state, revision: moved.revision };
  });
}

const PAGE = 50;

/** One page of the caller's observations, those that changed last first. */
export async function listObservations(
  { institutionId, personId }: LiveSession,
  { as, cursor }: { as: Party; cursor?: string | undefined },
): Promise<{ rows: ObservationRow[]; next: string | null }> {
  const whose = as === 'observed' ? { observedId: personId } : { observerIds: personId };
  const found = await ObservationModel.find({
    institutionId,
    ...whose,
    ...afterTimeCursor('changedAt', cursor),
  })
    .sort({ changedAt: -1, _id: -1 })
    .limit(PAGE + 1)
    .lean();
  const page = found.slice(0, PAGE);
  const last = found.length > PAGE ? page.at(-1) : undefined;
  const people = page.flatMap(({ observedId, observerIds }) => [observedId, ...observerIds]);
  const names = await getDisplayNames(institutionId, [...new Set(people)]);
  return {
    rows: page.map((observation) => toFacts({ observation, relation: as }, names)),
    next: last ? toTimeCursor(last.changedAt, last._id) : null,
  };
}
