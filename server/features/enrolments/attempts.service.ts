import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { CHANGE_NOTE, type PieceKey } from '../../../contract/attempts.ts';
import { rankOf, type LevelKey, type Scale } from '../../../contract/content.ts';
import {
  promptsOf,
  requirementsOf,
  type UnrolledModule,
  type UnrolledStepKey,
} from '../../../contract/cycles.ts';
import { ATTEMPT, ATTEMPT_WRITABLE, statesBefore, type AttemptState } from '../../../contract/states.ts';
import { readTogether } from '../../combinedRead.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { getVersion, listModules, type ModuleRead } from '../catalog/catalog.service.ts';
import type { RunRead } from '../catalog/runs.service.ts';
import { AttemptModel, type AttemptDoc, type LinkDoc } from './attempt.model.ts';
import type { EnrolmentDoc } from './enrolment.model.ts';
import { getRuleFacts, isOpen } from './ruleFacts.service.ts';
import { attemptInPlacePart, type AttemptInPlace, type Neighbour } from './enrolments.service.ts';

export type { AttemptDoc, LinkDoc } from './attempt.model.ts';

const LINKS_MAX = 20;

/** The caller's own attempt. @throws {AppError} NOT_FOUND, for another person's too */
export async function getOwnAttempt(session: LiveSession, attemptId: string): Promise<AttemptDoc> {
  const { institutionId, personId } = session;
  const attempt = await AttemptModel.findOne({ institutionId, _id: attemptId, personId }).lean();
  if (!attempt) throw notFound('This module');
  return attempt;
}

/** Any attempt of the institution: only for code that has checked the right to it in another way. */
export async function getAttempt(
  institutionId: string,
  attemptId: string,
  tx?: ClientSession,
): Promise<AttemptDoc> {
  const attempt = await AttemptModel.findOne({ institutionId, _id: attemptId })
    .session(tx ?? null)
    .lean();
  if (!attempt) throw notFound('This module');
  return attempt;
}

/** An attempt and its context, as found by `attemptInPlacePart`. @throws {AppError} NOT_FOUND if it found none */
export function requireFoundAttempt(found: AttemptInPlace | undefined): {
  attempt: AttemptDoc;
  enrolment: EnrolmentDoc;
  run: RunRead;
  neighbours: Neighbour[];
} {
  if (!found) throw notFound('This module');
  const { enrolment: enrolments, run: runs, neighbours, ...attempt } = found;
  const [[enrolment], [run]] = [enrolments, runs];
  if (!enrolment) throw notFound('This pathway');
  if (!run) throw notFound('This round');
  return { attempt, enrolment, run, neighbours };
}

/** True if this round reopens a piece that is evidence for `criteria`; in the first round all are open. */
export function coversOpenPiece(
  attempt: { readonly openCriteria: readonly string[] | null },
  criteria: readonly string[],
): boolean {
  return attempt.openCriteria === null || criteria.some((key) => attempt.openCriteria?.includes(key));
}

/** Pieces of the module that this round does not reopen. */
export function lockedPieces(attempt: Pick<AttemptDoc, 'openCriteria'>, module: UnrolledModule): PieceKey[] {
  return promptsOf(module)
    .filter((prompt) => !coversOpenPiece(attempt, prompt.criteria))
    .map((prompt) => prompt.key);
}

/** The caller's own attempt with its module, ready to be written to. */
export interface WritableAttempt {
  attempt: AttemptDoc;
  module: ModuleRead;
  enrolment: EnrolmentDoc;
}

/** @throws {AppError} PIECE_LOCKED if the version does not have the module, or the person moved to another one just now */
function requireModule(attempt: AttemptDoc, modules: readonly ModuleRead[]): ModuleRead {
  const module = modules.find(({ key }) => key === attempt.moduleKey);
  if (!module)
    throw new AppError(
      'PIECE_LOCKED',
      'This module is not part of the version that you work on now. You can read what you did; nothing is added to it.',
    );
  if (module._id !== attempt.moduleId) throw concurrentChange();
  return module;
}

/**
 * The check before every write to the caller's own work.
 *
 * @throws {AppError} NOT_FOUND, PIECE_LOCKED (submitted, in review, approved), RUN_ARCHIVED or MODULE_LOCKED
 */
