import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AgsTarget } from '../../../server/lti/ags.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import { ToolKeys } from '../../../server/lti/keys.ts';
import { Outbound } from '../../../server/lti/outbound.ts';
import { createLtiServices, abortableServices } from '../../../server/lti/services.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();
const SCORE = { body: '{}', hash: 'hash', userId: 'person' };

/** A platform that answers each call for a token when the test wants it, and takes every score. */
let server: Server;
let base: string;
let outbound: Outbound;
let target: AgsTarget;
let called: (string | undefined)[];
let tokenAnswer: (res: ServerResponse) => void;
const untilTokenIsAsked = (): Promise<ServerResponse> => new Promise((resolve) => (tokenAnswer = resolve));

beforeEach(async () => {
  called = [];
  server = createServer((req, res) => {
    if (req.url === '/token') return tokenAnswer(res);
    called.push(req.url);
    res.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  outbound = new Outbound({ version: '1', publicUrl: deps.config.publicUrl, allowLocal: true });
  const registration = { _id: 'platform', issuer: base, clientId: 'client-1', tokenUrl: `${base}/token` };
  target = {
    platform: { ...registration, tokenAudience: null, family: 'other' },
    offered: Object.values(AGS_SCOPE),
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await outbound.close();
  server.close();
});

describe('an access token that several callers wait for', () => {
  test('is not waited for by whose work is broken off, and comes to who shares it', async () => {
    const asked = untilTokenIsAsked();
    const whole = createLtiServices({ clock: deps.clock, keys: new ToolKeys(deps), outbound });
    const ending = new AbortController();
    const cut = abortableServices(whole, ending.signal);
    const sent = whole.ags.sendScore(target, `${base}/li/1`, SCORE);
    const res = await asked;
    const broken = cut.ags.sendScore(target, `${base}/li/2`, SCORE);

    ending.abort();
    const silent = await broken;
    res.end(JSON.stringify({ access_token: 'token', expires_in: 3600 }));

    expect(silent).toMatchObject({ ok: false, fault: { reason: 'lms_silent', noToken: true } });
    expect(await sent).toMatchObject({ ok: true });
    expect(called).toEqual(['/li/1/scores']);
  });

  test('is not asked for any longer by work that is broken off', async () => {
    const asked = untilTokenIsAsked();
    const ending = new AbortController();
    const whole = createLtiServices({ clock: deps.clock, keys: new ToolKeys(deps), outbound });
    const broken = abortableServices(whole, ending.signal).ags.sendScore(target, `${base}/li/1`, SCORE);
    const res = await asked;

    ending.abort();
    await once(res, 'close');

    expect(await broken).toMatchObject({ ok: false, fault: { reason: 'lms_silent', noToken: true } });
  });
});
