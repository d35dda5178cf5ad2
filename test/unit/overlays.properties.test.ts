import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findFrameworkFaults } from '../../contract/frameworkRules.ts';
import { applyOverlay } from '../../contract/frameworkOverlays.ts';
import type { FrameworkContent } from '../../contract/frameworks.ts';
import { toCrosswalk } from '../../contract/overlayCrosswalk.ts';
import { findOpenPoints, mergeEdits, toEdits, toOverlayContent } from '../../contract/overlayEdits.ts';
import type { CoreItemEdit, OverlayEdits, OwnItem } from '../../contract/overlays.ts';
import { buildCore, buildOverlay } from '../support/frameworks.ts';
import { buildEdits, ownItem } from '../support/overlays.ts';

const LEVELS = ['start', 'apply', 'lead'];
const STRANDS = ['assessment', 'multimedia'];
const keyOf = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** A core of up to six items with any levels, targets and strands, some of them parts of earlier ones. */
const anyCore: fc.Arbitrary<FrameworkContent> = fc
  .array(
    fc.record({
      strand: fc.option(fc.constantFrom(...STRANDS)),
      level: fc.option(fc.constantFrom(...LEVELS)),
      target: fc.option(fc.constantFrom(...LEVELS)),
      within: fc.option(fc.nat(5)),
    }),
    { maxLength: 6 },
  )
  .map((plans) => {
    const items: FrameworkContent['items'] = [];
    plans.forEach(({ within, ...plan }, at) => {
      const parent = within === null ? undefined : items[within % Math.max(at, 1)];
      const place = { strand: parent ? parent.strand : plan.strand, parent: parent?.key ?? null };
      items.push({ ...ownItem({ ...plan, ...place, key: keyOf(at), title: `Item ${at}` }) });
    });
    return buildCore({ items, crosswalk: [] });
  });

const words = fc.option(fc.constantFrom('Ours', ' Ours', 'Item 1', 'Other words'));

function arbitraryEdit(core: FrameworkContent, was: FrameworkContent['items'][number]) {
  const levels = core.levels.map(({ key }) => key);
  const target = levels.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...levels));
  return fc.record<CoreItemEdit>({
    key: fc.constant(was.key),
    was: fc.constant(was),
    title: words,
    canDo: words,
    target,
  });
}

function arbitraryOwn(core: FrameworkContent): fc.Arbitrary<OwnItem> {
  const strands = core.strands.map(({ key }) => key);
  const strand = strands.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...strands));
  return fc
    .record({ key: fc.uuid(), strand, title: fc.constantFrom('Own', 'Another') })
    .map((parts) => ownItem(parts));
}

function arbitraryEdits(core: FrameworkContent): fc.Arbitrary<OverlayEdits> {
  return fc
    .record({
      title: fc.constantFrom('District', 'School'),
      items: fc.tuple(...core.items.map((item) => fc.option(arbitraryEdit(core, item)))),
      ownItems: fc.uniqueArray(arbitraryOwn(core), { maxLength: 3, selector: ({ key }) => key }),
    })
    .map(({ title, items, ownItems }) =>
      buildEdits(core, { title, items: items.filter((edit) => edit !== null), ownItems }),
    );
}

/** A later version of a core: without some items and with other words in others. */
function arbitraryNewer(core: FrameworkContent): fc.Arbitrary<FrameworkContent> {
  const fate = fc.constantFrom('same', 'reworded', 'dropped');
  return fc.tuple(...core.items.map(() => fate)).map((fates) => {
    const kept = core.items.flatMap((item, at) => {
      if (fates[at] === 'dropped') return [];
      return [fates[at] === 'reworded' ? { ...item, title: `${item.title.slice(0, 200)} now` } : item];
    });
    const keys = new Set(kept.map(({ key }) => key));
    const items = kept.map((item) => (keys.has(item.parent ?? '') ? item : { ...item, parent: null }));
    return { ...core, items, crosswalk: core.crosswalk.filter(({ item }) => keys.has(item)) };
  });
}