export async function getWritableAttempt(session: LiveSession, attemptId: string): Promise<WritableAttempt> {
  const { own } = await readTogether({ own: attemptInPlacePart(session, attemptId) });
  const { attempt, enrolment, run, neighbours } = requireFoundAttempt(own[0]);
  if (!ATTEMPT_WRITABLE.includes(attempt.state)) {
    throw new AppError(
      'PIECE_LOCKED',
      'This has been submitted and stays as it is. Withdraw it first, if you still can.',
    );
  }
  const { institutionId } = session;
  const [modules, version] = await Promise.all([
    listModules(institutionId, enrolment.versionId),
    getVersion(institutionId, enrolment.versionId),
  ]);
  const module = requireModule(attempt, modules);
  if (run.state === 'archived') {
    throw new AppError(
      'RUN_ARCHIVED',
      'This is from an earlier run of the pathway. You can read everything; new work goes into the current run.',
    );
  }
  if (!isOpen(module, await getRuleFacts(enrolment, version, neighbours))) {
    throw new AppError('MODULE_LOCKED', 'This module is not open yet. Its page says what comes before it.');
  }
  return { attempt, module, enrolment };
}

/** Marks that work has begun; does nothing if it has. */
export async function beginAttempt(
  { clock }: Pick<Deps, 'clock'>,
  attempt: AttemptDoc,
  tx?: ClientSession,
): Promise<void> {
  if (attempt.state !== 'not_started') return;
  const set = { changedAt: clock.now() };
  await moveAttempt(attempt, { to: 'in_progress', set, when: { state: 'not_started' } }, tx);
}

/** @throws {AppError} VALIDATION_FAILED if a criterion or the requirement does not belong to the module */
export function requireCriteria(
  module: UnrolledModule,
  criteria: readonly string[],
  requirementKey: string | null = null,
): void {
  if (requirementKey !== null && !requirementsOf(module).some(({ key }) => key === requirementKey)) {
    throw new AppError('VALIDATION_FAILED', 'Choose something that this module asks for.', {
      fields: [{ path: 'body.requirementKey', message: 'not asked for by this module' }],
    });
  }
  const known = new Set(module.criteria.map((criterion) => criterion.key));
  if (criteria.every((key) => known.has(key))) return;
  throw new AppError('VALIDATION_FAILED', 'Choose criteria of this module.', {
    fields: [{ path: 'body.criteria', message: 'not a criterion of this module' }],
  });
}

/**
 * The rule for changing what a file or link is evidence for. It may keep or lose anything it was evidence for before, settled or
 * not, so that nobody has to submit it again; newly it may only get what is open in this round.
 *
 * @throws {AppError} VALIDATION_FAILED for criteria or a requirement of another module; PIECE_LOCKED
 */
export function requireChangeable(
  attempt: AttemptDoc,
  module: UnrolledModule,
  change: { before: readonly string[]; after: readonly string[]; requirementKey: string | null },
): void {
  const { before, after, requirementKey } = change;
  requireCriteria(module, after, requirementKey);
  const added = after.filter((key) => !before.includes(key));
  if (added.every((key) => coversOpenPiece(attempt, [key]))) return;
  throw new AppError('PIECE_LOCKED', 'Choose a criterion that is open for revision.');
}

/** Finds the prompt of a piece key. @throws {AppError} NOT_FOUND or PIECE_LOCKED */
export function requireOpenPiece(attempt: AttemptDoc, module: UnrolledModule, pieceKey: PieceKey): void {
  if (pieceKey === CHANGE_NOTE) {
    if (attempt.round > 1) return;
    throw new AppError(
      'PIECE_LOCKED',
      'You are asked what you changed only after a reviewer has returned your work.',
    );
  }
  const prompt = promptsOf(module).find((candidate) => candidate.key === pieceKey);
  if (!prompt) throw notFound('This question');
  if (!coversOpenPiece(attempt, prompt.criteria)) {
    throw new AppError('PIECE_LOCKED', 'This part has already been approved and stays as it is.');
  }
}

/** @throws {AppError} VALIDATION_FAILED, naming the levels that there are, if one does not belong to the scale */
export function requireLevels(scale: Scale, levels: readonly LevelKey[], path: string): void {
  if (levels.every((level) => rankOf(scale, level) > 0)) return;
  const names = scale.levels.map(({ name }) => name).join(', ');
  throw new AppError('VALIDATION_FAILED', `Choose one of the levels of this rubric: ${names}.`, {
    fields: [{ path, message: 'not a level of this rubric' }],
  });
}

/**
 * The teacher's current self-assessment on a criterion; null removes it.
 *
 * @throws {AppError} VALIDATION_FAILED for a criterion or level that the module lacks, and as `getWritableAttempt`
 */
export async function setSelfLevel(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  attemptId: string,
  mark: { criterionKey: string; level: LevelKey | null },
): Promise<void> {
  const { attempt, module } = await getWritableAttempt(session, attemptId);
  requireCriteria(module.content, [mark.criterionKey]);
  if (mark.level !== null) requireLevels(module.content.scale, [mark.level], 'body.level');
  const which = { institutionId: attempt.institutionId, _id: attempt._id };
  const { criterionKey, level } = mark;
  await AttemptModel.updateOne(which, { $pull: { selfLevels: { criterionKey } } });
  if (level) {
    await AttemptModel.updateOne(
      { ...which, 'selfLevels.criterionKey': { $ne: criterionKey } },
      { $push: { selfLevels: { criterionKey, level, at: deps.clock.now() } } },
    );
  }
  await beginAttempt(deps, attempt);
}

