import type { Alignment, Criterion, Strand } from '../../../../contract/content.ts';
import type { FrameworkContent, FrameworkItem } from '../../../../contract/frameworks.ts';
import { findCriterion, findPathway, joinChanges, NO_CHANGES, toChanges } from './changes.ts';
import type { Changes, CriterionPart, Parts } from './changes.ts';
import { setCriterion, setPathway } from './studioModel.ts';

/** What a designer does with frameworks: choosing one, aligning criteria to its items, and taking over its words. */

/** Most items that a criterion is aligned to. */
export const ALIGNMENTS_MAX = 20;

/** A published version of a framework. */
export interface ChosenVersion {
  readonly version: number;
  /** An overlay together with its core. */
  readonly content: FrameworkContent;
}

/** The strands of a framework as a pathway has them. */
export function strandsOf({ strands }: Pick<FrameworkContent, 'strands'>): Strand[] {
  return strands.map(({ key, title, art }) => ({ key, title, art }));
}

/** Chooses the framework of the pathway; its strand gets the words that the framework has for it, if it has that strand. */
export function chooseFramework(parts: Parts, chosen: ChosenVersion | null): Changes {
  const pathway = findPathway(parts);
  if (!pathway) return NO_CHANGES;
  if (!chosen) return setPathway(parts, { framework: null });
  const { version, content } = chosen;
  const strand = strandsOf(content).find(({ key }) => key === pathway.strand.key) ?? pathway.strand;
  return setPathway(parts, { framework: { key: content.key, title: content.title, version }, strand });
}

/** An item as a criterion keeps it. */
const toAlignment = (framework: string, { key, code, title }: FrameworkItem): Alignment => ({
  framework,
  item: key,
  code,
  title,
});

/** Adds items of a framework to what a criterion is aligned to, as far as there is room, and removes others of it. */
export function setAligned(
  parts: Parts,
  key: string,
  {
    framework,
    add,
    remove,
  }: { framework: string; add: readonly FrameworkItem[]; remove: ReadonlySet<string> },
): Changes {
  const before = findCriterion(parts, key)?.criterion.alignments;
  if (!before) return NO_CHANGES;
  const kept = before.filter((one) => one.framework !== framework || !remove.has(one.item));
  const known = new Set(kept.filter((one) => one.framework === framework).map(({ item }) => item));
  const added = add.filter((item) => !known.has(item.key)).map((item) => toAlignment(framework, item));
  return setCriterion(parts, key, { alignments: [...kept, ...added].slice(0, ALIGNMENTS_MAX) });
}

/** An alignment whose item reads differently in the framework. */
export interface OldWords {
  readonly alignment: Alignment;
  readonly now: FrameworkItem;
}

/** The alignments of a criterion to this framework that have other words than it; an item that it does not have is none of them. */
export function findOldWords(
  { alignments }: Pick<Criterion, 'alignments'>,
  content: FrameworkContent,
): OldWords[] {
  const aligned = alignments.filter(({ framework }) => framework === content.key);
  if (aligned.length === 0) return [];
  const wanted = new Set(aligned.map(({ item }) => item));
  const items = new Map(content.items.filter(({ key }) => wanted.has(key)).map((item) => [item.key, item]));
  return aligned.flatMap((alignment) => {
    const now = items.get(alignment.item);
    return now && (now.code !== alignment.code || now.title !== alignment.title) ? [{ alignment, now }] : [];
  });
}

function withWords({ type, criterion }: CriterionPart, content: FrameworkContent): CriterionPart {
  const words = new Map(findOldWords(criterion, content).map(({ now }) => [now.key, now]));
  const alignments = criterion.alignments.map((one) => {
    const now = one.framework === content.key ? words.get(one.item) : undefined;
    return now ? toAlignment(content.key, now) : one;
  });
  return { type, criterion: { ...criterion, alignments } };
}

/** Gives the alignments of a criterion the words that their items have in this framework. */
export function takeWords(parts: Parts, key: string, content: FrameworkContent): Changes {
  const before = findCriterion(parts, key);
  if (!before || findOldWords(before.criterion, content).length === 0) return NO_CHANGES;
  return toChanges(withWords(before, content));
}

/** Every criterion of the draft that has other words than this framework. */
export function criteriaWithOldWords(parts: Parts, content: FrameworkContent): CriterionPart[] {
  return [...parts.values()].flatMap((part) =>
    part.type === 'criterion' && findOldWords(part.criterion, content).length > 0 ? [part] : [],
  );
}

/** Moves the pathway to another version of its framework, and takes over its words everywhere. */
export function moveToVersion(parts: Parts, chosen: ChosenVersion): Changes {
  const criteria = criteriaWithOldWords(parts, chosen.content);
  return joinChanges(
    chooseFramework(parts, chosen),
    toChanges(...criteria.map((part) => withWords(part, chosen.content))),
  );
}
