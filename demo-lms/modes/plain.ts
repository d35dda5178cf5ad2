import { receivePlainScore } from '../services/scores/plain.ts';
import type { CourseRole } from '../state/types.ts';
import { ROLE, type ModeRules } from './mode.ts';

const ROLES: Record<CourseRole, string[]> = {
  learner: [ROLE.learner],
  instructor: [ROLE.instructor],
  designer: [ROLE.designer],
  assistant: [ROLE.assistant, ROLE.instructor],
  mentor: [ROLE.mentor],
};

/** A platform by the letter of the 1EdTech documents. */
export const plain: ModeRules = {
  mode: 'plain',
  label: 'Plain 1EdTech',
  productFamilyCode: 'demo-lms',
  version: '1.0',
  paths: {
    openidConfiguration: '/.well-known/openid-configuration',
    registration: '/lti/register',
    authorization: '/lti/auth',
    token: '/lti/token',
    jwks: '/lti/jwks',
  },
  authorizationOnFrameHost: false,
  loginMethod: 'post',
  storageTarget: null,
  resizes: false,
  idTokenTtlSeconds: 300,
  token: { leewaySeconds: 60, contentType: 'application/json', checksAssertion: true },
  rosterPageSize: 100,
  requiresUserAgent: false,
  rateLimited: false,
  toolCustomWins: false,
  deepLinking: {
    acceptTypes: ['ltiResourceLink', 'link', 'html'],
    acceptMultiple: true,
    acceptLineItem: true,
    data: true,
  },
  receiveScore: receivePlainScore,
  subOf: (_guid, person) => person.number,
  contextIdOf: (_guid, courseId) => courseId,
  linkIdOf: (_guid, linkId) => linkId,
  launchRoles(person, enrolment) {
    if (person.testUser) return [ROLE.learner, ROLE.testUser];
    const context = enrolment ? ROLES[enrolment.role] : [];
    return person.siteAdmin ? [ROLE.institutionAdmin, ...context] : context;
  },
  rosterRoles: (role) => ROLES[role],
  lineItemsPath: (courseId) => `/lti/courses/${courseId}/lineitems`,
  lineItemPath: (courseId, itemId) => `/lti/courses/${courseId}/lineitems/${itemId}`,
  rosterPath: (courseId) => `/lti/courses/${courseId}/memberships`,
};
