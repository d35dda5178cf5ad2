import { applyOverlay } from '../../../contract/frameworkOverlays.ts';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import type { FrameworkContent, FrameworkRow } from '../../../contract/frameworks.ts';
import { buildCore, buildOverlay, ITEM } from '../../support/frameworks.ts';
import { FakeApi } from '../support/fakeApi.ts';

export const core = buildCore();
/** Renames an item, adds one and raises a target. */
export const overlay = buildOverlay(
  {
    renamedItems: [{ item: ITEM.stories, title: 'Stories that teach', canDo: null }],
    raisedTargets: [{ item: ITEM.checks, target: 'lead' }],
  },
  {
    items: [
      {
        key: '00000000-0000-4000-8000-0000000000d1',
        code: 'D1',
        strand: 'assessment',
        level: null,
        title: 'Peer checks',
        canDo: '',
        evidenceIdeas: [],
        alignments: [],
      },
    ],
  },
);

const AT = '2026-10-02T09:00:00.000Z';

function rowOf({ key, slug, title, licence, items, overlay: of }: FrameworkContent): FrameworkRow {
  const version = of ? 1 : 2;
  return { key, slug, title, licence, version, publishedAt: AT, items: items.length, core: of?.core ?? null };
}

/** The far end of the pages of frameworks: a core with two versions, and an overlay of the first. */
export function frameworkApi(contents: readonly FrameworkContent[] = [core, overlay]): FakeApi {
  const api = new FakeApi();
  api.on(frameworkEndpoints.list, () => ({ rows: contents.map(rowOf) }));
  api.on(frameworkEndpoints.read, ({ params }) => {
    const content = contents.find(({ key }) => key === params['key']) ?? core;
    const applied = content.overlay ? (applyOverlay(core, content).framework ?? null) : null;
    return {
      version: Number(params['n']),
      publishedAt: AT,
      contentHash: 'a'.repeat(64),
      content,
      applied,
    };
  });
  return api;
}
