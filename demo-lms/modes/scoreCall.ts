import type { Gradebook } from '../state/gradebook.ts';
import type { Course, Enrolment, LineItem, Person } from '../state/types.ts';
import type { Answer } from './answer.ts';

/** One score on its way into a column, with all that a mode's rules may look at. */
export interface ScoreCall {
  gradebook: Gradebook;
  course: Course;
  item: LineItem;
  score: Record<string, unknown>;
  /** The body as it came: Moodle quotes it in its refusal. */
  raw: string;
  /** Who `userId` names, if anyone, and what they are in this course. */
  person: Person | null;
  enrolment: Enrolment | null;
  /** Where the result can be read afterwards. */
  resultUrl: string;
}

export type ScoreRules = (call: ScoreCall) => Answer;

/** Milliseconds of an ISO 8601 instant with a zone, or null. */
export function readInstant(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/.test(value)) return null;
  const ms = Date.parse(value.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) ? null : ms;
}

/** A number, also when it comes as text. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
}

export function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export const ACTIVITY_PROGRESS = ['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'];
export const GRADING_PROGRESS = ['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'];
