import { receiveMoodleScore } from '../services/scores/moodle.ts';
import { ROLE, type ModeRules } from './mode.ts';
import { plain } from './plain.ts';

/** Moodle 4.5 as it was observed: own paths, small numbers as ids, no leeway, no storage. */
export const moodle: ModeRules = {
  ...plain,
  mode: 'moodle',
  label: 'Moodle',
  productFamilyCode: 'moodle',
  version: '2024100706',
  paths: {
    openidConfiguration: '/mod/lti/openid-configuration.php',
    registration: '/mod/lti/openid-registration.php',
    authorization: '/mod/lti/auth.php',
    token: '/mod/lti/token.php',
    jwks: '/mod/lti/certs.php',
  },
  loginMethod: 'post',
  idTokenTtlSeconds: 60,
  token: { leewaySeconds: 0, contentType: 'text/html; charset=UTF-8', checksAssertion: false },
  rosterPageSize: null,
  toolCustomWins: true,
  deepLinking: { acceptTypes: ['ltiResourceLink'], acceptMultiple: true, acceptLineItem: false, data: false },
  receiveScore: receiveMoodleScore,
  launchRoles(person, enrolment) {
    if (person.siteAdmin) return [ROLE.institutionAdmin, ROLE.instructor, ROLE.systemAdmin];
    if (person.testUser || enrolment?.role === 'learner') return [ROLE.learner];
    return enrolment && enrolment.role !== 'mentor' ? [ROLE.instructor] : [];
  },
  // Moodle's roster has short names, and takes a non-editing teacher for a learner.
  rosterRoles: (role) => (role === 'instructor' || role === 'designer' ? ['Instructor'] : ['Learner']),
  lineItemsPath: (courseId, toolId) => `/mod/lti/services.php/${courseId}/lineitems?type_id=${toolId}`,
  lineItemPath: (courseId, itemId, toolId) =>
    `/mod/lti/services.php/${courseId}/lineitems/${itemId}/lineitem?type_id=${toolId}`,
  rosterPath: (courseId, toolId) =>
    `/mod/lti/services.php/CourseSection/${courseId}/bindings/${toolId}/memberships`,
};
