import type { Alignment, ModuleContent, PathwayContent } from '../content.ts';
import { nameOfItem } from '../frameworkRules.ts';
import type { FrameworkContent } from '../frameworks.ts';
import { toFinding, type Finding, type PartialPlace } from './findings.ts';

/** The words of one version of a framework that content keeps with its alignments. */
export interface FrameworkWords {
  /** Titles of the strands by their keys. */
  readonly strands: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, Pick<Alignment, 'code' | 'title'>>;
}

/** A published framework, with the versions of it that a check needs. */
export interface KnownFramework {
  readonly title: string;
  /** Number of the newest version. */
  readonly newest: number;
  readonly versions: ReadonlyMap<number, FrameworkWords>;
}

/** What content is checked against. */
export interface KnownFrameworks {
  /** Whether a framework that is not among these does not exist. Otherwise nothing is said about it. */
  readonly complete: boolean;
  readonly byKey: ReadonlyMap<string, KnownFramework>;
}

/** Nothing is known about frameworks, so nothing is found. */
export const NO_FRAMEWORKS_KNOWN: KnownFrameworks = { complete: false, byKey: new Map() };

/** @param framework  of an overlay, the one that it makes together with its core */
export function toFrameworkWords({
  strands,
  items,
}: Pick<FrameworkContent, 'strands' | 'items'>): FrameworkWords {
  return {
    strands: new Map(strands.map(({ key, title }) => [key, title])),
    items: new Map(items.map(({ key, code, title }) => [key, { code, title }])),
  };
}

/** What names a framework: a pathway or an observation form. */
type WithFramework = Pick<PathwayContent, 'framework'>;

/** The version of a framework that an alignment in this content is about: the content's own, or else the newest. */
function findVersion(
  { framework }: WithFramework,
  key: string,
  known: KnownFrameworks,
): { title: string; version: number; words: FrameworkWords } | null {
  const found = known.byKey.get(key);
  if (!found) return null;
  const version = framework?.key === key ? framework.version : found.newest;
  const words = found.versions.get(version);
  return words ? { title: found.title, version, words } : null;
}

/** What is wrong with the framework that content names, apart from what is in it. @param what  the content, for the words */
export function lintFrameworkVersion(
  content: WithFramework,
  what: 'pathway' | 'form',
  known: KnownFrameworks,
): Finding[] {
  const { framework } = content;
  if (!framework) return [];
  const { key, title, version } = framework;
  const newest = known.byKey.get(key)?.newest;
  const found = findVersion(content, key, known);
  if (!found) {
    if (!known.complete && newest === undefined) return [];
    const facts = { what, framework: title, version };
    return [toFinding('unknown_framework', { field: 'framework' }, facts)];
  }
  if (newest === undefined || newest <= version) return [];
  const facts = { what, framework: found.title, version, newest };
  return [toFinding('newer_framework', { field: 'framework' }, facts)];
}

/** What is wrong with the framework of a pathway and its strand. */
export function lintFramework(
  content: Pick<PathwayContent, 'framework' | 'strand'>,
  known: KnownFrameworks,
): Finding[] {
  const { framework, strand } = content;
  const findings = lintFrameworkVersion(content, 'pathway', known);
  const found = framework ? findVersion(content, framework.key, known) : null;
  if (!found) return findings;
  const facts = { framework: found.title, version: found.version };
  const now = found.words.strands.get(strand.key);
  if (now === undefined)
    findings.push(toFinding('unknown_strand', { field: 'strand' }, { ...facts, strand: strand.title }));
  else if (now !== strand.title)
    findings.push(toFinding('strand_words', { field: 'strand' }, { ...facts, said: strand.title, now }));
  return findings;
}

/** An item in one line: "AT2 Quick checks". */
const alignmentText = ({ code, title }: Pick<Alignment, 'code' | 'title'>): string =>
  [code, title].filter((part) => part !== '').join(' ');

/** What is aligned: where it is, and what it is called. */
interface Aligned {
  readonly place: PartialPlace;
  readonly what: 'criterion' | 'item';
  readonly code: string;
  readonly alignments: readonly Alignment[];
}

/** What is wrong with the alignments of one part, in content with this framework. */
export function lintAlignments(
  content: WithFramework,
  { place: part, what, code, alignments }: Aligned,
  known: KnownFrameworks,
): Finding[] {
  const place = { ...part, field: 'alignments' };
  const about = { what, code };
  const gone: Finding[] = [];
  const renamed: { said: string; now: string; framework: string }[] = [];
  for (const alignment of alignments) {
    const found = findVersion(content, alignment.framework, known);
    const item = nameOfItem(alignment);
    if (!found) {
      // of the content's own framework, the finding about the content says that
      if (!known.complete || alignment.framework === content.framework?.key) continue;
      if (known.byKey.has(alignment.framework)) continue;
      gone.push(toFinding('unknown_framework', place, { ...about, item }));
      continue;
    }
    const { title: framework, version, words } = found;
    const now = words.items.get(alignment.item);
    if (!now) gone.push(toFinding('unknown_alignment', place, { ...about, item, framework, version }));
    else if (now.code !== alignment.code || now.title !== alignment.title)
      renamed.push({ said: alignmentText(alignment), now: alignmentText(now), framework });
  }
  const [first] = renamed;
  if (!first) return gone;
  return [...gone, toFinding('alignment_words', place, { ...about, ...first, others: renamed.length - 1 })];
}

/** What is wrong with the alignments of a module, in a pathway with this framework. */
export function lintAlignedItems(
  content: WithFramework,
  { key: module, criteria }: ModuleContent,
  known: KnownFrameworks,
): Finding[] {
  return criteria.flatMap(({ key: criterion, code, alignments }) =>
    lintAlignments(content, { place: { module, criterion }, what: 'criterion', code, alignments }, known),
  );
}
