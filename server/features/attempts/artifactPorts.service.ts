import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { ArtifactPorts } from '../artifacts/artifacts.deps.ts';
import {
  beginAttempt,
  getWritableAttempt,
  requireChangeable,
  requireCriteria,
  coversOpenPiece,
} from '../enrolments/attempts.service.ts';
import { keepContent } from '../contentFiles/contentFiles.service.ts';
import { requireMayWrite } from '../studio/drafts.service.ts';
import { appendAuditOnce } from '../audit/audit.service.ts';
import { mayReviewAny } from '../reviews/reviews.service.ts';
import { findLiveSession } from '../sessions/liveSessions.service.ts';
import { findFrozenPiece, listSubmissionsWith } from '../submissions/submissions.service.ts';

/** What files need from attempts, submissions, reviews and sessions. */
export function artifactPorts(deps: Pick<Deps, 'clock'>): ArtifactPorts {
  return {
    async mayAddArtifact(session, attemptId, criteria, requirementKey) {
      const { attempt, module } = await getWritableAttempt(session, attemptId);
      requireCriteria(module.content, criteria, requirementKey);
      if (criteria.length > 0 && !coversOpenPiece(attempt, criteria)) {
        throw new AppError('PIECE_LOCKED', 'Choose a criterion that is open for revision.');
      }
      await beginAttempt(deps, attempt);
    },
    mayWriteContent: (session, draftId) => requireMayWrite(session, draftId),
    keepContent: (file, tx) => keepContent(deps, file, tx),
    async mayChangeArtifact(session, attemptId, change) {
      const { attempt, module } = await getWritableAttempt(session, attemptId);
      requireChangeable(attempt, module.content, change);
    },
    async mayReadArtifact(session, artifact) {
      const submissions = await listSubmissionsWith(session.institutionId, artifact.id);
      const ids = submissions.map((submission) => submission._id);
      if (ids.length === 0 || !(await mayReviewAny(session, ids))) throw notFound('This file');
    },
    noteReading(reader, artifactId, what) {
      const subject = { kind: 'artifact', id: artifactId };
      return appendAuditOnce(deps, reader, { action: `artifact.${what}`, subject });
    },
    async findFrozen(institutionId, artifactId) {
      const piece = await findFrozenPiece(institutionId, artifactId);
      return piece && { name: piece.title, criteria: piece.criteria };
    },
    findReader: (institutionId, sessionId) => findLiveSession(deps, institutionId, sessionId),
  };
}
