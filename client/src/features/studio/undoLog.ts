import { z } from 'zod';
import { Part, PartKey } from '../../../../contract/studioParts.ts';
import { carryOver } from './changes.ts';
import type { Changes, Parts } from './changes.ts';

/** One part before and after an operation; null: it was not there. */
const Edit = z.strictObject({ key: PartKey, before: Part.nullable(), after: Part.nullable() });
type Edit = z.infer<typeof Edit>;

/** What one undo takes back. */
export const LogEntry = z.strictObject({
  edits: z.array(Edit),
  /** Typing in one field is taken back together: entries that follow each other with the same name are one. */
  joins: z.string().nullable(),
  /** When it was last added to, in milliseconds since 1970. */
  at: z.number(),
});
export type LogEntry = z.infer<typeof LogEntry>;

/** What can be undone, the latest last, and what can be redone, the next one last. */
export interface UndoLog {
  readonly done: readonly LogEntry[];
  readonly undone: readonly LogEntry[];
}

export const EMPTY_LOG: UndoLog = { done: [], undone: [] };

/** How many operations can be taken back. */
const ENTRIES_MAX = 100;
/** After a pause of this length, what is typed next is taken back separately. */
const PAUSE_MS = 3000;

function joinEdits(first: readonly Edit[], second: readonly Edit[]): Edit[] {
  const joined = new Map(first.map((edit) => [edit.key, edit]));
  for (const edit of second) {
    const { before } = joined.get(edit.key) ?? edit;
    joined.set(edit.key, { ...edit, before });
  }
  return [...joined.values()];
}

/** Which operation was done, for `record`. */
export interface Done {
  /** The parts before it. */
  readonly parts: Parts;
  readonly changes: Changes;
  readonly joins: string | null;
  readonly at: number;
}

/** Adds an operation, unless it changes nothing. What was undone before it can no longer be redone. */
export function record(log: UndoLog, { parts, changes, joins, at }: Done): UndoLog {
  if (changes.size === 0) return log;
  const { done } = log;
  const edits = [...changes].map(([key, after]) => ({ key, before: parts.get(key) ?? null, after }));
  const last = done.at(-1);
  if (last && joins !== null && last.joins === joins && at - last.at < PAUSE_MS) {
    const joined = { edits: joinEdits(last.edits, edits), joins, at };
    return { done: [...done.slice(0, -1), joined], undone: [] };
  }
  return { done: [...done, { edits, joins, at }].slice(-ENTRIES_MAX), undone: [] };
}

interface Step {
  readonly log: UndoLog;
  readonly changes: Changes;
}

function toChangesOf(parts: Parts, edits: readonly Edit[], way: (edit: Edit) => [Part | null, Part | null]) {
  const changes = edits.map((edit): [PartKey, Part | null] => {
    const [from, to] = way(edit);
    return [edit.key, carryOver(from, to, parts.get(edit.key) ?? null)];
  });
  return new Map(changes);
}

/** Takes back the latest operation; what others changed in the same parts since stays. Null if there is nothing to undo. */
export function undo({ done, undone }: UndoLog, parts: Parts): Step | null {
  const last = done.at(-1);
  if (!last) return null;
  const changes = toChangesOf(parts, last.edits, ({ before, after }) => [after, before]);
  return { log: { done: done.slice(0, -1), undone: [...undone, { ...last, joins: null }] }, changes };
}

/** Does again what was undone last. Null if there is nothing to redo. */
export function redo({ done, undone }: UndoLog, parts: Parts): Step | null {
  const next = undone.at(-1);
  if (!next) return null;
  const changes = toChangesOf(parts, next.edits, ({ before, after }) => [before, after]);
  return { log: { done: [...done, next], undone: undone.slice(0, -1) }, changes };
}
