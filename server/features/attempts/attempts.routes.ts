import { z } from 'zod';
import { DONE } from '../../../contract/common.ts';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { LinkFacts, LinkKind, type EvidenceView } from '../../../contract/evidence.ts';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { committedRoute, NOTHING, pageRoute, route, type RouteDeps } from '../../http/route.ts';
import {
  addLink,
  getOwnAttempt,
  setStep,
  setSelfLevel,
  type LinkDoc,
} from '../enrolments/attempts.service.ts';
import { changeLink, removeLink } from './links.service.ts';
import { listVersions } from './versions.service.ts';
import { getReceipt } from './receipt.service.ts';
import { linkEvidence } from '../submissions/evidenceKinds.service.ts';
import { getOwnSubmission, listFrozenPieceIds } from '../submissions/submissions.service.ts';
import { submitAttempt, withdrawSubmission } from './submitting.service.ts';
import { getWorkspace, workspaceParts } from './attemptPage.service.ts';
import { saveAttemptDraft } from './writing.service.ts';

/** A teacher's own work: everything here belongs to the caller, or is NOT_FOUND. */
export function mountAttempts(routes: RouteDeps, deps: Deps): void {
  pageRoute(routes, attemptEndpoints.workspace, {
    reads: (who, { id }) => workspaceParts(who, id),
    reply: ({ session, params, found }) => getWorkspace(deps, session, params.id, found),
  });
  mountWriting(routes, deps);
  mountSubmitting(routes, deps);
}

const KeptLink = z.object({
  ...LinkFacts.shape,
  id: z.string(),
  kind: LinkKind.optional(),
  name: z.string(),
  criteria: z.array(z.string()),
  requirementKey: z.string().nullable(),
  addedAt: z.date(),
});

function mountWriting(routes: RouteDeps, deps: Deps): void {
  const {
    saveDraft,
    draftVersions,
    setSelfLevel: level,
    setStep: step,
    addLink: add,
    changeLink: change,
    removeLink: remove,
  } = attemptEndpoints;
  route(routes, saveDraft, ({ session, params, body }) => saveAttemptDraft(deps, session, params, body));
  route(routes, draftVersions, async ({ session, params, query }) => {
    const { institutionId, personId } = session;
    const attempt = await getOwnAttempt(session, params.id);
    const place = { institutionId, personId, subjectId: attempt._id, pieceKey: params.pieceKey };
    return listVersions(place, query.cursor);
  });
  route(routes, level, async ({ session, params, body }) => {
    await setSelfLevel(deps, session, params.id, { criterionKey: params.criterionKey, level: body.level });
    return DONE;
  });
  route(routes, step, async ({ session, params, body }) => {
    await setStep(deps, session, params.id, { step: params.step, done: body.done });
    return DONE;
  });
  committedRoute(routes, add, {
    work: ({ session, params, body }) => addLink(deps, session, params.id, body),
    keeps: KeptLink,
    reply: ({ session, params }, link) => toLinkView(session, params.id, link),
  });
  route(routes, change, async ({ session, params, body }) => {
    return toLinkView(session, params.id, await changeLink(session, params, body));
  });
  route(routes, remove, async ({ session, params }) => {
    await removeLink(session, params.id, params.linkId);
    return DONE;
  });
}

async function toLinkView(session: LiveSession, attemptId: string, link: LinkDoc): Promise<EvidenceView> {
  const [attempt, handedIn] = await Promise.all([
    getOwnAttempt(session, attemptId),
    listFrozenPieceIds(session.institutionId, attemptId),
  ]);
  return linkEvidence(attempt, link, handedIn);
}

function mountSubmitting(routes: RouteDeps, deps: Deps): void {
  const { submit, receipt, withdraw } = attemptEndpoints;
  committedRoute(routes, submit, {
    work: ({ session, params, body }) => submitAttempt(deps, session, params.id, body.shown),
    keeps: z.object({ _id: z.string() }),
    reply: ({ session }, submission) => getReceipt(session, submission._id),
  });
  route(routes, receipt, ({ session, params }) => getReceipt(session, params.id));
  committedRoute(routes, withdraw, {
    work: ({ session, params }) => withdrawSubmission(deps, session, params.id),
    keeps: NOTHING,
    reply: async ({ session, params }) => ({
      attemptId: (await getOwnSubmission(session, params.id)).attemptId,
    }),
  });
}
