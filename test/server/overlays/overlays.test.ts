import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { frameworkEndpoints, type FrameworkContent } from '../../../contract/frameworks.ts';
import { EditsConflict, overlayEndpoints, type OverlayEdits } from '../../../contract/overlays.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { useApp } from '../../support/app.ts';
import { readSealedLines } from '../../support/audit.ts';
import { openPlace, versionsIn, type Place } from '../../support/frameworkPlaces.ts';
import { buildCore, ITEM } from '../../support/frameworks.ts';
import { adaptCore, beginOverlay, editOf, ownItem } from '../../support/overlays.ts';

const world = useApp();
const { list, begin, read, save, presence, discard, publish } = overlayEndpoints;
const core = buildCore();

const publishCore = (place: Place, content: FrameworkContent = core) =>
  publishFramework(world.deps, operatorOf(place.institutionId), content);

/** An institution with the core of the tests. */
async function openWithCore(): Promise<Place> {
  const place = await openPlace(world);
  await publishCore(place);
  return place;
}

async function editsIn({ admin }: Place, id: string): Promise<OverlayEdits> {
  return (await admin.call(read, { params: { id } })).body.edits;
}

/** Saves on top of a revision what `change` makes of the draft. */
async function write(
  place: Place,
  id: string,
  {
    change,
    on = 1,
    windowId = randomUUID(),
  }: { change: Partial<OverlayEdits>; on?: number; windowId?: string },
) {
  const edits = { ...(await editsIn(place, id)), ...change };
  return place.admin.call(save, { params: { id }, body: { windowId, baseRevision: on, edits } });
}

const publishedOf = async (place: Place, key: string, n = '1') =>
  (await place.designer.call(frameworkEndpoints.read, { params: { key, n } })).body;

