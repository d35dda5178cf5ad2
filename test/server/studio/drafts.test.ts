import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Strand } from '../../../contract/content.ts';
import { studioEndpoints, type DraftSource, type StudioDraft } from '../../../contract/studio.ts';
import { assemblePathway, PATHWAY_PART, type Part, type PartKey } from '../../../contract/studioParts.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { setSetting } from '../../../server/features/institutions/settings.service.ts';
import { StudioDraftModel } from '../../../server/features/studio/studio.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { SAMPLE } from '../../support/build.ts';

const world = useApp();
const STRAND: Strand = { key: 'blended', title: 'Blended design', art: 'rings' };
const designer = (): Promise<Caller> => world.launch('designer', world.links.pathway);

async function begin(caller: Caller, source: DraftSource): Promise<string> {
  const { body } = await caller.call(studioEndpoints.begin, { body: source });
  return body.draftId;
}
const beginBlank = (caller: Caller, title = 'Quick checks'): Promise<string> =>
  begin(caller, { from: 'blank', pathwayKey: randomUUID(), title, strand: STRAND });

const open = async (caller: Caller, id: string): Promise<StudioDraft> =>
  (await caller.call(studioEndpoints.draft, { params: { id } })).body;

const partsOf = ({ parts }: StudioDraft): Map<PartKey, Part> =>
  new Map(parts.flatMap(({ key, value }) => (value ? [[key, value] as const] : [])));

describe('a draft', () => {
  it('of a published pathway holds what is published', async () => {
    const caller = await designer();

    const draft = await open(caller, await begin(caller, { from: 'version', pathwayKey: SAMPLE.key }));

    expect(draft).toMatchObject({ kind: 'pathway', contentKey: SAMPLE.key, baseVersion: 1, revision: 1 });
    expect(assemblePathway(partsOf(draft))).toEqual(SAMPLE);
    await caller.call(studioEndpoints.discard, { params: { id: draft.id } });
  });

  it('of a copy has no key of the original, and says where it comes from', async () => {
    const caller = await designer();
    const pathwayKey = randomUUID();

    const id = await begin(caller, { from: 'copy', pathwayKey, of: SAMPLE.key });
    const copy = assemblePathway(partsOf(await open(caller, id)));

    expect(copy?.key).toBe(pathwayKey);
    expect(copy?.source).toContain(SAMPLE.title);
    const keys = (value: unknown): string[] => JSON.stringify(value).match(/[0-9a-f-]{36}/g) ?? [];
    const original = new Set(keys(SAMPLE));
    expect(keys(copy).filter((key) => original.has(key))).toEqual([]);
  });

  it('comes with the caps that it is checked against', async () => {
    const caller = await designer();
    const id = await beginBlank(caller);
    const operator = operatorOf(world.institutionId);
    await setSetting(world.deps, operator, 'moduleMinutesMax', 90);

    const { caps } = await open(caller, id);
    await setSetting(world.deps, operator, 'moduleMinutesMax', null);

    expect(caps).toEqual({ moduleMinutesMax: 90, pathwayMinutesMax: null, evaluativeShareMax: null });
    expect((await open(caller, id)).caps.moduleMinutesMax).toBeNull();
  });

  it('that is begun blank has its title and a slug from it', async () => {
    const caller = await designer();

    const head = partsOf(await open(caller, await beginBlank(caller, 'Écoute, and “talk”!'))).get(
      PATHWAY_PART,
    );

    expect(head).toMatchObject({ title: 'Écoute, and “talk”!', slug: 'e-coute-and-talk', modules: [] });
  });

  it('is one a pathway, however many begin at once', async () => {
    const [one, other] = await Promise.all([designer(), world.launch('admin', world.links.pathway)]);
    const source = { from: 'blank', pathwayKey: randomUUID(), title: 'One', strand: STRAND } as const;

    const ids = await Promise.all([one, other, one, other].map((caller) => begin(caller, source)));

    expect(new Set(ids).size).toBe(1);
    const { institutionId } = world;
    expect(await StudioDraftModel.countDocuments({ institutionId, contentKey: source.pathwayKey })).toBe(1);
  });

  it('of what is not there is refused', async () => {
    const caller = await designer();

    const { status } = await caller.call(studioEndpoints.begin, {
      body: { from: 'version', pathwayKey: randomUUID() },
    });

    expect(status).toBe(404);
  });

  it('that was put away is gone, and another one may be begun', async () => {
    const caller = await designer();
    const pathwayKey = randomUUID();
    const source = { from: 'blank', pathwayKey, title: 'Away', strand: STRAND } as const;
    const id = await begin(caller, source);

    await caller.call(studioEndpoints.discard, { params: { id } });
    const gone = await caller.call(studioEndpoints.draft, { params: { id } });
    const windowId = randomUUID();
    const presence = await caller.call(studioEndpoints.presence, {
      params: { id },
      body: { windowId, part: null },
    });

    expect([gone.status, presence.status]).toEqual([404, 404]);
    expect(await begin(caller, source)).not.toBe(id);
  });

  it('is the institution’s: nobody of another one finds it', async () => {
    const id = await beginBlank(await designer());
    const district = await world.addDistrict();
    const stranger = await district.launch('designer', district.links.pathway);

    const found = await stranger.call(studioEndpoints.draft, { params: { id } });
    const discarded = await stranger.call(studioEndpoints.discard, { params: { id } });
    const { body } = await stranger.call(studioEndpoints.pathways);

    expect([found.status, discarded.status]).toEqual([404, 404]);
    expect(body.rows.map(({ draft }) => draft?.id)).not.toContain(id);
  });

  it('is nothing for participants and reviewers', async () => {
    const teacher = await world.launch('teacher-1', world.links.pathway);

    const { status } = await teacher.call(studioEndpoints.pathways);

    expect(status).toBe(403);
  });
});

describe('the list of pathways', () => {
  it('has published ones and drafts, each with who saved last', async () => {
    const caller = await designer();
    const id = await beginBlank(caller, 'A pathway that nobody has seen');

    const { body } = await caller.call(studioEndpoints.pathways);

    expect(body.rows.find(({ key }) => key === SAMPLE.key)).toMatchObject({
      title: SAMPLE.title,
      strand: SAMPLE.strand,
      version: 1,
    });
    const fresh = body.rows.find(({ draft }) => draft?.id === id);
    expect(fresh).toMatchObject({ title: 'A pathway that nobody has seen', strand: STRAND, version: null });
    expect(fresh?.draft).toMatchObject({ baseVersion: null });
  });
});

describe('a published version', () => {
  it('can be read as it was published', async () => {
    const caller = await designer();

    const { body } = await caller.call(studioEndpoints.version, { params: { key: SAMPLE.key, n: '1' } });
    const none = await caller.call(studioEndpoints.version, { params: { key: SAMPLE.key, n: '99' } });

    expect(body.content).toEqual(SAMPLE);
    expect(none.status).toBe(404);
  });
});
