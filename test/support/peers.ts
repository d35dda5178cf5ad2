import { randomUUID } from 'node:crypto';
import { beforeEach } from '@jest/globals';
import type { Deps } from '../../server/deps.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { submitAttempt } from '../../server/features/attempts/submitting.service.ts';
import { saveAttemptDraft } from '../../server/features/attempts/writing.service.ts';
import { addLink } from '../../server/features/enrolments/attempts.service.ts';
import { openEnrolment } from '../../server/features/enrolments/enrolments.service.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { MembershipModel } from '../../server/features/launches/membership.model.ts';
import { PersonModel } from '../../server/features/launches/person.model.ts';
import { ReviewModel } from '../../server/features/reviews/review.model.ts';
import type { LiveSession } from '../../server/http/liveSession.ts';
import { firstDraft, SAMPLE, SAMPLE_FOR_PEERS } from './build.ts';
import { buildSession } from './liveSession.ts';
import { FIRST_MODULE } from './work.ts';

/** A course of an institution that offers it. */
export interface PeerCourse {
  institutionId: string;
  contextId: string;
  /** Somebody whom a launch has made known there, as a learner unless it is said otherwise. */
  addPerson(given?: Partial<LiveSession>): Promise<LiveSession>;
  /** Hands in the first module. @returns ids of the submission and of its review */
  handIn(who: LiveSession): Promise<{ enrolmentId: string; submissionId: string; reviewId: string }>;
  /** An instructor of the course. */
  reviewer: LiveSession;
}

async function addPerson(institutionId: string, given: Partial<LiveSession>): Promise<LiveSession> {
  const session = buildSession(institutionId, given);
  const { personId, platformId, isCourseInstructor } = session;
  const [sub, createdAt, claimsHash] = [randomUUID(), new Date(), 'x'];
  await PersonModel.create({ _id: personId, institutionId, platformId, sub, claimsHash, createdAt });
  const roles = [isCourseInstructor ? 'Instructor' : 'Learner'];
  const contextId = session.contextId ?? '';
  const seen = { _id: randomUUID(), institutionId, personId, contextId, claimsHash, createdAt };
  await MembershipModel.create({ ...seen, roles, launchKey: randomUUID() });
  return session;
}

async function handIn(deps: Deps, who: LiveSession): ReturnType<PeerCourse['handIn']> {
  const { institutionId } = who;
  const { enrolment, attempts } = await openEnrolment(deps, who, SAMPLE.key);
  const attemptId = attempts[0]?._id ?? '';
  const place = { id: attemptId, pieceKey: FIRST_MODULE.prompt.key };
  await saveAttemptDraft(deps, who, place, firstDraft('Eleven students left the unit out.'));
  const criteria = [FIRST_MODULE.A];
  const link = { url: 'https://example.org/check', name: 'The check', criteria, requirementKey: null };
  await addLink(deps, who, attemptId, link);
  const { _id: submissionId } = await submitAttempt(deps, who, attemptId);
  const review = await ReviewModel.findOne({ institutionId, submissionId }).lean();
  return { enrolmentId: enrolment._id, submissionId, reviewId: review?._id ?? '' };
}

/** Creates a fresh course before each test. */
export function usePeerCourse(deps: Deps): { readonly now: PeerCourse } {
  let course: PeerCourse | null = null;
  beforeEach(async () => {
    const { _id: institutionId } = await ensureInstitution(deps, `District ${randomUUID()}`);
    await publishPathway(deps, institutionId, SAMPLE_FOR_PEERS);
    const contextId = randomUUID();
    const add = (given: Partial<LiveSession> = {}) => addPerson(institutionId, { contextId, ...given });
    course = {
      institutionId,
      contextId,
      addPerson: add,
      handIn: (who) => handIn(deps, who),
      reviewer: await add({ isCourseInstructor: true }),
    };
  });
  return {
    get now() {
      if (!course) throw new Error('the course is there from beforeEach on');
      return course;
    },
  };
}
