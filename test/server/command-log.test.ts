import { beforeAll, describe, expect, test } from '@jest/globals';
import { useCommandLog } from '../support/commandLog.ts';
import { blockOf, useLtiWorld, type Answered } from '../support/ltiWorld.ts';

const world = useLtiWorld({ platforms: { now: () => 0 } });
const commands = useCommandLog();
beforeAll(async () => {
  await world.launch();
});

describe('commands of a request, as tests count them', () => {
  test('are not those that an earlier request sends after its answer, which stay that request’s own', async () => {
    const refused = await world.post({ state: 'a b', id_token: 'x' });

    const meanwhile: Answered[] = [];
    while (commands.of(refused).length === 0) meanwhile.push((await world.login()).answered);

    expect(commands.of(refused)).toMatchObject([{ name: 'insert', collection: 'launchRefusals' }]);
    expect(meanwhile.length).toBeGreaterThan(0);
    expect(commands.of(...meanwhile)).toEqual([]);
  });

  test('are known also once its body, form or JSON, has come', async () => {
    const launched = await world.launch();
    const bearer = String(blockOf(launched.text, 'waymark-session')['bearer']);
    const made = await world.api('/session/window-code', { method: 'POST', bearer, body: {} });
    const { code } = JSON.parse(made.text) as { code: string };

    const redeemed = await world.api('/session/redeem', { method: 'POST', body: { code } });

    expect(redeemed.status).toBe(200);
    expect(commands.of(launched).length).toBeGreaterThan(0);
    expect(commands.of(redeemed).length).toBeGreaterThan(0);
  });

  test('can’t be asked for where no app is told apart', () => {
    expect(() => commands.of({ headers: new Headers() })).toThrow('no attributed app');
  });
});
