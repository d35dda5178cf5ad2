import type { Hat, PlatformFamily } from '../../contract/common.ts';

/**
 * Who is calling, from which launch: resolved from the bearer on every request, never from anything else the browser
 * says. All ids are of the session's own institution.
 */
export interface LiveSession {
  id: string;
  institutionId: string;
  personId: string;
  platformId: string;
  deploymentId: string;
  /** The LMS course of the launch; null for a launch without one. */
  contextId: string | null;
  /** What the launched link shows; null where the launch was no resource link. */
  placementId: string | null;
  /** Hats of this launch's context roles together with own assignments, read afresh. */
  hats: ReadonlySet<Hat>;
  /** Course staff by the membership role of this launch, whatever the assignments say. */
  isCourseInstructor: boolean;
  /** True for the LMS's test student: nothing leaves for the gradebook, nothing is counted. */
  practice: boolean;
  family: PlatformFamily;
  /** BCP 47, from the launch; `en` where it said none. */
  locale: string;
  /** Person whose submission a LtiSubmissionReviewRequest asked for. */
  reviewOfPersonId: string | null;
  expiresAt: Date;
}
