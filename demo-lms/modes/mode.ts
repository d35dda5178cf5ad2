import type { CourseRole, Enrolment, Mode, Person } from '../state/types.ts';
import type { ScoreRules } from './scoreCall.ts';

/** Where the protocol's endpoints are, below the LMS' URL. */
export interface EndpointPaths {
  openidConfiguration: string;
  registration: string;
  authorization: string;
  token: string;
  jwks: string;
}

/** What one LMS does its own way. Everything that differs between modes is in one object of this shape. */
export interface ModeRules {
  mode: Mode;
  label: string;
  productFamilyCode: string;
  version: string;
  paths: EndpointPaths;
  /** Canvas: authorization and platform storage are on another host than the pages. */
  authorizationOnFrameHost: boolean;
  loginMethod: 'post' | 'get';
  /** Sent as lti_storage_target; null: no platform storage. */
  storageTarget: string | null;
  /** Whether the page around the frame answers lti.frameResize and the like. */
  resizes: boolean;
  idTokenTtlSeconds: number;
  token: { leewaySeconds: number; contentType: string; checksAssertion: boolean };
  rosterPageSize: number | null;
  requiresUserAgent: boolean;
  rateLimited: boolean;
  /** The tool's own custom parameters win over the item's. */
  toolCustomWins: boolean;
  deepLinking: { acceptTypes: string[]; acceptMultiple: boolean; acceptLineItem: boolean; data: boolean };
  receiveScore: ScoreRules;
  subOf(guid: string, person: Person): string;
  contextIdOf(guid: string, courseId: string): string;
  linkIdOf(guid: string, linkId: string): string;
  /** Roles in an id_token; no enrolment: an admin who looks in. */
  launchRoles(person: Person, enrolment: Enrolment | null): string[];
  rosterRoles(role: CourseRole): string[];
  lineItemsPath(courseId: string, toolId: string): string;
  lineItemPath(courseId: string, itemId: string, toolId: string): string;
  rosterPath(courseId: string, toolId: string): string;
}

const LIS = 'http://purl.imsglobal.org/vocab/lis/v2';
export const ROLE = {
  learner: `${LIS}/membership#Learner`,
  instructor: `${LIS}/membership#Instructor`,
  designer: `${LIS}/membership#ContentDeveloper`,
  mentor: `${LIS}/membership#Mentor`,
  assistant: `${LIS}/membership/Instructor#TeachingAssistant`,
  institutionAdmin: `${LIS}/institution/person#Administrator`,
  institutionInstructor: `${LIS}/institution/person#Instructor`,
  institutionStudent: `${LIS}/institution/person#Student`,
  systemAdmin: `${LIS}/system/person#Administrator`,
  systemUser: `${LIS}/system/person#User`,
  testUser: 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser',
} as const;
