/**
 * Every model, so that a migration knows all collections and indexes, whichever part of the program runs it. A test checks this
 * list against the files.
 */
import './features/artifacts/artifact.model.ts';
import './features/artifacts/artifactFile.model.ts';
import './features/artifacts/artifactUsage.model.ts';
import './features/artifacts/uploadLock.model.ts';
import './features/assignments/assignment.model.ts';
import './features/attempts/draft.model.ts';
import './features/audit/audit.model.ts';
import './features/awards/award.model.ts';
import './features/catalog/pathway.model.ts';
import './features/catalog/run.model.ts';
import './features/contentFiles/contentFile.model.ts';
import './features/enrolments/attempt.model.ts';
import './features/enrolments/enrolment.model.ts';
import './features/frameworks/framework.model.ts';
import './features/grades/columns/column.model.ts';
import './features/grades/columns/scoreTarget.model.ts';
import './features/grades/deliveries/delivery.model.ts';
import './features/grades/deliveries/deliveryAttempt.model.ts';
import './features/grades/deliveries/deliveryLane.model.ts';
import './features/grades/deliveries/scoreIntent.model.ts';
import './features/idempotency/idempotency.model.ts';
import './features/institutions/institution.model.ts';
import './features/launches/context.model.ts';
import './features/launches/membership.model.ts';
import './features/launches/person.model.ts';
import './features/launches/placement.model.ts';
import './features/messages/message.model.ts';
import './features/messages/messageEvent.model.ts';
import './features/messages/messageSettings.model.ts';
import './features/overlays/overlayDraft.model.ts';
import './features/platforms/invite.model.ts';
import './features/platforms/limiter.model.ts';
import './features/reviews/decision.model.ts';
import './features/reviews/review.model.ts';
import './features/rosters/roster.model.ts';
import './features/secrets/dataKey.model.ts';
import './features/sessions/session.model.ts';
import './features/studio/studio.model.ts';
import './features/submissions/submission.model.ts';
import './jobs/repeatedJob.model.ts';
import './lti/deployment.model.ts';
import './lti/launchRefusal.model.ts';
import './lti/ltiKey.model.ts';
import './lti/platform.model.ts';
