import { FORM_PART } from '../../../../contract/formParts.ts';
import type { FormPart, ItemPart, SectionPart } from '../../../../contract/formParts.ts';
import { mergeThreeWay } from '../../../../contract/studioMerge.ts';
import { keyOfPart, Part } from '../../../../contract/studioParts.ts';
import type { ModulePart, PartKey, PathwayPart } from '../../../../contract/studioParts.ts';
import { PATHWAY_PART } from '../../../../contract/studioParts.ts';

/** A draft as the page holds it: every part by its key. */
export type Parts = ReadonlyMap<PartKey, Part>;

/** What an operation makes of some parts, by their keys; null removes one. */
export type Changes = ReadonlyMap<PartKey, Part | null>;

/** Nothing changes. */
export const NO_CHANGES: Changes = new Map();

export type BlockPart = Extract<Part, { type: 'block' }>;
export type CriterionPart = Extract<Part, { type: 'criterion' }>;
export type ExemplarPart = Extract<Part, { type: 'exemplar' }>;

/** The parts after some changes. */
export function applyChanges(parts: Parts, changes: Changes): Parts {
  const next = new Map(parts);
  for (const [key, value] of changes) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

/** These parts as changes, each under its own key. */
export function toChanges(...parts: readonly Part[]): Changes {
  return new Map(parts.map((part) => [keyOfPart(part), part]));
}

/** All of several changes; of the same part the last one counts. */
export function joinChanges(...all: readonly Changes[]): Changes {
  return new Map(all.flatMap((changes) => [...changes]));
}

/** The pathway's own part; null while nothing is loaded. */
export function findPathway(parts: Parts): PathwayPart | null {
  const part = parts.get(PATHWAY_PART);
  return part?.type === 'pathway' ? part : null;
}

export function findModule(parts: Parts, key: string): ModulePart | null {
  const part = parts.get(key);
  return part?.type === 'module' ? part : null;
}

export function findBlock(parts: Parts, key: string): BlockPart | null {
  const part = parts.get(key);
  return part?.type === 'block' ? part : null;
}

export function findCriterion(parts: Parts, key: string): CriterionPart | null {
  const part = parts.get(key);
  return part?.type === 'criterion' ? part : null;
}

export function findExemplar(parts: Parts, key: string): ExemplarPart | null {
  const part = parts.get(key);
  return part?.type === 'exemplar' ? part : null;
}

/** The form's own part; null in the draft of a pathway. */
export function findForm(parts: Parts): FormPart | null {
  const part = parts.get(FORM_PART);
  return part?.type === 'form' ? part : null;
}

export function findSection(parts: Parts, key: string): SectionPart | null {
  const part = parts.get(key);
  return part?.type === 'section' ? part : null;
}

export function findItemPart(parts: Parts, key: string): ItemPart | null {
  const part = parts.get(key);
  return part?.type === 'item' ? part : null;
}

/** A copy of a list with one entry at another place; places outside the list count as its ends. */
export function withMoved<T>(list: readonly T[], from: number, to: number): T[] {
  const [entry] = list.slice(from, from + 1);
  if (entry === undefined) return [...list];
  const others = list.filter((_, at) => at !== from);
  const place = Math.max(0, Math.min(others.length, to));
  return [...others.slice(0, place), entry, ...others.slice(place)];
}

/** A copy of a list with an entry put in at a place; by default at the end. */
export function withInserted<T>(list: readonly T[], entry: T, at = list.length): T[] {
  return [...list.slice(0, at), entry, ...list.slice(at)];
}

/**
 * Carries a change over to a part that may have been changed by somebody else since: what they changed stays, also where the change
 * would have replaced it.
 *
 * @param from  the part before the change
 * @param to  and after it; null: it is not there
 */
export function carryOver(from: Part | null, to: Part | null, current: Part | null): Part | null {
  const { value } = mergeThreeWay(from, to, current);
  if (value === null || value === undefined) return null;
  const read = Part.safeParse(value);
  return read.success ? read.data : current;
}