describe('an overlay', () => {
  it('says which other windows have its draft open, and is gone for them once it is put away', async () => {
    const place = await openWithCore();
    const params = { id: await beginOverlay(place.admin, adaptCore('Our practice')) };
    const [first, second] = [randomUUID(), randomUUID()];
    await place.admin.call(presence, { params, body: { windowId: first } });

    const seen = await place.admin.call(presence, { params, body: { windowId: second } });
    await place.admin.call(discard, { params });
    const gone = await place.admin.call(presence, { params, body: { windowId: second } });

    expect(seen.body.others).toEqual([expect.objectContaining({ windowId: first, isCaller: true })]);
    expect(gone.status).toBe(404);
  });

  it('is begun from a core, written, and published with every item of the core', async () => {
    const place = await openWithCore();
    const source = adaptCore('Our practice');
    const id = await beginOverlay(place.admin, source);
    const change = {
      items: [editOf(core, ITEM.checks, { title: 'Exit checks', target: 'lead' })],
      ownItems: [ownItem({ extra: { $odd: { 'a.b': 1 } } })],
    };
    const saved = await write(place, id, { change });

    const published = await place.admin.call(publish, {
      params: { id },
      body: { revision: saved.body.revision, newest: null },
    });

    expect(published.body).toEqual({ key: source.key, n: 1 });
    const { content, applied } = await publishedOf(place, source.key);
    expect(content).toMatchObject({ slug: 'our-practice', title: 'Our practice', source: 'Teacher 14' });
    expect(applied?.items.map(({ title }) => title)).toEqual([
      'Exit checks',
      'Item A2',
      'Item M1',
      'Item M2',
      'Exit tickets',
    ]);
    expect(applied?.crosswalk).toEqual(core.crosswalk);
    expect((await place.admin.call(list)).body.rows).toEqual([]);
  });

  it('goes on from its newest version, and keeps what the page does not show', async () => {
    const place = await openWithCore();
    const source = adaptCore();
    const first = await beginOverlay(place.admin, source);
    await write(place, first, { change: { ownItems: [ownItem({ evidenceIdeas: ['A photo'] })] } });
    await place.admin.call(publish, { params: { id: first }, body: { revision: 2, newest: null } });

    const next = await place.admin.call(begin, { body: { from: 'version', key: source.key } });
    const id = next.body.draftId;
    await write(place, id, { change: { title: 'District, again' } });
    const published = await place.admin.call(publish, { params: { id }, body: { revision: 2, newest: 1 } });

    expect(published.body.n).toBe(2);
    const { content } = await publishedOf(place, source.key, '2');
    expect(content).toMatchObject({ title: 'District, again', slug: 'district' });
    expect(content.items[0]?.evidenceIdeas).toEqual(['A photo']);
  });

  it('moves to a newer core with its changes, once what does not fit is settled', async () => {
    const place = await openWithCore();
    const source = adaptCore();
    const id = await beginOverlay(place.admin, source);
    await publishCore(
      place,
      buildCore({ items: core.items.filter(({ key }) => key !== ITEM.feedback), crosswalk: [] }),
    );
    const renamed = editOf(core, ITEM.feedback, { title: 'Marking' });
    const kept = ownItem({ ...renamed.was, title: 'Marking' });
    const newer = { key: core.key, title: core.title, version: 2 };
    await write(place, id, { change: { core: newer, items: [renamed] } });
    const early = await place.admin.call(publish, { params: { id }, body: { revision: 2, newest: null } });
    await write(place, id, { on: 2, change: { items: [], ownItems: [kept] } });

    const published = await place.admin.call(publish, {
      params: { id },
      body: { revision: 3, newest: null },
    });

    expect(early).toMatchObject({ status: 422, error: { code: 'NOT_PUBLISHABLE' } });
    expect(published.status).toBe(200);
    const { content, applied } = await publishedOf(place, source.key);
    expect(content.overlay?.core.version).toBe(2);
    expect(applied?.items.map(({ key }) => key)).toEqual([
      ITEM.checks,
      ITEM.stories,
      ITEM.editing,
      ITEM.feedback,
    ]);
  });

  it('of an overlay is refused, and so is going on with a core', async () => {
    const place = await openWithCore();
    const source = adaptCore();
    const id = await beginOverlay(place.admin, source);
    await place.admin.call(publish, { params: { id }, body: { revision: 1, newest: null } });

    const above = await place.admin.call(begin, {
      body: { ...adaptCore(), core: { key: source.key, version: 1 } },
    });
    const onCore = await place.admin.call(begin, { body: { from: 'version', key: core.key } });

    expect([above.error.code, onCore.error.code]).toEqual(['FRAMEWORK_REFUSED', 'FRAMEWORK_REFUSED']);
  });
});

