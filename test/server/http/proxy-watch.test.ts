import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createApp } from '../../../server/app.ts';
import { wire } from '../../../server/wire.ts';
import { useServices } from '../../support/services.ts';

const services = useServices();
const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A process with so many proxies counted, its log, and what its `/readyz` says of a proxy. */
async function start(trustProxy: number) {
  const lines: string[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    lines.push(chunk.toString());
    done();
  };
  const log = pino({ level: 'warn' }, new Writable({ write }));
  const { config, clock } = services.deps;
  const parts = { clock, log, clientDirectory: '', shell: () => '' };
  const server = createServer(createApp(wire({ ...config, trustProxy }, parts)));
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (headers: Record<string, string>) => fetch(`${url}/healthz`, { headers });
  const proxyCheck = async () => {
    const { checks } = (await (await fetch(`${url}/readyz`)).json()) as { checks: { name: string }[] };
    return checks.find(({ name }) => name === 'proxy');
  };
  return { lines, ask, proxyCheck };
}

describe('a proxy in front', () => {
  test.each([
    ['X-Forwarded-For', { 'x-forwarded-for': '192.0.2.1' }],
    ['Forwarded', { forwarded: 'for=192.0.2.1' }],
  ])('that TRUST_PROXY does not count is told once, and by /readyz, by its %s', async (_name, headers) => {
    const { lines, ask, proxyCheck } = await start(0);
    const before = await proxyCheck();

    for (let n = 0; n < 3; n += 1) await ask(headers);

    expect(before).toBeUndefined();
    expect(lines.filter((line) => line.includes('TRUST_PROXY'))).toHaveLength(1);
    expect(await proxyCheck()).toMatchObject({ ok: true, note: expect.stringContaining('TRUST_PROXY') });
  });

  test('that is counted is not worth a word', async () => {
    const { lines, ask, proxyCheck } = await start(1);

    await ask({ 'x-forwarded-for': '192.0.2.1' });

    expect(lines).toEqual([]);
    expect(await proxyCheck()).toBeUndefined();
  });

  test('that is not there neither', async () => {
    const { lines, ask, proxyCheck } = await start(0);

    await ask({});

    expect(lines).toEqual([]);
    expect(await proxyCheck()).toBeUndefined();
  });
});
