import type { AssignedRole, RoleToGive } from '../../../../contract/assignments.ts';

/** The request body for assigning a role: an admin is always one of the whole institution. */
export function toRole(personId: string, role: AssignedRole, courseId: string | null): RoleToGive {
  return role === 'admin' ? { personId, role, courseId: null } : { personId, role, courseId };
}