describe('two people at once', () => {
  it('who begin the same overlay get the same draft', async () => {
    const { admin } = await openWithCore();
    const source = adaptCore();

    const ids = await Promise.all([1, 2, 3].map(() => beginOverlay(admin, source)));

    expect(new Set(ids).size).toBe(1);
    expect((await admin.call(list)).body.rows).toHaveLength(1);
  });

  it('who save get what the other saved, and neither is overwritten', async () => {
    const place = await openWithCore();
    const id = await beginOverlay(place.admin);

    const saves = await Promise.all(['One', 'Two'].map((title) => write(place, id, { change: { title } })));

    const [saved, refused] = [...saves].sort((a, b) => a.status - b.status);
    expect(saved).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(refused).toMatchObject({ status: 409, error: { code: 'STUDIO_CONFLICT' } });
    const { theirs } = EditsConflict.parse(refused?.error.details);
    expect(theirs).toMatchObject({ revision: 2, edits: { title: (await editsIn(place, id)).title } });
  });

  it('see no conflict in a save that is repeated because its reply was lost', async () => {
    const place = await openWithCore();
    const id = await beginOverlay(place.admin);
    const windowId = randomUUID();
    const change = { title: 'Ours' };
    await write(place, id, { change, windowId });

    const repeated = await write(place, id, { change, windowId });

    expect(repeated).toMatchObject({ status: 200, body: { revision: 2 } });
  });

  it('who publish make one version', async () => {
    const place = await openWithCore();
    const id = await beginOverlay(place.admin);
    const call = () => place.admin.call(publish, { params: { id }, body: { revision: 1, newest: null } });

    const published = await Promise.all([call(), call(), call()]);

    expect(published.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect(await versionsIn(place.institutionId)).toHaveLength(2);
    const lines = await readSealedLines(place.institutionId, { action: 'framework.published' });
    expect(lines).toHaveLength(2);
  });

  it('do not publish what they have not seen: neither a later save nor over a version that came meanwhile', async () => {
    const place = await openWithCore();
    const source = adaptCore();
    const id = await beginOverlay(place.admin, source);
    const written = await write(place, id, { change: { title: 'Later' } });

    const old = await place.admin.call(publish, { params: { id }, body: { revision: 1, newest: null } });
    const over = await place.admin.call(publish, { params: { id }, body: { revision: 2, newest: 4 } });

    expect(written.status).toBe(200);
    expect([old.error.code, over.error.code]).toEqual(['STUDIO_CHANGED', 'STUDIO_CHANGED']);
    expect(await versionsIn(place.institutionId)).toHaveLength(1);
    expect(await editsIn(place, id)).toMatchObject({ title: 'Later' });
  });

  it('get short names of their own for overlays of the same title', async () => {
    const place = await openWithCore();
    const sources = [adaptCore('Same'), adaptCore('Same')];
    const ids = [];
    for (const source of sources) ids.push(await beginOverlay(place.admin, source));

    const published = await Promise.all(
      ids.map((id) => place.admin.call(publish, { params: { id }, body: { revision: 1, newest: null } })),
    );

    expect(published.map(({ status }) => status)).toEqual([200, 200]);
    const { rows } = (await place.designer.call(frameworkEndpoints.list)).body;
    expect(new Set(rows.map(({ slug }) => slug)).size).toBe(3);
  });
});

describe('a draft that was put away', () => {
  it('takes no more saves, is not published, and makes room for another', async () => {
    const place = await openWithCore();
    const source = adaptCore();
    const id = await beginOverlay(place.admin, source);
    const edits = await editsIn(place, id);
    await place.admin.call(discard, { params: { id } });

    const body = { windowId: randomUUID(), baseRevision: 1, edits };
    const saved = await place.admin.call(save, { params: { id }, body });
    const published = await place.admin.call(publish, {
      params: { id },
      body: { revision: 1, newest: null },
    });
    const again = await beginOverlay(place.admin, source);

    expect([saved.status, published.status]).toEqual([404, 404]);
    expect(again).not.toBe(id);
    expect(await versionsIn(place.institutionId)).toHaveLength(1);
  });
});

describe('another institution', () => {
  it('neither reads, saves, publishes nor puts away a draft, nor begins from a core that it does not have', async () => {
    const [mine, other] = [await openWithCore(), await openPlace(world)];
    const id = await beginOverlay(mine.admin);
    const edits = await editsIn(mine, id);

    const params = { id };
    const replies = [
      await other.admin.call(read, { params }),
      await other.admin.call(save, { params, body: { windowId: randomUUID(), baseRevision: 1, edits } }),
      await other.admin.call(publish, { params, body: { revision: 1, newest: null } }),
      await other.admin.call(discard, { params }),
      await other.admin.call(begin, { body: adaptCore() }),
    ];

    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await other.admin.call(list)).body.rows).toEqual([]);
    expect(await editsIn(mine, id)).toEqual(edits);
  });
});

describe('a designer', () => {
  it('who is no admin does not adapt frameworks', async () => {
    const { designer } = await openWithCore();

    const begun = await designer.call(begin, { body: adaptCore() });

    expect(begun).toMatchObject({ status: 403, error: { code: 'FORBIDDEN' } });
  });
});
