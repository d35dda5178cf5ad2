import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../../contract/endpoint.ts';
import type { FrameworkContent, FrameworkItem } from '../../contract/frameworks.ts';
import {
  overlayEndpoints,
  type CoreItemEdit,
  type OverlayEdits,
  type OwnItem,
} from '../../contract/overlays.ts';
import type { Caller } from './app.ts';
import { CORE_KEY } from './frameworks.ts';

/** What a draft holds before anything is written. */
export function buildEdits(core: FrameworkContent, overrides: Partial<OverlayEdits> = {}): OverlayEdits {
  return {
    core: { key: core.key, title: core.title, version: 1 },
    title: 'District',
    source: 'Teacher 14',
    description: '',
    strands: [],
    items: [],
    ownStrands: [],
    ownItems: [],
    ...overrides,
  };
}

/** An item of the core. */
function itemOf(core: FrameworkContent, key: string): FrameworkItem {
  const item = core.items.find((one) => one.key === key);
  if (!item) throw new Error(`the core has no item ${key}`);
  return item;
}

/** A change of an item of the core. */
export function editOf(core: FrameworkContent, key: string, change: Partial<CoreItemEdit>): CoreItemEdit {
  return { key, was: itemOf(core, key), title: null, canDo: null, target: null, ...change };
}

/** An item of the overlay's own. */
export function ownItem(change: Partial<OwnItem> = {}): OwnItem {
  return {
    key: randomUUID(),
    code: '',
    strand: 'assessment',
    parent: null,
    level: null,
    title: 'Exit tickets',
    canDo: '',
    evidenceIdeas: [],
    alignments: [],
    target: null,
    extra: {},
    ...change,
  };
}

/** What an admin sends to adapt the core of the tests. */
export const adaptCore = (title = 'District', version = 1) => ({
  from: 'core' as const,
  key: randomUUID(),
  title,
  source: 'Teacher 14',
  core: { key: CORE_KEY, version },
});

/** Begins an overlay of the core of the tests. @returns the draft's id */
export async function beginOverlay(admin: Caller, source = adaptCore()): Promise<string> {
  return (await admin.call(overlayEndpoints.begin, { body: source })).body.draftId;
}

/** Each audited route of overlays, and a call of it that succeeds once the core of the tests is published. */
export function overlayCalls(admin: () => Caller): [endpoint: Endpoint, call: () => Promise<number>][] {
  const { begin, publish, discard } = overlayEndpoints;
  return [
    [begin, async () => (await admin().call(begin, { body: adaptCore() })).status],
    [
      publish,
      async () => {
        const params = { id: await beginOverlay(admin()) };
        return (await admin().call(publish, { params, body: { revision: 1, newest: null } })).status;
      },
    ],
    [
      discard,
      async () => (await admin().call(discard, { params: { id: await beginOverlay(admin()) } })).status,
    ],
  ];
}
