import { describe, expect, test } from '@jest/globals';
import { useLtiWorld } from '../support/ltiWorld.ts';
import { claimName, type Claims } from '../support/testPlatform.ts';
import { expectAccepted, expectRefused } from './support.ts';

const world = useLtiWorld();
const having = (change: Claims) => (claims: Claims) => ({ ...claims, ...change });

describe('ids that a platform sends as numbers', () => {
  test('are taken as the text that was meant', async () => {
    const ids = {
      sub: 4711,
      [claimName('context')]: { id: 12, title: 'Twelve' },
      [claimName('resource_link')]: { id: 7, title: 'Seven' },
    };

    const info = await expectAccepted(world, () => world.launch({ claims: having(ids) }));

    expect(info).toMatchObject({ course: { title: 'Twelve' } });
  });

  test.each(['null', 'undefined', ' ', 2 ** 60, 1.5])('a sub of %j is nobody', async (sub) => {
    await expectRefused(
      world,
      () => world.launch({ claims: having({ sub }) }),
      'LAUNCH_MALFORMED',
      'CLAIM_SUB',
    );
  });
});
