import { describe, expect, it } from '@jest/globals';
import { findFrameworkFaults } from '../../contract/frameworkRules.ts';
import { applyOverlay, toOverlay } from '../../contract/frameworkOverlays.ts';
import type { FrameworkContent } from '../../contract/frameworks.ts';
import { toFrameworkWords } from '../../contract/lint/alignments.ts';
import { compareFrameworks } from '../../client/src/components/frameworks/frameworkDiff.ts';
import { placeItems, searchItems } from '../../client/src/components/frameworks/frameworkItems.ts';
import { writeCase } from '../../server/features/frameworks/case/writeCase.ts';
import { writeCsv } from '../../server/features/frameworks/csv/writeCsv.ts';
import { buildCore, buildOverlay } from '../support/frameworks.ts';

const keyOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** A framework of so many items, each ten of them within one. */
function frameworkOf(count: number): FrameworkContent {
  const items = Array.from({ length: count }, (_, at) => ({
    key: keyOf(at + 1),
    code: `X${at}`,
    strand: 'assessment',
    parent: at % 10 === 0 ? null : keyOf(at - (at % 10) + 1),
    level: 'start',
    title: `Item ${at}`,
    canDo: `I can do ${at}.`,
    evidenceIdeas: [],
    alignments: [],
  }));
  return buildCore({ items, crosswalk: [] });
}

/** The framework, with each look at a member of one of its items counted. */
function counted(framework: FrameworkContent): { framework: FrameworkContent; looks: () => number } {
  let looks = 0;
  const items = framework.items.map(
    (item) =>
      new Proxy(item, {
        get: (target, name) => {
          looks += 1;
          return Reflect.get(target, name) as unknown;
        },
      }),
  );
  return { framework: { ...framework, items }, looks: () => looks };
}

const renameAll = (core: FrameworkContent) =>
  buildOverlay({
    renamedItems: core.items.map(({ key }) => ({ item: key, title: 'Renamed', canDo: null })),
  });

const OPERATIONS: readonly [string, (framework: FrameworkContent) => unknown][] = [
  ['the check of its parts', (core) => findFrameworkFaults(core, null)],
  ['an overlay of all its items', (core) => applyOverlay(core, renameAll(core))],
  ['making an overlay of an edited copy', (core) => toOverlay(core, 1, { ...core, title: 'District' })],
  ['the words that content is checked against', toFrameworkWords],
  ['the comparison of two versions', (core) => compareFrameworks(core, { items: [...core.items].reverse() })],
  ['the order in which items are shown', (core) => searchItems(placeItems(core), 'item 7')],
  ['a CASE package', (core) => writeCase(core, '2026-03-01T08:00:00.000Z')],
  ['a table', writeCsv],
];

describe('with twice as many items of a framework', () => {
  it.each(OPERATIONS)('%s looks at them twice as often, and not more', (_what, operate) => {
    const [few, many] = [500, 1000].map((count) => {
      const { framework, looks } = counted(frameworkOf(count));
      operate(framework);
      return looks();
    });

    expect(few).toBeGreaterThan(0);
    expect((many ?? 0) / (few ?? 1)).toBeLessThan(2.2);
  });
});
