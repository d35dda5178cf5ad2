import type { ClientSession } from 'mongoose';
import { isAtLeastMeets, rankOf } from '../../../contract/content.ts';
import {
  promptsOf,
  requirementsOf,
  type AskedPrompt,
  type UnrolledModule,
} from '../../../contract/cycles.ts';
import { ATTEMPT_WRITABLE } from '../../../contract/states.ts';
import { unassignArtifacts } from '../artifacts/artifactPurposes.service.ts';
import { getModule, listModules, type ModuleRead } from '../catalog/catalog.service.ts';
import type { AttemptDoc } from './attempt.model.ts';
import type { EnrolmentDoc } from './enrolment.model.ts';

type Versioned = Pick<EnrolmentDoc, 'institutionId' | 'versionId'>;

/** The module that an attempt is on, in the version that its work belongs to. @throws {AppError} NOT_FOUND */
export async function getModuleOf(
  { institutionId, versionId }: Versioned,
  attempt: Pick<AttemptDoc, 'moduleId' | 'versionId'>,
): Promise<ModuleRead> {
  return getModule(institutionId, attempt.versionId ?? versionId, attempt.moduleId);
}

/** True for work on a module that the version of its enrolment does not have: it can be read, and nothing is added to it. */
export function isFormer(attempt: Pick<AttemptDoc, 'moduleKey'>, modules: readonly ModuleRead[]): boolean {
  return !modules.some(({ key }) => key === attempt.moduleKey);
}

/** What changes on an attempt whose enrolment goes on in another version. */
export type Carried = Partial<
  Pick<AttemptDoc, 'moduleId' | 'versionId' | 'position' | 'settled' | 'openCriteria' | 'links'>
>;

/** What was settled stays so where the module still has the criterion, and its scale still says that the level is enough. */
function carryRound(
  { settled: before, openCriteria }: Pick<AttemptDoc, 'settled' | 'openCriteria'>,
  { criteria, scale }: UnrolledModule,
): Pick<AttemptDoc, 'settled' | 'openCriteria'> {
  const settled = before.filter(
    ({ criterionKey, level }) =>
      criteria.some(({ key }) => key === criterionKey) && isAtLeastMeets(scale, level),
  );
  const isOpen = (key: string): boolean => !settled.some(({ criterionKey }) => criterionKey === key);
  const open = criteria.map(({ key }) => key).filter(isOpen);
  return { settled, openCriteria: openCriteria === null ? null : open };
}

const knownTo = ({ criteria, ...module }: UnrolledModule) => ({
  criteria: new Set(criteria.map(({ key }) => key)),
  requirements: new Set(requirementsOf(module).map(({ key }) => key)),
});

/** A piece of evidence without what its module does not ask for. */
export function fitEvidence<T extends Pick<AttemptDoc['links'][number], 'criteria' | 'requirementKey'>>(
  piece: T,
  module: UnrolledModule,
): T {
  const { criteria, requirements } = knownTo(module);
  const { requirementKey } = piece;
  return {
    ...piece,
    criteria: piece.criteria.filter((key) => criteria.has(key)),
    requirementKey: requirementKey !== null && requirements.has(requirementKey) ? requirementKey : null,
  };
}

/** Self-assessed levels that a module still has a place for. The others stay stored. */
export function fitSelfLevels(
  selfLevels: AttemptDoc['selfLevels'],
  { criteria, scale }: UnrolledModule,
): AttemptDoc['selfLevels'] {
  return selfLevels.filter(
    ({ criterionKey, level }) => criteria.some(({ key }) => key === criterionKey) && rankOf(scale, level) > 0,
  );
}

/**
 * What becomes of an attempt in another version of its pathway. Work that can be written to goes on there. What is approved, or with a
 * reviewer, stays in the version that it was submitted in, and so does work on a module that the other version lacks.
 *
 * @param from  the version that the enrolment leaves
 * @param target  the module there; undefined if there is none
 */
export function toCarried(
  attempt: Pick<
    AttemptDoc,
    'state' | 'versionId' | 'position' | 'settled' | 'openCriteria' | 'links' | 'round'
  >,
  from: string,
  target: ModuleRead | undefined,
): Carried {
  if (!target || !ATTEMPT_WRITABLE.includes(attempt.state))
    return { versionId: attempt.versionId ?? from, position: target?.position ?? attempt.position };
  return {
    moduleId: target._id,
    versionId: null,
    position: target.position,
    links: attempt.links.map((link) => fitEvidence(link, target.content)),
    ...carryRound(attempt, target.content),
  };
}

/**
 * Brings work that can be written to again into the version of its enrolment, inside the transaction that opens it: after a return, or
 * once it was taken back.
 *
 * @param attempt  as it is about to be stored
 * @returns what changes on it; nothing if it is there already
 */
export async function carryIntoCurrent(
  { institutionId, versionId }: Versioned,
  attempt: AttemptDoc,
  tx: ClientSession,
): Promise<Carried> {
  const own = attempt.versionId ?? null;
  if (own === null) return {};
  const modules = await listModules(institutionId, versionId);
  const target = modules.find(({ key }) => key === attempt.moduleKey);
  const carried = toCarried(attempt, own, target);
  if (target) await unassignArtifacts({ institutionId, attemptIds: [attempt._id] }, [target.content], tx);
  return carried;
}

/** A prompt that an earlier version of this person's work asked, and that theirs does not ask any more. */
export async function findFormerPrompt(
  { institutionId, movedFrom = [] }: Pick<EnrolmentDoc, 'institutionId' | 'movedFrom'>,
  moduleKey: string,
  promptKey: string,
): Promise<AskedPrompt | null> {
  for (const { versionId } of movedFrom.toReversed()) {
    const modules = await listModules(institutionId, versionId);
    const module = modules.find(({ key }) => key === moduleKey);
    const prompt = module && promptsOf(module.content).find(({ key }) => key === promptKey);
    if (prompt) return prompt;
  }
  return null;
}
