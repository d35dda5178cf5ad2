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

function findPart<T extends Part['type']>(parts: Parts, key: PartKey, type: T) {
  const isOf = (part: Part | undefined): part is Extract<Part, { type: T }> => part?.type === type;
  const part = parts.get(key);
  return isOf(part) ? part : null;
}

/** The pathway's own part; null while nothing is loaded. */
export const findPathway = (parts: Parts): PathwayPart | null => findPart(parts, PATHWAY_PART, 'pathway');
export const findModule = (parts: Parts, key: string): ModulePart | null => findPart(parts, key, 'module');
export const findBlock = (parts: Parts, key: string): BlockPart | null => findPart(parts, key, 'block');
export const findCriterion = (parts: Parts, key: string): CriterionPart | null =>
  findPart(parts, key, 'criterion');
export const findExemplar = (parts: Parts, key: string): ExemplarPart | null =>
  findPart(parts, key, 'exemplar');

/** The form's own part; null in the draft of a pathway. */
export const findForm = (parts: Parts): FormPart | null => findPart(parts, FORM_PART, 'form');
export const findSection = (parts: Parts, key: string): SectionPart | null => findPart(parts, key, 'section');
export const findItemPart = (parts: Parts, key: string): ItemPart | null => findPart(parts, key, 'item');

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
