import { randomUUID } from 'node:crypto';
import { promptsOf } from '../../../contract/cycles.ts';
import { documentOf } from '../../../contract/richText.ts';
import type { AttemptState } from '../../../contract/states.ts';
import { ArtifactModel, type ArtifactDoc } from '../../../server/features/artifacts/artifact.model.ts';
import { AttemptModel, type AttemptDoc } from '../../../server/features/enrolments/attempt.model.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { AssignmentModel } from '../../../server/features/assignments/assignment.model.ts';
import { DraftModel, DraftVersionModel } from '../../../server/features/attempts/draft.model.ts';
import { MembershipModel, membershipKey } from '../../../server/features/launches/membership.model.ts';
import { nameKeysOf } from '../../../server/features/launches/nameKeys.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { SessionModel } from '../../../server/features/sessions/session.model.ts';
import { hashSecret, newSecret } from '../../../server/lti/secrets.ts';
import { addDeliveries } from './deliveries.ts';
import {
  contextIdOf, courseOf, idOf, inDays, KIND, ltiIdOf, riseAt, subOf, type Ground,
} from './ground.ts'; // prettier-ignore
import { Pile } from './pile.ts';
import { addDecided, addOpen, addStarted, STARTED_EVERY } from './reviews.ts';

/**
 * Who has a role: the last of the first hundred, as in an institution with a handful of reviewers, and one in a hundred of all others.
 * None whom a measured page lists: it would show more than before.
 */
const hasRole = (n: number): boolean => (n < 100 ? n >= 85 : n % 100 === 90);

function addPerson(pile: Pile, ground: Ground, n: number): void {
  const { institutionId, platformId } = ground;
  const personId = idOf(ground, KIND.person, n);
  const sub = subOf(n);
  pile.add(PersonModel, {
    _id: personId,
    institutionId,
    platformId,
    sub,
    name: `Teacher ${n}`,
    givenName: 'Teacher',
    familyName: String(n),
    email: `teacher${n}@school.example`,
    claimsHash: 'seeded',
    nameKeys: nameKeysOf(`Teacher ${n}`),
    agreedAt: riseAt(ground, n),
    agreedNotice: 1,
    weeklyMinutes: 90,
    createdAt: riseAt(ground, n),
    lastSeenAt: null,
  });
  pile.add(MembershipModel, {
    _id: idOf(ground, KIND.membership, n),
    institutionId,
    personId,
    roles: ['Learner'],
    practice: false,
    launchKey: membershipKey(platformId, ltiIdOf(courseOf(n)), sub),
    contextId: contextIdOf(ground, courseOf(n)),
    claimsHash: 'seeded',
    createdAt: riseAt(ground, n),
  });
  if (hasRole(n)) {
    pile.add(AssignmentModel, {
      _id: idOf(ground, KIND.assignment, n),
      institutionId,
      personId,
      role: 'reviewer',
      contextId: null,
      createdAt: riseAt(ground, n),
      createdBy: null,
    });
  }
}

function addSession(pile: Pile, ground: Ground, n: number): void {
  const { institutionId, platformId, deploymentId, now } = ground;
  const _id = idOf(ground, KIND.session, n);
  const endsAt = inDays(ground, 0.4);
  pile.add(SessionModel, {
    _id,
    institutionId,
    rootId: _id,
    key: newSecret(),
    bearerHashes: [hashSecret(_id)],
    resumeHash: hashSecret(`resume ${_id}`),
    code: null,
    personId: idOf(ground, KIND.person, n),
    platformId,
    deploymentId,
    contextId: contextIdOf(ground, courseOf(n)),
    placementId: null,
    launchRoles: ['participant'],
    isCourseInstructor: false,
    isLearner: true,
    practice: false,
    family: 'other',
    locale: 'en',
    messageType: 'LtiResourceLinkRequest',
    reviewOfPersonId: null,
    frame: {
      origins: [],
      ancestors: [],
      formTargets: [],
      storageTarget: null,
      returnUrl: null,
      documentTarget: 'iframe',
    },
    deepLinking: null,
    createdAt: now,
    seenAt: now,
    expiresAt: endsAt,
    endsAt,
    endedAt: null,
  });
}

