import type { AssignedRole, RoleToGive } from '../../../../contract/assignments.ts';

/** What is sent to give a role: an admin is one of the whole institution. */
export function toRole(personId: string, role: AssignedRole, courseId: string | null): RoleToGive {
  return role === 'admin' ? { personId, role, courseId: null } : { personId, role, courseId };
}
