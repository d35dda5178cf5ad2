import { describe, expect, it } from '@jest/globals';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { useApp } from '../../support/app.ts';
import { openPlace } from '../../support/frameworkPlaces.ts';
import { buildCore, buildOverlay, CORE_KEY, FOREIGN_KEY, ITEM } from '../../support/frameworks.ts';

const world = useApp();
const { statements } = frameworkEndpoints;

describe('the statements of some items', () => {
  it('are those of the newest version, of an overlay with the names that it gives', async () => {
    const { institutionId, designer } = await openPlace(world);
    const actor = operatorOf(institutionId);
    const overlay = buildOverlay({
      renamedItems: [{ item: ITEM.checks, title: 'Exit tickets', canDo: 'I can end a lesson.' }],
    });
    await publishFramework(world.deps, actor, buildCore());
    await publishFramework(world.deps, actor, overlay);
    const query = { items: [ITEM.checks, FOREIGN_KEY].join(',') };

    const ofCore = await designer.call(statements, { params: { key: CORE_KEY }, query });
    const ofOverlay = await designer.call(statements, { params: { key: overlay.key }, query });

    const checks = { key: ITEM.checks, code: 'A1' };
    expect(ofCore.body).toEqual({
      version: 1,
      rows: [{ ...checks, title: 'Quick checks', canDo: 'I can check quickly.' }],
    });
    expect(ofOverlay.body.rows).toEqual([{ ...checks, title: 'Exit tickets', canDo: 'I can end a lesson.' }]);
  });

  it('are not there for a framework that is not here', async () => {
    const { designer } = await openPlace(world);

    const found = await designer.call(statements, { params: { key: FOREIGN_KEY } });

    expect(found.status).toBe(404);
  });
});
