import type { Request } from 'express';
import type { Lms } from '../lms.ts';
import { LmsError } from '../state/errors.ts';
import type { Course, Person } from '../state/types.ts';
import { actingPersonId } from './actAs.ts';

/** What every page knows of the one who looks at it. */
export interface PageContext {
  lms: Lms;
  person: Person | null;
  /** The path that is shown, to come back to. */
  path: string;
  /** A sentence about what was just done. */
  note: string | null;
}

export function readContext(lms: Lms, req: Request): PageContext {
  const id = actingPersonId(lms, req);
  return {
    lms,
    person: id ? lms.people.find(id) : null,
    path: req.originalUrl.split('?')[0] ?? '/',
    note: typeof req.query.note === 'string' ? req.query.note : null,
  };
}

/** Whether this person may change the course: its staff and LMS admins. */
export function isStaff({ lms, person }: PageContext, course: Course): boolean {
  if (!person) return false;
  const role = lms.courses.enrolmentOf(course.id, person.id)?.role;
  return person.siteAdmin || role === 'instructor' || role === 'designer' || role === 'assistant';
}

export function requireStaff(context: PageContext, course: Course): void {
  if (!isStaff(context, course)) throw new LmsError(403, 'Only staff of this course can do this.');
}

export function requireAdmin({ person }: PageContext): void {
  if (!person?.siteAdmin) throw new LmsError(403, 'Only the LMS admin can do this. Act as LMS admin first.');
}

/** One field of a posted form, trimmed; absent: an empty text. */
export function field(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** A number from a posted form, or null when the field is empty. */
export function numberField(req: Request, name: string): number | null {
  const text = field(req, name);
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new LmsError(400, `"${text}" is not a number.`);
  return value;
}

/** `key=value` lines as an object. */
export function readLines(text: string): Record<string, string> {
  const entries = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line): [string, string] => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
  return Object.fromEntries(entries);
}

export function toLines(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}
