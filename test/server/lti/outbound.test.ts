import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isAddressAllowed, Outbound } from '../../../server/lti/outbound.ts';

const open: { server: Server; outbound: Outbound }[] = [];

async function setUp(allowLocal: boolean, answer: Parameters<typeof createServer>[1]) {
  const server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const outbound = new Outbound({ version: '1.2.3', publicUrl: 'https://tool.example', allowLocal });
  open.push({ server, outbound });
  return { outbound, port };
}

afterEach(async () => {
  for (const { server, outbound } of open.splice(0)) {
    server.closeAllConnections();
    server.close();
    await outbound.close().catch(() => undefined);
  }
});

describe('calls to a platform', () => {
  test('name the tool, and hand back the reason phrase and a redirect as they are', async () => {
    const seen: (string | undefined)[] = [];
    const { outbound, port } = await setUp(true, (req, res) => {
      seen.push(req.headers['user-agent']);
      res.writeHead(302, 'Elsewhere', { location: '/other' }).end('gone');
    });

    const response = await outbound.request({ method: 'GET', url: `http://127.0.0.1:${port}/` });

    expect(response).toMatchObject({ status: 302, statusText: 'Elsewhere', body: 'gone' });
    expect(response.headers.get('location')).toBe('/other');
    expect(seen).toEqual(['Waymark/1.2.3 (+https://tool.example)']);
  });

  test.each([
    ['a loopback address', (port: number) => `https://127.0.0.1:${port}/`],
    ['a name that resolves to one', (port: number) => `https://localhost:${port}/`],
    ['plain http', (port: number) => `http://127.0.0.1:${port}/`],
    ['an IPv4 address written as IPv6', (port: number) => `https://[::ffff:127.0.0.1]:${port}/`],
    ['another scheme', () => 'file:///etc/passwd'],
    ['a password in the address', () => 'https://a:b@example.com/'],
  ])('are refused before anything is sent: %s', async (_, url) => {
    let connections = 0;
    const { outbound, port } = await setUp(false, (_req, res) => void res.end());
    open[0]?.server.on('connection', () => (connections += 1));

    const call = outbound.request({ method: 'GET', url: url(port) });

    await expect(call).rejects.toMatchObject({ name: 'OutboundError', fault: 'address_refused' });
    expect(connections).toBe(0);
  });

  test('end when the platform is silent or says too much', async () => {
    const { outbound, port } = await setUp(true, (req, res) => {
      if (req.url === '/big') res.end('x'.repeat(5000));
    });

    const silent = outbound.request({ method: 'GET', url: `http://127.0.0.1:${port}/`, timeoutMs: 80 });
    const big = outbound.request({ method: 'GET', url: `http://127.0.0.1:${port}/big`, maxBytes: 1000 });

    await Promise.all([
      expect(silent).rejects.toMatchObject({ fault: 'timeout' }),
      expect(big).rejects.toMatchObject({ fault: 'too_large' }),
    ]);
  });

  test('to link-local addresses are refused even where local platforms are allowed', () => {
    expect(isAddressAllowed('169.254.169.254', true)).toBe(false);
    expect(isAddressAllowed('fe80::1', true)).toBe(false);
    expect(isAddressAllowed('10.1.2.3', true)).toBe(true);
    expect(isAddressAllowed('10.1.2.3', false)).toBe(false);
    expect(isAddressAllowed('93.184.216.34', false)).toBe(true);
  });
});
