import type { BodyOf } from '../../../contract/endpoint.ts';
import type { attemptEndpoints } from '../../../contract/attempts.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import {
  concurrentChange,
  getWritableAttempt,
  requireChangeable,
  updateLinks,
  type LinkDoc,
  type WritableAttempt,
} from '../enrolments/attempts.service.ts';

function getLink({ attempt }: WritableAttempt, linkId: string): LinkDoc {
  const link = attempt.links.find((candidate) => candidate.id === linkId);
  if (!link) throw notFound('This link');
  return link;
}

/**
 * Renames the caller's own link, or changes its purpose and criteria, for the next submission: existing submissions keep what
 * they froze.
 *
 * @param change  omitted fields stay unchanged
 * @throws {AppError} NOT_FOUND; PIECE_LOCKED; VALIDATION_FAILED for criteria or a requirement of another module
 */
export async function changeLink(
  session: LiveSession,
  where: { id: string; linkId: string },
  change: BodyOf<typeof attemptEndpoints.changeLink>,
): Promise<LinkDoc> {
  const writable = await getWritableAttempt(session, where.id);
  const link = getLink(writable, where.linkId);
  const { name = link.name, criteria = link.criteria, requirementKey = link.requirementKey } = change;
  const { attempt, module } = writable;
  requireChangeable(attempt, module.content, { before: link.criteria, after: criteria, requirementKey });
  const set = {
    'links.$.name': name,
    'links.$.criteria': criteria,
    'links.$.requirementKey': requirementKey,
  };
  if (!(await updateLinks(attempt, { 'links.id': link.id }, { $set: set }))) throw concurrentChange();
  return { ...link, name, criteria, requirementKey };
}

/**
 * Removes the caller's own link from the next submission, whatever it is evidence for: nobody has to submit it again. Existing
 * submissions keep what they froze.
 *
 * @throws {AppError} NOT_FOUND, PIECE_LOCKED
 */
export async function removeLink(session: LiveSession, attemptId: string, linkId: string): Promise<void> {
  const writable = await getWritableAttempt(session, attemptId);
  getLink(writable, linkId);
  const removed = await updateLinks(writable.attempt, {}, { $pull: { links: { id: linkId } } });
  if (!removed) throw concurrentChange();
}
