import type { PlatformFamily } from '../../contract/common.ts';
import type { Rights } from './rights.ts';

/** What of a session never changes. All ids are of its own institution. */
export interface SessionIds {
  id: string;
  institutionId: string;
  personId: string;
  platformId: string;
  deploymentId: string;
  /** The LMS course of the launch; null for a launch without one. */
  contextId: string | null;
  /** What the launched link shows; null where the launch was no resource link. */
  placementId: string | null;
}

/**
 * Who is calling, from which launch: resolved from the bearer on every request, never from anything else the browser
 * says.
 */
export interface LiveSession extends SessionIds {
  /** By this launch's context roles together with own assignments, read afresh. */
  rights: Rights;
  /** Course staff by the membership role of this launch: the LMS keeps no grade for them. It gives no right by itself. */
  isCourseInstructor: boolean;
  /** Does the work of the course, by the role of this launch: who only designs or runs it is not enrolled. */
  takesPart: boolean;
  /** True for the LMS's test student: nothing leaves for the gradebook, nothing is counted. */
  practice: boolean;
  family: PlatformFamily;
  /** BCP 47, from the launch; `en` where it said none. */
  locale: string;
  /** Person whose submission a LtiSubmissionReviewRequest asked for. */
  reviewOfPersonId: string | null;
  expiresAt: Date;
}
