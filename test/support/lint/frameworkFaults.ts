import type { Alignment, FrameworkRef, PathwayContent } from '../../../contract/content.ts';
import type { FrameworkWords, KnownFrameworks } from '../../../contract/lint/alignments.ts';
import { sampleKey } from '../sampleContent.ts';
import { criterion, ELSEWHERE, inCriterion, type Fault } from './changes.ts';

const CORE = sampleKey(60);
const OTHER = sampleKey(61);
const ITEM = { checks: sampleKey(60, 1), gone: sampleKey(60, 2), other: sampleKey(61, 1) };

const wordsOf = (strand: string, ...items: readonly [key: string, title: string][]): FrameworkWords => ({
  strands: new Map([['assessment', strand]]),
  items: new Map(items.map(([key, title]) => [key, { code: 'A1', title }])),
});

/** All frameworks of an institution: a core with two versions, and one with a single version. */
export const KNOWN: KnownFrameworks = {
  complete: true,
  byKey: new Map([
    [
      CORE,
      {
        title: 'Core',
        newest: 2,
        versions: new Map([
          [1, wordsOf('Assessment technology', [ITEM.checks, 'Quick checks'], [ITEM.gone, 'Quizzes'])],
          [2, wordsOf('Assessment', [ITEM.checks, 'Checks that change the lesson'])],
        ]),
      },
    ],
    [OTHER, { title: 'Other', newest: 1, versions: new Map([[1, wordsOf('Else', [ITEM.other, 'Plan']) ]]) }],
  ]),
}; // prettier-ignore

const ref = (version: number, key = CORE): FrameworkRef => ({ key, title: 'Core', version });

/** Alignments that content may have, right or wrong. */
export const ALIGNMENTS: readonly Alignment[] = [
  { framework: CORE, item: ITEM.checks, code: 'A1', title: 'Quick checks' },
  { framework: CORE, item: ITEM.gone, code: 'A1', title: 'Quizzes' },
  { framework: OTHER, item: ITEM.other, code: 'A1', title: 'Plan' },
  { framework: OTHER, item: ITEM.other, code: 'A1', title: 'Plans' },
  { framework: ELSEWHERE, item: ITEM.other, code: 'A1', title: 'Plan' },
];

/** Frameworks that content may name: published, not published, none. */
export const FRAMEWORKS: readonly PathwayContent['framework'][] = [
  ref(1),
  ref(2),
  ref(3),
  ref(1, OTHER),
  ref(1, ELSEWHERE),
  null,
];

function aligned(framework: PathwayContent['framework'], ...alignments: readonly number[]): PathwayContent {
  const chosen = alignments.flatMap((index) => ALIGNMENTS[index] ?? []);
  return { ...inCriterion({ alignments: chosen }), framework };
}

export const ALIGNED: readonly Fault[] = [
  ['unknown_framework', 'a framework that nobody imported', aligned(ref(1, ELSEWHERE)), { field: 'framework' }],
  ['unknown_framework', 'a version that was never published', aligned(ref(3)), { field: 'framework' }],
  ['unknown_framework', 'an item of a framework that nobody imported', aligned(null, 4), criterion(0, 'alignments')],
  ['newer_framework', 'a version that is not the newest', aligned(ref(1), 0), { field: 'framework' }],
  ['unknown_strand', 'a strand of another framework', { ...aligned(ref(2)), strand: { key: 'leading', title: 'Leading', art: 'flag' } }, { field: 'strand' }],
  ['strand_words', 'a strand that was renamed', aligned(ref(2)), { field: 'strand' }],
  ['unknown_alignment', 'an item that is not in the version', aligned(ref(2), 1), criterion(0, 'alignments')],
  ['alignment_words', 'an item that was renamed', aligned(ref(2), 0, 3), criterion(0, 'alignments')],
]; // prettier-ignore
