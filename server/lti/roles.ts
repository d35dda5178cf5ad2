import type { Role } from '../../contract/common.ts';

const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership#';
/** Sub-roles: `…/membership/Instructor#TeachingAssistant` (Canvas). */
const SUB_ROLE = /^http:\/\/purl\.imsglobal\.org\/vocab\/lis\/v2\/membership\/([A-Za-z]+)#[A-Za-z]+$/;
const INSTITUTION_ADMINISTRATOR = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator';
const TEST_USER = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';

/** What each role in a course allows a person to be here (LTI 1.3 core, appendix A.2.2). */
const ROLES_BY_CONTEXT_ROLE = {
  Learner: ['participant'],
  // non-editing teachers and managers of Moodle, assistants of Canvas
  Instructor: ['participant', 'reviewer', 'designer'],
  // designers of Canvas: they also see the pages as the people they design for see them
  ContentDeveloper: ['participant', 'designer'],
  Administrator: ['participant', 'designer'],
  Manager: ['participant'],
  Member: ['participant'],
  Officer: ['participant'],
  // a parent (observers of Canvas): not our mentor, and this is not their child's page
  Mentor: [],
} as const satisfies Record<string, readonly Role[]>;
export type ContextRole = keyof typeof ROLES_BY_CONTEXT_ROLE;

const isContextRole = (name: string): name is ContextRole => Object.hasOwn(ROLES_BY_CONTEXT_ROLE, name);

/** The roles in a course that grant one of ours. */
export function contextRolesWith(role: Role): ContextRole[] {
  return Object.keys(ROLES_BY_CONTEXT_ROLE)
    .filter(isContextRole)
    .filter((contextRole) => {
      const granted: readonly Role[] = ROLES_BY_CONTEXT_ROLE[contextRole];
      return granted.includes(role);
    });
}

export interface LaunchRoles {
  /** Recognised roles in the course, sorted. */
  contextRoles: ContextRole[];
  /** Our roles that those grant, sorted. Empty: no access (a parent). */
  granted: Role[];
  /** From the role in the course only, never from `institution#Instructor`. */
  isCourseInstructor: boolean;
  /** The LMS's test student: Canvas' Student View. */
  practice: boolean;
}

/** A full URI, or the short name of a role in the course (core §5.3.7.1: allowed for context roles only). */
function toContextRole(role: string): ContextRole | null {
  const name = role.startsWith(MEMBERSHIP)
    ? role.slice(MEMBERSHIP.length)
    : (SUB_ROLE.exec(role)?.[1] ?? role);
  return isContextRole(name) ? name : null;
}

/**
 * Rights from the roles claim. Roles are added up, so that the highest wins. Unknown ones are ignored, and a person with no role
 * in the course at all is a participant, the lowest role; but an administrator of the institution may author and embed in the
 * course that was launched.
 *
 * @param hasContext  whether the launch names a course
 */
export function toLaunchRoles(roles: readonly string[], hasContext: boolean): LaunchRoles {
  const found = new Set(roles.map(toContextRole).filter((role) => role !== null));
  const granted = new Set<Role>([...found].flatMap((contextRole) => ROLES_BY_CONTEXT_ROLE[contextRole]));
  if (found.size === 0) {
    granted.add('participant');
    if (hasContext && roles.includes(INSTITUTION_ADMINISTRATOR)) granted.add('designer');
  }
  return {
    contextRoles: [...found].sort(),
    granted: [...granted].sort(),
    isCourseInstructor: found.has('Instructor'),
    practice: roles.includes(TEST_USER),
  };
}