const drafted = anyCore.chain((core) => fc.tuple(fc.constant(core), arbitraryEdits(core)));

describe('a draft of an overlay', () => {
  it('makes an overlay that the rules accept, with every item of its core and no target below the core’s', () => {
    fc.assert(
      fc.property(drafted, ([core, edits]) => {
        const content = toOverlayContent(edits, core, buildOverlay());

        const applied = applyOverlay(core, content).framework;
        const ranks = new Map(core.levels.map(({ key }, at) => [key, at]));
        const rankOf = (level: string | null | undefined): number => ranks.get(level ?? '') ?? -1;
        expect(findOpenPoints(edits, core)).toEqual([]);
        expect(findFrameworkFaults(content, core)).toEqual([]);
        expect(applied?.items.slice(0, core.items.length).map(({ key }) => key)).toEqual(
          core.items.map(({ key }) => key),
        );
        core.items.forEach((item, at) => {
          expect(rankOf(applied?.items[at]?.target)).toBeGreaterThanOrEqual(rankOf(item.target));
        });
      }),
    );
  });

  it('that is published and begun again makes the same', () => {
    fc.assert(
      fc.property(drafted, ([core, edits]) => {
        const content = toOverlayContent(edits, core, buildOverlay());

        const again = toEdits(content, core);

        expect(again && toOverlayContent(again, core, content)).toEqual(content);
      }),
    );
  });

  it('that goes to a newer core names everything that does not fit, and fits again when it goes back', () => {
    const taken = drafted.chain(([core, edits]) =>
      fc.tuple(fc.constant(core), fc.constant(edits), arbitraryNewer(core)),
    );
    fc.assert(
      fc.property(taken, ([core, edits, newer]) => {
        const over = { ...edits, core: { ...edits.core, version: 2 } };

        const points = findOpenPoints(over, newer);
        const back = { ...over, core: edits.core };

        const kept = new Set(newer.items.map(({ key }) => key));
        const lost = edits.items.filter(({ key }) => !kept.has(key)).map(({ key }) => key);
        expect(points.filter(({ kind }) => kind === 'dropped').map(({ key }) => key)).toEqual(lost);
        if (points.length === 0) {
          const content = toOverlayContent(over, newer, buildOverlay());
          expect(findFrameworkFaults(content, newer)).toEqual([]);
        }
        expect(toOverlayContent(back, core, buildOverlay())).toEqual(
          toOverlayContent(edits, core, buildOverlay()),
        );
      }),
    );
  });

  it('has one row of the crosswalk for every item of both versions and every one that was added', () => {
    const taken = drafted.chain(([core, edits]) =>
      fc.tuple(fc.constant(core), fc.constant(edits), arbitraryNewer(core)),
    );
    fc.assert(
      fc.property(taken, ([core, edits, newer]) => {
        const keys = toCrosswalk(edits, core, newer).map(({ key }) => key);

        const all = [...core.items, ...newer.items, ...edits.ownItems].map(({ key }) => key);
        expect([...keys].sort()).toEqual([...new Set(all)].sort());
      }),
    );
  });

  it('that only one of two people changed is after a merge as that one wrote it', () => {
    const both = anyCore.chain((core) => fc.tuple(arbitraryEdits(core), arbitraryEdits(core)));
    fc.assert(
      fc.property(both, ([base, changed]) => {
        const sorted = ({ items, ownItems, ...rest }: OverlayEdits) => ({
          ...rest,
          items: [...items]
            .filter(({ title, canDo, target }) => title !== null || canDo !== null || target !== null)
            .sort((a, b) => (a.key < b.key ? -1 : 1)),
          ownItems: [...ownItems].sort((a, b) => (a.key < b.key ? -1 : 1)),
        });

        const [mine, theirs] = [mergeEdits(base, changed, base), mergeEdits(base, base, changed)];

        expect([mine.conflicts, theirs.conflicts]).toEqual([[], []]);
        expect(sorted(mine.value)).toEqual(sorted(changed));
        expect(sorted(theirs.value)).toEqual(sorted(changed));
      }),
    );
  });
});