/** The attempts: the first module approved, the second handed in, the third under way or with a reviewer. */
function toAttempts(ground: Ground, n: number): AttemptDoc[] {
  const { institutionId, version } = ground;
  const third: AttemptState = n % STARTED_EVERY === 0 || n < 60 ? 'in_review' : 'in_progress';
  return (['approved', 'submitted', third] as const).flatMap((state, at) => {
    const module = ground.modules[at];
    if (!module) return [];
    const keys = module.content.criteria.map((criterion) => criterion.key);
    const work = n * 3 + at;
    return {
      _id: idOf(ground, KIND.attempt, work),
      institutionId,
      enrolmentId: idOf(ground, KIND.enrolment, n),
      personId: idOf(ground, KIND.person, n),
      pathwayKey: version.pathwayKey,
      moduleKey: module.key,
      moduleId: module._id,
      position: module.position,
      state,
      round: 1,
      stepsDone: [{ step: 'learn', at: riseAt(ground, n) }],
      selfLevels: keys.map((criterionKey) => ({
        criterionKey,
        level: 'meets',
        at: riseAt(ground, n),
      })),
      links: [],
      openCriteria: null,
      changedAt: riseAt(ground, n),
      settled: state === 'approved' ? keys.map((criterionKey) => ({ criterionKey, level: 'meets' })) : [],
      submissionId: state === 'in_progress' ? null : idOf(ground, KIND.submission, work),
      lastDecisionId: state === 'approved' ? idOf(ground, KIND.decision, n) : null,
    };
  });
}

/** An upload that was checked, of which nothing else is said. */
export function storedUpload(
  owner: Pick<ArtifactDoc, '_id' | 'institutionId' | 'personId'>,
  createdAt: Date,
): ArtifactDoc {
  const size = 1000;
  return {
    ...owner,
    attemptId: null,
    clientId: randomUUID(),
    name: 'pathway.zip',
    criteria: [],
    requirementKey: null,
    state: 'ready',
    removedAt: null,
    withdrawnAt: null,
    kind: null,
    mediaType: 'application/zip',
    size,
    originalSize: size,
    counted: size,
    sha256: '0'.repeat(64),
    strippedMetadata: false,
    notes: [],
    refusal: null,
    fileId: randomUUID(),
    garbage: [],
    holds: 0,
    checking: null,
    checkTries: 0,
    checkFault: null,
    sweepAt: null,
    createdAt,
    upload: { offset: size, n: 1, tail: null, epoch: 1, open: false, stamp: null },
  };
}

/** What the author works on in an attempt: a draft with an earlier text, and a file. */
function addWork(pile: Pile, ground: Ground, n: number, attempt: AttemptDoc): void {
  const { institutionId } = ground;
  const module = ground.modules.find((one) => one._id === attempt.moduleId);
  const prompt = module && promptsOf(module.content).at(0);
  if (!prompt) throw new Error('the sample asks for a reflection');
  const text = 'What I tried in class, and what came of it.';
  const at = attempt.changedAt;
  const place = { institutionId, personId: attempt.personId, subjectId: attempt._id, pieceKey: prompt.key };
  const words = { document: documentOf(text), text, savedAt: at };
  pile.add(DraftModel, {
    _id: randomUUID(),
    ...place,
    draftId: randomUUID(),
    revision: 1,
    ...words,
    keptAt: at,
  });
  pile.add(DraftVersionModel, { _id: randomUUID(), ...place, why: 'interval', ...words });
  const owner = { _id: idOf(ground, KIND.artifact, n), institutionId, personId: attempt.personId };
  const evidence = { attemptId: attempt._id, criteria: prompt.criteria, kind: 'pdf' as const };
  pile.add(ArtifactModel, {
    ...storedUpload(owner, at),
    ...evidence,
    name: 'Lesson plan.pdf',
    mediaType: 'application/pdf',
  });
}

/** All documents of enrolments `from` to `to` (not included), each of a person of its own. */
export function enrolmentsPile(ground: Ground, from: number, to: number): Pile {
  const pile = new Pile();
  const { institutionId, version, runId } = ground;
  for (let n = from; n < to; n++) {
    addPerson(pile, ground, n);
    addSession(pile, ground, n);
    const contextIds = [contextIdOf(ground, courseOf(n))];
    pile.add(EnrolmentModel, {
      _id: idOf(ground, KIND.enrolment, n),
      institutionId,
      personId: idOf(ground, KIND.person, n),
      pathwayKey: version.pathwayKey,
      runId,
      versionId: version._id,
      state: 'active',
      contextIds,
      practice: false,
      createdAt: riseAt(ground, n),
      tracks: [],
      leftTracks: [],
      decisionOrder: 1,
      lastDecidedAt: riseAt(ground, n),
    });
    const [approved, submitted, third] = toAttempts(ground, n);
    if (!approved || !submitted || !third) throw new Error('the sample pathway has three modules');
    pile.add(AttemptModel, approved, submitted, third);
    addWork(pile, ground, n, third);
    addDecided(pile, ground, n, approved);
    addOpen(pile, ground, n, submitted);
    if (third.state === 'in_review') addStarted(pile, ground, n, third);
    addDeliveries(pile, ground, n, approved._id);
  }
  return pile;
}
