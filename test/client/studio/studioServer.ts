import { DONE } from '../../../contract/common.ts';
import { isSame } from '../../../contract/studioMerge.ts';
import { Part } from '../../../contract/studioParts.ts';
import type { PartKey } from '../../../contract/studioParts.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import type {
  PartChange,
  Present,
  SavedPart,
  SaveParts,
  StudioDraft,
  StudioPathway,
} from '../../../contract/studio.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';
import { samplePathway, sampleParts } from './samples.ts';

export const DRAFT_ID = 'd1a2b3c4-0000-4000-8000-000000000001';
const OTHER_WINDOW = 'd1a2b3c4-0000-4000-8000-000000000002';

interface Stored extends SavedPart {
  readonly windowId: string;
}

/** The server's side of one draft, as `parts.service.ts` has it: all changes of a save or none, and nothing merged. */
export class StudioServer {
  revision = 1;
  readonly #parts = new Map<PartKey, Stored>();
  /** What each save changed, in order. */
  readonly saves: PartKey[][] = [];
  others: Present[] = [];
  caps: StudioDraft['caps'] = {
    moduleMinutesMax: null,
    pathwayMinutesMax: null,
    evaluativeShareMax: null,
  };

  constructor(parts: Parts = sampleParts()) {
    for (const [key, value] of parts) this.#put(key, value, OTHER_WINDOW);
  }

  /** @throws {Refusal} STUDIO_CONFLICT, VALIDATION_FAILED */
  save({ windowId, changes }: SaveParts): { revision: number; savedAt: string } {
    const theirs = changes.flatMap((change) => this.#conflictOf(change, windowId) ?? []);
    if (theirs.length > 0) throw new Refusal('STUDIO_CONFLICT', { theirs: theirs.map(toSaved) });
    const read = changes.map(({ key, value }) => ({ key, value: Part.nullable().safeParse(value) }));
    if (read.some(({ value }) => !value.success)) throw new Refusal('VALIDATION_FAILED');
    this.revision += 1;
    for (const { key, value } of read) this.#put(key, value.data ?? null, windowId);
    this.saves.push(changes.map(({ key }) => key));
    return { revision: this.revision, savedAt: new Date().toISOString() };
  }

  /** Somebody else saves a part. */
  saveAsOther(key: PartKey, change: (before: Part) => Part | null): void {
    const { value = null, revision = 0 } = this.#parts.get(key) ?? {};
    if (!value) throw new Error(`there is no part ${key}`);
    this.save({
      windowId: OTHER_WINDOW,
      changes: [{ key, baseRevision: revision, value: change(value) }],
    });
  }

  value(key: PartKey): Part | null {
    return this.#parts.get(key)?.value ?? null;
  }

  since(revision: number): { revision: number; parts: SavedPart[] } {
    const parts = [...this.#parts.values()].filter((part) => part.revision > revision);
    return { revision: this.revision, parts: parts.map(toSaved) };
  }

  #conflictOf({ key, baseRevision, value }: PartChange, windowId: string): Stored | null {
    const stored = this.#parts.get(key);
    if (!stored || stored.revision === baseRevision) return null;
    return stored.windowId === windowId && isSame(stored.value, value) ? null : stored;
  }

  #put(key: PartKey, value: Part | null, windowId: string): void {
    const { revision } = this;
    this.#parts.set(key, {
      key,
      revision,
      value,
      windowId,
      savedAt: new Date().toISOString(),
      mine: windowId !== OTHER_WINDOW,
    });
  }
}

function toSaved({ windowId: _, ...part }: Stored): SavedPart {
  return part;
}

/** The sample pathway with its draft, as the list shows it. */
export function sampleRow(change: Partial<StudioPathway> = {}): StudioPathway {
  const { key, title, strand } = samplePathway;
  const savedAt = '2026-11-27T09:00:00.000Z';
  return {
    key,
    title,
    strand,
    version: 3,
    publishedAt: '2026-10-02T09:00:00.000Z',
    retiredAt: null,
    draft: { id: DRAFT_ID, baseVersion: 3, savedAt, savedBy: 'Teacher 14' },
    ...change,
  };
}

/** The far end of the studio's pages. */
export function studioApi(server: StudioServer, rows: StudioPathway[] = [sampleRow()]): FakeApi {
  const api = new FakeApi();
  api.on(studioEndpoints.pathways, () => ({ rows }));
  api.on(studioEndpoints.begin, () => ({ draftId: DRAFT_ID }));
  api.on(studioEndpoints.draft, () => ({
    id: DRAFT_ID,
    kind: 'pathway' as const,
    contentKey: samplePathway.key,
    baseVersion: 3,
    caps: server.caps,
    ...server.since(0),
  }));
  api.on(studioEndpoints.save, ({ body }) => server.save(body as SaveParts));
  api.on(studioEndpoints.changes, ({ query }) => server.since(Number(query['since'])));
  api.on(studioEndpoints.presence, () => ({ revision: server.revision, others: server.others }));
  api.on(studioEndpoints.publish, () => ({ pathwayKey: samplePathway.key, n: 4 }));
  api.on(studioEndpoints.discard, () => DONE);
  return api;
}
