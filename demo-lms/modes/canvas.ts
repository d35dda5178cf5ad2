import { receiveCanvasScore } from '../services/scores/canvas.ts';
import { hexId, opaqueId } from '../state/ids.ts';
import type { CourseRole } from '../state/types.ts';
import { ROLE, type ModeRules } from './mode.ts';
import { plain } from './plain.ts';

const ROLES: Record<CourseRole, string[]> = {
  learner: [ROLE.learner],
  instructor: [ROLE.instructor],
  designer: [ROLE.designer],
  assistant: [ROLE.instructor, ROLE.assistant],
  mentor: [ROLE.mentor],
};
const INSTITUTION: Record<CourseRole, string> = {
  learner: ROLE.institutionStudent,
  instructor: ROLE.institutionInstructor,
  designer: ROLE.institutionInstructor,
  assistant: ROLE.institutionInstructor,
  mentor: ROLE.institutionStudent,
};

/** Canvas: pages, authorization and issuer on three hosts, storage in a named frame, opaque ids. */
export const canvas: ModeRules = {
  ...plain,
  mode: 'canvas',
  label: 'Canvas',
  productFamilyCode: 'canvas',
  version: 'cloud',
  authorizationOnFrameHost: true,
  loginMethod: 'get',
  storageTarget: 'post_message_forwarding',
  resizes: true,
  idTokenTtlSeconds: 3600,
  token: { leewaySeconds: 60, contentType: 'application/json; charset=utf-8', checksAssertion: true },
  rosterPageSize: 50,
  requiresUserAgent: true,
  rateLimited: true,
  deepLinking: {
    acceptTypes: ['link', 'file', 'html', 'ltiResourceLink', 'image'],
    acceptMultiple: true,
    acceptLineItem: true,
    data: true,
  },
  receiveScore: receiveCanvasScore,
  subOf: (guid, person) => opaqueId(guid, 'person', person.number),
  contextIdOf: (guid, courseId) => hexId(guid, 'context', courseId),
  linkIdOf: (guid, linkId) => opaqueId(guid, 'link', linkId),
  launchRoles(person, enrolment) {
    if (person.testUser) return [ROLE.learner, ROLE.testUser];
    const roles = enrolment ? [INSTITUTION[enrolment.role], ...ROLES[enrolment.role]] : [];
    if (person.siteAdmin) roles.unshift(ROLE.institutionAdmin);
    return [...new Set([...roles, ROLE.systemUser])];
  },
  rosterRoles: (role) => ROLES[role],
  lineItemsPath: (courseId) => `/api/lti/courses/${courseId}/line_items`,
  lineItemPath: (courseId, itemId) => `/api/lti/courses/${courseId}/line_items/${itemId}`,
  rosterPath: (courseId) => `/api/lti/courses/${courseId}/names_and_roles`,
};
