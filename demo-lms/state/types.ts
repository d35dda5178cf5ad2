/** The records that the demo LMS keeps. Ids are strings that hold small whole numbers, as in Moodle. */

export type Mode = 'plain' | 'canvas' | 'moodle' | 'schoology';
export const MODES: readonly Mode[] = ['plain', 'canvas', 'moodle', 'schoology'];

/** What a person is in one course. `assistant` is Canvas' TA and Moodle's non-editing teacher. */
export type CourseRole = 'learner' | 'instructor' | 'designer' | 'assistant' | 'mentor';

/** One who can act. `id` is the slug used by `/act-as/:id`; the `sub` that a tool sees depends on the mode. */
export interface Person {
  id: string;
  number: string;
  name: string;
  givenName: string;
  familyName: string;
  email: string;
  sourcedId: string;
  siteAdmin: boolean;
  /** Canvas' Test Student: a learner of every course who is in no roster. */
  testUser: boolean;
}

export interface Enrolment {
  personId: string;
  role: CourseRole;
  /** A suspended person stays in Moodle's gradebook but not in its roster. */
  suspended: boolean;
}

export interface Course {
  id: string;
  label: string;
  title: string;
  sourcedId: string;
  /** Ids of the courses that this one was copied from, newest first. */
  history: string[];
  concluded: boolean;
  enrolments: Map<string, Enrolment>;
  /** Which deployment of a tool serves this course; a tool's first one unless said here (tool id → deployment id). */
  deployments: Map<string, string>;
}

export type ToolState = 'pending' | 'active';

/** One tool as registered with this LMS, by hand or dynamically. */
export interface Tool {
  /** The number that Moodle calls `type_id`. */
  id: string;
  name: string;
  description: string;
  clientId: string;
  deployments: string[];
  initiateLoginUri: string;
  redirectUris: string[];
  targetLinkUri: string;
  deepLinkingUri: string;
  jwksUri: string;
  scopes: string[];
  /** Claims asked for at dynamic registration; null: all, as the LMS' privacy setting allows. */
  claims: string[] | null;
  customParameters: Record<string, string>;
  logoUri: string | null;
  state: ToolState;
  /** Whether teachers see it under "Add activity"; in Moodle an admin switches that on by hand. */
  inChooser: boolean;
}

/** An activity of a course: an LTI resource link. */
export interface Link {
  id: string;
  courseId: string;
  toolId: string;
  title: string;
  description: string;
  /** null: the tool's own target link. */
  url: string | null;
  custom: Record<string, string>;
  hidden: boolean;
  iconUrl: string | null;
  /** Further members of the content item (available, submission, iframe, window) as the tool sent them. */
  extras: Record<string, unknown>;
  /** Ids of the links that this one was copied from, newest first. */
  history: string[];
}

export interface SubmissionReview {
  url?: string;
  custom?: Record<string, string>;
  reviewableStatus?: string[];
}

/** A column of a course's gradebook. */
export interface LineItem {
  id: string;
  courseId: string;
  /** null: a column that no tool owns. */
  toolId: string | null;
  linkId: string | null;
  label: string;
  scoreMaximum: number;
  resourceId: string | null;
  tag: string | null;
  submissionReview: SubmissionReview | null;
  startDateTime: string | null;
  endDateTime: string | null;
  /** Members with a URL as name, as the tool sent them. */
  extensions: Record<string, unknown>;
  locked: boolean;
  /** Made together with its activity, not by the tool's own request. */
  coupled: boolean;
  /** Moodle turns a maximum it can't take into a text column. */
  kind: 'value' | 'text';
  /** Canvas: how many submissions a person may make; null: any number. */
  allowedAttempts: number | null;
}

/** What one person has in one column. */
export interface Grade {
  lineItemId: string;
  personId: string;
  /** In the column's own points. */
  score: number | null;
  /** As the tool sent it: Canvas' results repeat these. */
  given: { score: number; maximum: number } | null;
  comment: string | null;
  /** The tool's timestamp, or the time at which a teacher changed the grade (ISO). */
  timestamp: string | null;
  activityProgress: string | null;
  gradingProgress: string | null;
  overridden: boolean;
  attempts: { at: string; submittedAt: string | null }[];
}

export type MessageType = 'LtiResourceLinkRequest' | 'LtiDeepLinkingRequest' | 'LtiSubmissionReviewRequest';

/** A launch under way, from the click to the id_token. `hint` is its lti_message_hint: good for one answer. */
export interface Launch {
  hint: string;
  messageType: MessageType;
  toolId: string;
  personId: string;
  courseId: string;
  linkId: string | null;
  deepLinkId: string | null;
  /** Whose work a submission review shows. */
  forPersonId: string | null;
  documentTarget: 'iframe' | 'window' | 'frame';
  used: boolean;
}

/** A deep linking dialogue: opened for one person in one course, answered once. */
export interface DeepLink {
  id: string;
  toolId: string;
  personId: string;
  courseId: string;
  data: string;
  answered: boolean;
  /** What came back and waits for the person's "Save". */
  items: Record<string, unknown>[];
}
