import { DONE } from '../../../contract/common.ts';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import type { FrameworkContent } from '../../../contract/frameworks.ts';
import { overlayEndpoints, SaveEdits } from '../../../contract/overlays.ts';
import type { OverlayEdits, SavedEdits } from '../../../contract/overlays.ts';
import { isSame } from '../../../contract/studioMerge.ts';
import { buildCore, buildOverlay } from '../../support/frameworks.ts';
import { buildEdits } from '../../support/overlays.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';

export const DRAFT_ID = 'd1a2b3c4-0000-4000-8000-000000000011';
const OVERLAY_KEY = buildOverlay().key;
export const core = buildCore();
const AT = '2026-10-02T09:00:00.000Z';

/** The server's side of one draft of an overlay, as `overlays.service.ts` has it: nothing is merged there. */
export class OverlayServer {
  saved: SavedEdits;
  /** Versions of the core, oldest first. */
  readonly cores: FrameworkContent[];
  readonly published: { revision: number; newest: number | null }[] = [];
  /** Other windows that have the draft open. */
  others: { windowId: string; name: string; isCaller: boolean }[] = [];
  #windowId = '';

  constructor(edits: Partial<OverlayEdits> = {}, cores: FrameworkContent[] = [core]) {
    this.cores = cores;
    this.saved = { revision: 1, savedAt: AT, edits: buildEdits(core, edits) };
  }

  /** @throws {Refusal} STUDIO_CONFLICT */
  save(body: unknown): { revision: number; savedAt: string } {
    const { windowId, baseRevision, edits } = SaveEdits.parse(body);
    const isRepeat = windowId === this.#windowId && isSame(edits, this.saved.edits);
    if (isRepeat) return this.saved;
    if (baseRevision !== this.saved.revision) throw new Refusal('STUDIO_CONFLICT', { theirs: this.saved });
    this.#windowId = windowId;
    this.saved = { revision: this.saved.revision + 1, savedAt: new Date().toISOString(), edits };
    return { revision: this.saved.revision, savedAt: this.saved.savedAt };
  }

  /** Somebody else saves. */
  saveAsOther(change: Partial<OverlayEdits>): void {
    const { revision, savedAt, edits } = this.saved;
    this.#windowId = '';
    this.saved = { revision: revision + 1, savedAt, edits: { ...edits, ...change } };
  }

  /** The far end of the pages. */
  api(): FakeApi {
    const api = new FakeApi();
    api.on(frameworkEndpoints.list, () => ({
      rows: [
        {
          key: core.key,
          slug: core.slug,
          title: core.title,
          licence: core.licence,
          version: this.cores.length,
          publishedAt: AT,
          items: core.items.length,
          core: null,
        },
      ],
    }));
    api.on(frameworkEndpoints.read, ({ params }) => ({
      version: Number(params['n']),
      publishedAt: AT,
      contentHash: 'a'.repeat(64),
      content: this.cores[Number(params['n']) - 1] ?? core,
      applied: null,
    }));
    api.on(overlayEndpoints.presence, () => ({ others: this.others }));
    api.on(overlayEndpoints.list, () => ({
      rows: [
        {
          id: DRAFT_ID,
          key: OVERLAY_KEY,
          title: this.saved.edits.title,
          core: this.saved.edits.core,
          baseVersion: null,
          savedAt: AT,
          savedBy: 'Teacher 14',
        },
      ],
    }));
    api.on(overlayEndpoints.begin, () => ({ draftId: DRAFT_ID }));
    api.on(overlayEndpoints.read, () => ({
      ...this.saved,
      id: DRAFT_ID,
      key: OVERLAY_KEY,
      baseVersion: null,
      newest: null,
    }));
    api.on(overlayEndpoints.save, ({ body }) => this.save(body));
    api.on(overlayEndpoints.discard, () => DONE);
    api.on(overlayEndpoints.publish, ({ body }) => {
      this.published.push(overlayEndpoints.publish.body.parse(body));
      return { key: OVERLAY_KEY, n: 1 };
    });
    return api;
  }
}
