import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  FRAMEWORK_FILE_MAX_BYTES,
  frameworkEndpoints,
  type ImportResult,
} from '../../../contract/frameworks.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { FrameworkModel } from '../../../server/features/frameworks/framework.model.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { readSealedLines } from '../../support/audit.ts';
import { openPlace, toTable, versionsIn, type Place } from '../../support/frameworkPlaces.ts';
import { buildCore, buildOverlay, CORE_KEY, ITEM, toImport } from '../../support/frameworks.ts';

const world = useApp();
const { list, read, exportCase, exportCsv, import: importFile, tryImport } = frameworkEndpoints;

let place: Place;
beforeAll(async () => {
  place = await openPlace(world);
});

describe('a CASE package', () => {
  it('is imported, listed, read and exported as what it was', async () => {
    const { admin, designer, institutionId } = await openPlace(world);

    const imported = await admin.call(importFile, { body: toImport(buildCore()) });

    expect(imported).toMatchObject({
      status: 200,
      body: { faults: [], outcome: { key: CORE_KEY, version: 1, isNew: true, added: 4, removed: 0 } },
    });
    const listed = await designer.call(list);
    expect(listed.body.rows).toMatchObject([
      { key: CORE_KEY, slug: 'practice-core', title: 'Practice Core', version: 1, items: 4, core: null },
    ]);
    const params = { key: CORE_KEY, n: '1' };
    const found = await designer.call(read, { params });
    expect(found.body).toMatchObject({ version: 1, content: buildCore(), applied: null });
    const exported = await designer.call(exportCase, { params });
    const file = Buffer.from(JSON.stringify(exported.body)).toString('base64');
    const again = await admin.call(importFile, { body: { format: 'case', file } });
    expect(again.body.outcome).toMatchObject({ version: 1, isNew: false, same: 4 });
    expect(await versionsIn(institutionId)).toHaveLength(1);
  });

  it('with other words is the next version, and the one before stays as it was', async () => {
    const { admin, institutionId } = await openPlace(world);
    await admin.call(importFile, { body: toImport(buildCore()) });
    const [before] = await versionsIn(institutionId);
    const items = buildCore().items.map((item) =>
      item.key === ITEM.checks ? { ...item, title: 'Other' } : item,
    );

    const next = await admin.call(importFile, { body: toImport(buildCore({ items: items.slice(0, 3) })) });

    expect(next.body.outcome).toMatchObject({
      version: 2,
      isNew: true,
      added: 0,
      changed: 1,
      removed: 1,
      same: 2,
    });
    const [first, second] = await versionsIn(institutionId);
    expect(first).toEqual(before);
    expect(second?.contentHash).not.toBe(first?.contentHash);
  });

  it('with faults is refused as a whole, with all of them', async () => {
    const { admin, institutionId } = await openPlace(world);
    const [item, ...others] = buildCore().items;
    const broken = buildCore({ items: [{ ...item, level: 'fly', target: 'fly' } as never, ...others] });

    const refused = await admin.call(importFile, { body: toImport(broken) });

    expect(refused).toMatchObject({ status: 422, error: { code: 'FRAMEWORK_REFUSED' } });
    expect(refused.error.message).toMatch(/^Nothing was imported\. items\.0\.level: .*no level fly/);
    expect((refused.error.details as ImportResult).faults.map(({ place: at }) => at)).toEqual([
      'items.0.level',
      'items.0.target',
    ]);
    expect(await versionsIn(institutionId)).toEqual([]);
    expect(await FrameworkModel.countDocuments({ institutionId })).toBe(0);
  });

  it('whose members have names that a database would not take is kept with them', async () => {
    const { admin, designer } = await openPlace(world);
    const [item, ...others] = buildCore().items;
    const extra = { 'a.b': 1, $where: 'x', '': { $set: null } };
    const core = buildCore({ items: [{ ...item, extra } as never, ...others] });

    await admin.call(importFile, { body: toImport(core) });

    const found = await designer.call(read, { params: { key: CORE_KEY, n: '1' } });
    expect(found.body.content.items[0]?.extra).toEqual(extra);
  });

  it('from elsewhere gets another short name if its own is taken', async () => {
    const { admin, designer } = await openPlace(world);
    await admin.call(importFile, { body: toImport(buildCore()) });
    const key = '11111111-1111-4111-9111-000000000000';

    const second = await admin.call(importFile, { body: toImport(buildCore({ key })) });

    expect(second.status).toBe(200);
    const { rows } = (await designer.call(list)).body;
    expect(rows.map(({ slug }) => slug).sort()).toEqual(['practice-core', 'practice-core-11111111']);
  });
});

