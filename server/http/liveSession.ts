import type { PlatformFamily } from '../../contract/common.ts';
import type { Rights } from './rights.ts';

/** The parts of a session that never change. All ids belong to its own institution. */
export interface SessionIds {
  id: string;
  institutionId: string;
  personId: string;
  platformId: string;
  deploymentId: string;
  /** The LMS course of the launch; null for a launch without one. */
  contextId: string | null;
  /** What the launched link shows; null if the launch was not a resource link. */
  placementId: string | null;
}

/**
 * Who is calling, from which launch: resolved from the bearer on every request, never from anything else that the browser sends.
 */
export interface LiveSession extends SessionIds {
  /** From this launch's context roles and the person's assignments, read again each time. */
  rights: Rights;
  /** Course staff by the membership role of this launch: the LMS stores no grade for them. This alone grants no right. */
  isCourseInstructor: boolean;
  /** Does the work of the course, by the role of this launch: people who only design or run it are not enrolled. */
  takesPart: boolean;
  /** True for the LMS's test student: nothing goes to the gradebook, nothing is counted. */
  practice: boolean;
  family: PlatformFamily;
  /** BCP 47, from the launch; `en` if it named none. */
  locale: string;
  /** Person whose submission a LtiSubmissionReviewRequest asked for. */
  reviewOfPersonId: string | null;
  expiresAt: Date;
}
