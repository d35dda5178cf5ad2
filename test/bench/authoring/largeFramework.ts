import type { FrameworkContent } from '../../../contract/frameworks.ts';
import { buildCore, ITEM } from '../../support/frameworks.ts';

/** As many items and relations as fit into the largest file that is imported, as most published frameworks describe them. */
const ITEMS = 4600;
const RELATIONS = 2500;

const keyOf = (n: number): string => `00000000-0000-4000-8000-${(n + 0x1000).toString(16).padStart(12, '0')}`;

/** A framework as large as one can be imported: each ten of its items are parts of another one. */
export function largeFramework(): FrameworkContent {
  const canDo = 'I can show what the class knows today, and plan what tomorrow’s lesson is about. ';
  const items = Array.from({ length: ITEMS }, (_, at) => ({
    key: keyOf(at),
    code: `X${at}`,
    strand: 'assessment',
    parent: at % 10 === 0 ? null : keyOf(at - (at % 10)),
    level: 'start',
    title: `Item ${at}`,
    canDo: canDo.trim(),
    evidenceIdeas: [],
    alignments: [],
  }));
  const crosswalk = Array.from({ length: RELATIONS }, (_, at) => ({
    item: keyOf(at),
    relation: 'isRelatedTo' as const,
    to: {
      item: ITEM.checks.replace(/^.{8}/, at.toString(16).padStart(8, '0')),
      framework: 'Other',
      code: `O${at}`,
    },
  }));
  return buildCore({ items, crosswalk });
}