/**
 * Marks a step of the module as done, or not; what the map's bars and the week's minutes are made of.
 *
 * @throws {AppError} VALIDATION_FAILED for a step that the module lacks, and as `getWritableAttempt`
 */
export async function setStep(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  attemptId: string,
  mark: { step: UnrolledStepKey; done: boolean },
): Promise<void> {
  const { attempt, module } = await getWritableAttempt(session, attemptId);
  if (!module.content.steps.some(({ key }) => key === mark.step)) {
    throw new AppError('VALIDATION_FAILED', 'Choose a step of this module.', {
      fields: [{ path: 'params.step', message: 'not a step of this module' }],
    });
  }
  const which = { institutionId: attempt.institutionId, _id: attempt._id };
  if (mark.done) {
    await AttemptModel.updateOne(
      { ...which, 'stepsDone.step': { $ne: mark.step } },
      { $push: { stepsDone: { step: mark.step, at: deps.clock.now() } } },
    );
    await beginAttempt(deps, attempt);
  } else {
    await AttemptModel.updateOne(which, { $pull: { stepsDone: { step: mark.step } } });
  }
}

const LINKS_LEFT = { [`links.${LINKS_MAX - 1}`]: { $exists: false } };

/**
 * Changes an attempt's links, as long as its round has not been submitted since it was read.
 *
 * @returns false if it was, or if `filter` does not match
 */
export async function updateLinks(
  { institutionId, _id, round, moduleId }: AttemptDoc,
  filter: Record<string, unknown>,
  update: Record<string, unknown>,
  tx?: ClientSession,
): Promise<boolean> {
  const asRead = { institutionId, _id, round, moduleId, state: { $in: ATTEMPT_WRITABLE } };
  const inSession = tx ? { session: tx } : {};
  const changed = await AttemptModel.updateOne({ ...asRead, ...filter }, update, inSession);
  return changed.matchedCount === 1;
}

/** For a conditional write that found the attempt in another state than the one that was read. */
export function concurrentChange(): AppError {
  return new AppError(
    'PIECE_LOCKED',
    'This was just submitted or changed from another window. Please look again.',
  );
}

/** Adds a link. @throws {AppError} ARTIFACT_LIMIT beyond 20, PIECE_LOCKED if it is evidence for no open criterion */
export async function addLink(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  attemptId: string,
  input: Omit<LinkDoc, 'id' | 'addedAt'>,
): Promise<LinkDoc> {
  const { attempt, module } = await getWritableAttempt(session, attemptId);
  requireCriteria(module.content, input.criteria, input.requirementKey);
  if (!coversOpenPiece(attempt, input.criteria)) {
    throw new AppError('PIECE_LOCKED', 'Choose a criterion that is open for revision.');
  }
  const link: LinkDoc = { id: randomUUID(), ...input, addedAt: deps.clock.now() };
  return inTransaction(async (tx) => {
    if (!(await updateLinks(attempt, LINKS_LEFT, { $push: { links: link } }, tx))) {
      const { links } = await getOwnAttempt(session, attemptId);
      if (links.length < LINKS_MAX) throw concurrentChange();
      throw new AppError('ARTIFACT_LIMIT', `A module holds at most ${LINKS_MAX} links.`);
    }
    await beginAttempt(deps, attempt, tx);
    return link;
  });
}

/** A change of state with the fields that change with it. */
export interface AttemptMove {
  to: AttemptState;
  set?: Partial<Omit<AttemptDoc, '_id' | 'institutionId'>>;
  /** Narrows the states it may leave, and what must still hold. */
  when?: { state?: AttemptState; submissionId?: string; round?: number; moduleId?: string };
}

/**
 * Changes an attempt's state by the table in `contract/states.ts`, only from a state that allows it; false if another request was
 * first.
 */
export async function moveAttempt(
  attempt: AttemptDoc,
  move: AttemptMove,
  tx?: ClientSession,
): Promise<boolean> {
  const { institutionId, _id } = attempt;
  const { state: from, ...narrowed } = move.when ?? {};
  const froms = statesBefore(ATTEMPT, move.to).filter((state) => from === undefined || state === from);
  const moved = await AttemptModel.updateOne(
    { institutionId, _id, state: { $in: froms }, ...narrowed },
    { $set: { state: move.to, ...move.set } },
    { ...(tx ? { session: tx } : {}) },
  );
  return moved.modifiedCount === 1;
}
