import { hexId } from '../state/ids.ts';
import type { CourseRole } from '../state/types.ts';
import { ROLE, type ModeRules } from './mode.ts';
import { plain } from './plain.ts';

const ROLES: Record<CourseRole, string[]> = {
  learner: [ROLE.learner],
  instructor: [ROLE.instructor],
  designer: [ROLE.instructor],
  assistant: [ROLE.instructor],
  mentor: [ROLE.mentor],
};

/** Schoology: one client id for all districts, storage in the parent page, one item per deep linking. */
export const schoology: ModeRules = {
  ...plain,
  mode: 'schoology',
  label: 'Schoology',
  productFamilyCode: 'schoology',
  version: '1',
  storageTarget: '_parent',
  deepLinking: {
    acceptTypes: ['ltiResourceLink', 'link', 'html'],
    acceptMultiple: false,
    acceptLineItem: true,
    data: true,
  },
  subOf: (guid, person) => `${person.number}::${hexId(guid, 'person', person.number).slice(0, 32)}`,
  launchRoles(person, enrolment) {
    const roles = enrolment ? [...ROLES[enrolment.role]] : [];
    if (person.testUser) return [ROLE.learner, ROLE.testUser];
    return person.siteAdmin ? [ROLE.institutionAdmin, ...roles] : roles;
  },
  rosterRoles: (role) => ROLES[role],
};
