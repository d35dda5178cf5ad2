import { describe, expect, it } from '@jest/globals';
import { frameworkEndpoints, type FrameworkContent } from '../../../contract/frameworks.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { FrameworkVersionModel } from '../../../server/features/frameworks/framework.model.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { useApp } from '../../support/app.ts';
import { readSealedLines } from '../../support/audit.ts';
import { openPlace, versionsIn } from '../../support/frameworkPlaces.ts';
import { buildCore, buildOverlay, CORE_KEY, ITEM, toImport } from '../../support/frameworks.ts';

const world = useApp();
const { list, read, import: importFile } = frameworkEndpoints;

const renamed = (title: string): FrameworkContent => buildCore({ title });

describe('an overlay', () => {
  it('is refused as long as its core is not here, and stands on the version that it names', async () => {
    const { admin, designer } = await openPlace(world);
    const overlay = toImport(buildOverlay({ raisedTargets: [{ item: ITEM.checks, target: 'lead' }] }));
    const early = await admin.call(importFile, { body: overlay });
    await admin.call(importFile, { body: toImport(buildCore()) });
    const imported = await admin.call(importFile, { body: overlay });
    await admin.call(importFile, { body: toImport(buildCore({ items: [], crosswalk: [] })) });

    const params = { key: imported.body.outcome?.key ?? '', n: '1' };
    const found = await designer.call(read, { params });

    expect(early.error.message).toContain('version 1 of Practice Core, which is not here');
    expect(found.body.applied?.items).toHaveLength(4);
    expect(found.body.applied?.items[0]?.target).toBe('lead');
  });
});

describe('publishing', () => {
  it('at once by several processes gives each number once, and the list shows the newest', async () => {
    const { institutionId, designer } = await openPlace(world);
    const actor = operatorOf(institutionId);

    await Promise.all(['a', 'b', 'c'].map((title) => publishFramework(world.deps, actor, renamed(title))));

    const versions = await versionsIn(institutionId);
    expect(versions.map(({ n }) => n)).toEqual([1, 2, 3]);
    const newest = JSON.parse(versions[2]?.content ?? '') as FrameworkContent;
    expect((await designer.call(list)).body.rows).toMatchObject([{ version: 3, title: newest.title }]);
    const lines = await readSealedLines(institutionId, { action: 'framework.published' });
    expect(lines.map(({ facts }) => facts['version']).sort()).toEqual([1, 2, 3]);
  });

  it('of the same content at once gives one version', async () => {
    const { institutionId } = await openPlace(world);
    const actor = operatorOf(institutionId);

    const published = await Promise.all(
      [1, 2, 3].map(() => publishFramework(world.deps, actor, buildCore())),
    );

    expect(published.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await versionsIn(institutionId)).toHaveLength(1);
  });

  it('under the short name of another framework is refused', async () => {
    const { institutionId } = await openPlace(world);
    const actor = operatorOf(institutionId);
    await publishFramework(world.deps, actor, buildCore());

    const other = publishFramework(
      world.deps,
      actor,
      buildCore({ key: '11111111-1111-4111-9111-000000000000' }),
    );

    await expect(other).rejects.toMatchObject({ code: 'FRAMEWORK_REFUSED' });
    expect(await versionsIn(institutionId)).toHaveLength(1);
  });

  it('makes what no code can change or remove', async () => {
    const { institutionId } = await openPlace(world);
    await publishFramework(world.deps, operatorOf(institutionId), buildCore());

    const changes = [
      FrameworkVersionModel.updateOne({ institutionId }, { $set: { n: 7 } }),
      FrameworkVersionModel.deleteMany({ institutionId }),
    ];

    for (const change of changes) await expect(change).rejects.toThrow('never changed');
    expect(await versionsIn(institutionId)).toHaveLength(1);
  });
});

describe('another institution', () => {
  it('neither sees a framework nor shares its numbers', async () => {
    const [one, two] = [await openPlace(world), await openPlace(world)];
    await one.admin.call(importFile, { body: toImport(renamed('First')) });
    await one.admin.call(importFile, { body: toImport(renamed('Second')) });

    const before = await two.designer.call(read, { params: { key: CORE_KEY, n: '1' } });
    const imported = await two.admin.call(importFile, { body: toImport(buildCore()) });

    expect((await two.designer.call(list)).body.rows).toHaveLength(1);
    expect(before).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
    expect(imported.body.outcome).toMatchObject({ version: 1 });
  });
});
