import { describe, expect, it } from '@jest/globals';
import { findFrameworkFaults } from '../../contract/frameworkRules.ts';
import { applyOverlay } from '../../contract/frameworkOverlays.ts';
import type { FrameworkContent } from '../../contract/frameworks.ts';
import { toCrosswalk, type Mark } from '../../contract/overlayCrosswalk.ts';
import {
  findOpenPoints,
  mergeEdits,
  toEdits,
  toOverlayContent,
  type OpenPointKind,
} from '../../contract/overlayEdits.ts';
import type { OverlayEdits } from '../../contract/overlays.ts';
import { buildCore, buildOverlay, ITEM } from '../support/frameworks.ts';
import { buildEdits, editOf, ownItem } from '../support/overlays.ts';

const core = buildCore();
const kindsIn = (edits: OverlayEdits, of: FrameworkContent): OpenPointKind[] =>
  findOpenPoints(edits, of).map(({ kind }) => kind);

/** The core with another version of one item; null: without it. */
function withItem(key: string, change: Partial<FrameworkContent['items'][number]> | null): FrameworkContent {
  return buildCore({
    items: core.items.flatMap((item) => {
      if (item.key !== key) return [item];
      return change ? [{ ...item, ...change }] : [];
    }),
    crosswalk: [],
  });
}

describe('what a draft makes', () => {
  it('has the own words, the raised target and the added item, and nothing that says what the core says', () => {
    const edits = buildEdits(core, {
      strands: [{ key: 'multimedia', was: core.strands[1]!, title: ' Media ' }],
      items: [
        editOf(core, ITEM.checks, { title: 'Exit checks', canDo: 'I can check quickly.', target: 'lead' }),
        editOf(core, ITEM.feedback, { title: 'Item A2' }),
      ],
      ownItems: [ownItem({ title: ' Exit tickets ' })],
    });

    const content = toOverlayContent(edits, core, buildOverlay());

    expect(content.overlay).toEqual({
      core: edits.core,
      renamedStrands: [{ strand: 'multimedia', title: 'Media' }],
      renamedItems: [{ item: ITEM.checks, title: 'Exit checks', canDo: null }],
      raisedTargets: [{ item: ITEM.checks, target: 'lead' }],
    });
    expect(content.items.map(({ title }) => title)).toEqual(['Exit tickets']);
    expect(findFrameworkFaults(content, core)).toEqual([]);
  });

  it('never lowers a target, and asks for its own again on a core that asks for less', () => {
    const edits = buildEdits(core, { items: [editOf(core, ITEM.checks, { target: 'apply' })] });
    const less = withItem(ITEM.checks, { target: 'start' });

    const [same, raised] = [core, less].map((of) => toOverlayContent(edits, of, buildOverlay()));

    expect(same?.overlay?.raisedTargets).toEqual([]);
    expect(raised?.overlay?.raisedTargets).toEqual([{ item: ITEM.checks, target: 'apply' }]);
  });

  it('is, of a published overlay that is begun again, that overlay', () => {
    const overlay = buildOverlay(
      {
        renamedStrands: [{ strand: 'multimedia', title: 'Media' }],
        renamedItems: [
          { item: ITEM.checks, title: 'Quick checks', canDo: 'I check.' },
          { item: ITEM.stories, title: 'Stories', canDo: null },
        ],
        raisedTargets: [{ item: ITEM.editing, target: 'lead' }],
      },
      { items: [ownItem()] },
    );

    const edits = toEdits(overlay, core);

    expect(edits && toOverlayContent(edits, core, overlay)).toEqual(overlay);
  });

  it('is nothing of a core, which cannot be begun again', () => {
    expect(toEdits(core, core)).toBeNull();
  });
});

