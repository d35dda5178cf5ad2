import { z } from 'zod';

/** Ids are random UUIDs; keys of modules, criteria, levels and prompts are UUIDs that stay the same in all versions. */
export const Id = z.uuid();
export type Id = z.infer<typeof Id>;

/** An instant in UTC, ISO 8601 with `Z`. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

/** Lower-case hex of a SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Opaque position in a list; absent = the beginning. */
export const Cursor = z.string().min(1).max(200);

export const IdParams = z.strictObject({ id: Id });
export const Empty = z.strictObject({});
/** Reply of a route that has nothing to return. */
export const Done = z.strictObject({ done: z.literal(true) });
export const DONE: z.infer<typeof Done> = { done: true };

/** A name or title that a person or an LMS gave: one line, trimmed. */
export const Title = z.string().trim().min(1).max(255);

/**
 * Who may call an endpoint: the roles of the session (§ rights). `anyone` is any live session, `public` needs none. `peer` is a
 * participant who judges work of others; whose, the service decides.
 */
export const WHO = ['public', 'anyone', 'participant', 'peer', 'reviewer', 'designer', 'admin'] as const;
export type Who = (typeof WHO)[number];

/** What a person may do here: from the context roles of this launch and their assignments. */
export const Role = z.enum(['participant', 'reviewer', 'designer', 'admin']);
export type Role = z.infer<typeof Role>;

export const PlatformFamily = z.enum(['canvas', 'moodle', 'schoology', 'other']);
export type PlatformFamily = z.infer<typeof PlatformFamily>;
