import type { Alignment, Criterion, ModuleContent, PathwayContent } from '../content.ts';
import { nameOfItem } from '../frameworkRules.ts';
import type { FrameworkContent } from '../frameworks.ts';
import { toFinding, type Finding } from './findings.ts';

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

type WithFramework = Pick<PathwayContent, 'framework' | 'strand'>;

/** The version of a framework that an alignment of this pathway is about: the pathway's own, or else the newest. */
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

/** What is wrong with the framework of a pathway and its strand. */
export function lintFramework(content: WithFramework, known: KnownFrameworks): Finding[] {
  const { framework, strand } = content;
  if (!framework) return [];
  const { key, title, version } = framework;
  const newest = known.byKey.get(key)?.newest;
  const found = findVersion(content, key, known);
  if (!found) {
    if (!known.complete && newest === undefined) return [];
    const facts = { what: 'pathway', framework: title, version };
    return [toFinding('unknown_framework', { field: 'framework' }, facts)];
  }
  const facts = { framework: found.title, version };
  const now = found.words.strands.get(strand.key);
  const findings: Finding[] = [];
  if (newest !== undefined && newest > version)
    findings.push(toFinding('newer_framework', { field: 'framework' }, { ...facts, newest }));
  if (now === undefined)
    findings.push(toFinding('unknown_strand', { field: 'strand' }, { ...facts, strand: strand.title }));
  else if (now !== strand.title)
    findings.push(toFinding('strand_words', { field: 'strand' }, { ...facts, said: strand.title, now }));
  return findings;
}

/** An item in one line: "AT2 Quick checks". */
const alignmentText = ({ code, title }: Pick<Alignment, 'code' | 'title'>): string =>
  [code, title].filter((part) => part !== '').join(' ');

function lintCriterion(
  content: WithFramework,
  module: string,
  { key, code, alignments }: Criterion,
  known: KnownFrameworks,
): Finding[] {
  const place = { module, criterion: key, field: 'alignments' };
  const gone: Finding[] = [];
  const renamed: { said: string; now: string; framework: string }[] = [];
  for (const alignment of alignments) {
    const found = findVersion(content, alignment.framework, known);
    const item = nameOfItem(alignment);
    if (!found) {
      // of the pathway's own framework, the finding about the pathway says that
      if (!known.complete || alignment.framework === content.framework?.key) continue;
      if (known.byKey.has(alignment.framework)) continue;
      gone.push(toFinding('unknown_framework', place, { what: 'criterion', code, item }));
      continue;
    }
    const { title: framework, version, words } = found;
    const now = words.items.get(alignment.item);
    if (!now) gone.push(toFinding('unknown_alignment', place, { code, item, framework, version }));
    else if (now.code !== alignment.code || now.title !== alignment.title)
      renamed.push({ said: alignmentText(alignment), now: alignmentText(now), framework });
  }
  const [first] = renamed;
  if (!first) return gone;
  return [...gone, toFinding('alignment_words', place, { code, ...first, others: renamed.length - 1 })];
}

/** What is wrong with the alignments of a module, in a pathway with this framework. */
export function lintAlignedItems(
  content: WithFramework,
  { key, criteria }: ModuleContent,
  known: KnownFrameworks,
): Finding[] {
  return criteria.flatMap((criterion) => lintCriterion(content, key, criterion, known));
}