describe('a dry run', () => {
  it('says what would happen, and nothing happens', async () => {
    const { admin, institutionId } = await openPlace(world);

    const tried = await admin.call(tryImport, { body: toImport(buildCore()) });

    expect(tried.body).toMatchObject({ faults: [], outcome: { version: 1, isNew: true, added: 4 } });
    expect(await versionsIn(institutionId)).toEqual([]);
    expect(await readSealedLines(institutionId, { action: 'framework.published' })).toEqual([]);
  });

  it('lists the faults of each row of a table', async () => {
    const tried = await place.admin.call(tryImport, {
      body: toTable('code,title,level\nA,One,Start\nB,,Start\nC,Three,Fly'),
    });

    expect(tried.status).toBe(200);
    expect(tried.body.outcome).toBeNull();
    expect(tried.body.faults.map(({ row, place: at }) => [row, at])).toEqual([
      [3, 'title'],
      [4, 'level'],
    ]);
  });

  it('lists 200 faults and counts the others', async () => {
    const rows = Array.from({ length: 250 }, (_, n) => `C${n},`);

    const tried = await place.admin.call(tryImport, { body: toTable(`code,title\n${rows.join('\n')}`) });

    expect(tried.body.faults).toHaveLength(200);
    expect(tried.body.moreFaults).toBe(50);
  });
});

describe('a table', () => {
  it('is imported under its short name, exported with a guard against formulas, and imported again', async () => {
    const { admin, designer } = await openPlace(world);
    const table = toTable('code,title,strand,level\nA,+One,Strand,Start\nB,Two,Strand,Lead');
    const first = await admin.call(importFile, { body: table });
    const key = first.body.outcome?.key ?? '';

    const exported = await designer.call(exportCsv, { params: { key, n: '1' } });
    const again = await admin.call(importFile, { body: toTable(exported.body) });

    expect(first.body.outcome).toMatchObject({ version: 1, isNew: true, added: 2 });
    expect(exported.headers.get('content-type')).toContain('text/csv');
    expect(exported.body).toContain("A,'+One");
    expect(again.body.outcome).toMatchObject({ key, version: 1, isNew: false, same: 2 });
  });

  it('that adapts a core is an overlay, and is exported together with its core', async () => {
    const { admin, designer } = await openPlace(world);
    await admin.call(importFile, { body: toImport(buildCore()) });
    const core = (await designer.call(exportCsv, { params: { key: CORE_KEY, n: '1' } })).body;
    const about = { slug: 'district', levels: [], core: { key: CORE_KEY, version: 1 } };

    const own = await admin.call(importFile, {
      body: toTable(
        `${core.replace('Quick checks', 'Exit tickets')}D1,Our own,,Assessment,Start,,,,,\r\n`,
        about,
      ),
    });

    const params = { key: own.body.outcome?.key ?? '', n: '1' };
    const found = (await designer.call(read, { params })).body;
    expect(found.content.items.map(({ code }) => code)).toEqual(['D1']);
    expect(found.applied?.items.map(({ title }) => title)).toEqual([
      'Exit tickets',
      'Item A2',
      'Item M1',
      'Item M2',
      'Our own',
    ]);
    expect((await designer.call(list)).body.rows.find(({ slug }) => slug === 'district')?.core).toEqual({
      key: CORE_KEY,
      title: 'Practice Core',
      version: 1,
    });
    const table = (await designer.call(exportCsv, { params })).body;
    const again = await admin.call(importFile, { body: toTable(table, about) });
    expect(again.body.outcome).toMatchObject({ isNew: false });
  });

  it.each([
    ['a core that is not here', { core: { key: CORE_KEY, version: 9 } }, /not here in this version/],
    ['no core, where the framework is an overlay', { slug: 'district' }, /adapts Practice Core/],
  ])('for %s is refused', async (_what, about, message) => {
    const { admin, institutionId } = await openPlace(world);
    await publishFramework(world.deps, operatorOf(institutionId), buildCore());
    await publishFramework(world.deps, operatorOf(institutionId), buildOverlay());

    const refused = await admin.call(importFile, { body: toTable('code,title\nA,One', about) });

    expect(refused.error).toMatchObject({
      code: 'FRAMEWORK_REFUSED',
      message: expect.stringMatching(message),
    });
  });
});

describe('a file that is too large', () => {
  const body = JSON.stringify({ format: 'case', file: 'A'.repeat(16 * 1024 * 1024) });
  const send = (caller: Caller) =>
    caller.raw('POST', `/api/v1${importFile.path}`, {
      headers: { 'content-type': 'application/json', 'idempotency-key': 'x'.repeat(20) },
      body,
    });

  it('is refused by its size', async () => {
    const refused = await send(place.admin);

    expect(body.length).toBeGreaterThan(FRAMEWORK_FILE_MAX_BYTES);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it('is not even read from somebody who may not send it', async () => {
    const refused = await send(place.designer);

    expect(refused.status).toBe(403);
  });
});
