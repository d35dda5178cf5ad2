import { z } from 'zod';
import { Cursor, Done, Id, IdParams, Instant } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Roles that only Waymark grants, never the LMS. */
export const AssignedRole = z.enum(['reviewer', 'admin']);
export type AssignedRole = z.infer<typeof AssignedRole>;

/** Who gets which role where. An admin's pages show the whole institution, so that role is never for one course. */
export const RoleToGive = z.discriminatedUnion('role', [
  z.strictObject({ personId: Id, role: z.literal('reviewer'), courseId: Id.nullable() }),
  z.strictObject({ personId: Id, role: z.literal('admin'), courseId: z.null() }),
]);
export type RoleToGive = z.infer<typeof RoleToGive>;

export const Assignment = z.strictObject({
  id: Id,
  personId: Id,
  person: z.string(),
  role: AssignedRole,
  /** Null: the whole institution. */
  course: z.strictObject({ id: Id, title: z.string() }).nullable(),
  since: Instant,
  by: z.string(),
});
export type Assignment = z.infer<typeof Assignment>;

/** Most assignments that a person's row lists individually. */
export const ASSIGNMENTS_SHOWN = 50;

export const PersonRow = z.strictObject({
  id: Id,
  displayName: z.string(),
  platform: z.string(),
  lastSeenAt: Instant.nullable(),
  /** The oldest first. */
  assignments: z.array(Assignment).max(ASSIGNMENTS_SHOWN),
  /** Number of assignments beyond those. */
  more: z.number().int(),
});
export type PersonRow = z.infer<typeof PersonRow>;

const who = ['admin'] as const;
export const assignmentEndpoints = {
  people: endpoint({
    method: 'get',
    path: '/admin/people',
    summary: 'People of the institution with their assignments',
    audit: 'people.listed',
    who,
    query: z.strictObject({ search: z.string().trim().max(100).default(''), cursor: Cursor.optional() }),
    reply: z.strictObject({
      rows: z.array(PersonRow),
      next: Cursor.nullable(),
      courses: z.array(z.strictObject({ id: Id, title: z.string() })),
    }),
  }),
  assign: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/admin/assignments',
    summary: 'Give another person a role',
    audit: 'assignment.given',
    who,
    status: 201,
    body: RoleToGive,
    reply: Assignment,
  }),
  remove: endpoint({
    method: 'delete',
    path: '/admin/assignments/:id',
    summary: 'Take a role back',
    audit: 'assignment.taken',
    who,
    params: IdParams,
    reply: Done,
  }),
} as const;