describe('what has to be settled', () => {
  const renamed = buildEdits(core, { items: [editOf(core, ITEM.checks, { title: 'Exit checks' })] });
  const own = ownItem({ code: 'X1', parent: ITEM.feedback, target: 'lead' });
  const added = buildEdits(core, { ownItems: [own] });
  const cases: [what: string, edits: OverlayEdits, of: FrameworkContent, kinds: OpenPointKind[]][] = [
    ['nothing on the same core', { ...renamed, ownItems: [own] }, core, []],
    ['a renamed item that the core dropped', renamed, withItem(ITEM.checks, null), ['dropped']],
    [
      'a renamed item that the core renamed, too',
      renamed,
      withItem(ITEM.checks, { title: 'Checks' }),
      ['reworded'],
    ],
    [
      'nothing where the core took the same words',
      renamed,
      withItem(ITEM.checks, { title: 'Exit checks' }),
      [],
    ],
    [
      'nothing where the core changed what was not renamed',
      renamed,
      withItem(ITEM.checks, { canDo: 'I can.' }),
      [],
    ],
    [
      'an added item below one that the core dropped',
      added,
      withItem(ITEM.feedback, null),
      ['parentMissing'],
    ],
    [
      'an added item below one that moved',
      added,
      withItem(ITEM.feedback, { strand: 'multimedia' }),
      ['strandDiffers'],
    ],
    ['a code that the core uses now', added, withItem(ITEM.feedback, { code: 'X1' }), ['codeTaken']],
    [
      'a level that the core has no more',
      added,
      { ...core, levels: core.levels.slice(0, 2) },
      ['levelMissing'],
    ],
    [
      'a key that the core has now',
      buildEdits(core, { ownItems: [ownItem({ key: ITEM.feedback })] }),
      core,
      ['taken'],
    ],
    [
      'an added item without a title',
      buildEdits(core, { ownItems: [ownItem({ title: ' ' })] }),
      core,
      ['titleMissing'],
    ],
    [
      'an added item in a strand that is not there',
      buildEdits(core, { ownItems: [ownItem({ strand: 'writing' })] }),
      core,
      ['strandMissing'],
    ],
    [
      'a renamed strand that is not there',
      buildEdits(core, { strands: [{ key: 'writing', was: core.strands[0]!, title: 'Writing' }] }),
      core,
      ['dropped'],
    ],
    ['an overlay without a title', buildEdits(core, { title: '' }), core, ['titleMissing']],
  ];

  it.each(cases)('is %s', (_what, edits, of, kinds) => {
    expect(kindsIn(edits, of)).toEqual(kinds);
  });
});

describe('two people who change the same draft', () => {
  const base = buildEdits(core);

  it('keep both changes, also those of different fields of one item', () => {
    const mine = { ...base, items: [editOf(core, ITEM.checks, { title: 'Mine' })], title: 'Ours' };
    const theirs = {
      ...base,
      items: [editOf(core, ITEM.checks, { target: 'lead' })],
      ownItems: [ownItem()],
    };

    const merged = mergeEdits(base, mine, theirs);

    expect(merged.conflicts).toEqual([]);
    expect(merged.value).toEqual({
      ...theirs,
      title: 'Ours',
      items: [editOf(core, ITEM.checks, { title: 'Mine', target: 'lead' })],
    });
  });

  it('are asked where both wrote something else into one field', () => {
    const mine = { ...base, items: [editOf(core, ITEM.checks, { title: 'Mine' })] };
    const theirs = { ...base, items: [editOf(core, ITEM.checks, { title: 'Theirs' })] };

    const merged = mergeEdits(base, mine, theirs);

    expect(merged.conflicts).toEqual([
      { path: ['items', ITEM.checks, 'title'], mine: 'Mine', theirs: 'Theirs' },
    ]);
    expect(merged.value).toEqual(theirs);
  });

  it('put back what one of them put back and the other did not touch', () => {
    const before = { ...base, items: [editOf(core, ITEM.checks, { title: 'Ours' })] };

    const merged = mergeEdits(before, base, { ...before, title: 'Other' });

    expect(merged).toEqual({ value: { ...base, title: 'Other' }, conflicts: [] });
  });
});

describe('the crosswalk', () => {
  const moved = withItem(ITEM.editing, { parent: null, title: 'Cutting' });
  const newer = {
    ...moved,
    items: [...moved.items.filter(({ key }) => key !== ITEM.feedback), ownItem({ title: 'New in the core' })],
  };
  const own = ownItem();
  const edits = buildEdits(core, {
    items: [
      editOf(core, ITEM.checks, { title: 'Exit checks', target: 'lead' }),
      editOf(core, ITEM.feedback, { title: 'Marking' }),
    ],
    ownItems: [own],
  });

  it('says of every item what the overlay and the newer core do to it, and leaves none out', () => {
    const marks = toCrosswalk(edits, core, newer).map(({ key, marks: all }): [string, readonly Mark[]] => [
      key,
      all,
    ]);

    expect(marks).toEqual([
      [ITEM.checks, ['renamed', 'raised']],
      [ITEM.stories, []],
      [ITEM.editing, ['moved', 'changed']],
      [newer.items.at(-1)?.key, ['new']],
      [ITEM.feedback, ['renamed', 'dropped']],
      [own.key, ['added']],
    ]);
  });
});

describe('an overlay that goes to a newer core', () => {
  it('has every item of that core, its own words and its own items', () => {
    const newer = withItem(ITEM.stories, { title: 'Digital stories' });
    const edits = buildEdits(core, {
      items: [editOf(core, ITEM.checks, { title: 'Exit checks' })],
      ownItems: [ownItem()],
    });

    const content = toOverlayContent(edits, newer, buildOverlay());

    const applied = applyOverlay(newer, content).framework;
    expect(applied?.items.map(({ title }) => title)).toEqual([
      'Exit checks',
      'Item A2',
      'Digital stories',
      'Item M2',
      'Exit tickets',
    ]);
  });
});
