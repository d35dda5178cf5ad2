import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { ConfigError, readConfig } from '../../../server/config.ts';
import { useApp } from '../../support/app.ts';
import { useAppProcesses } from '../../support/appProcesses.ts';

const world = useApp();
const startProcess = useAppProcesses();

const start = (env: Record<string, string>) =>
  startProcess({
    PUBLIC_URL: world.url,
    MONGODB_URI: withDatabase(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '', mongoose.connection.name),
    SECRET_KEYS: 'a-secret-key-for-tests-of-at-least-32-characters',
    WORKERS: '0',
    ...env,
  });

/** Whether somebody listens there. */
function isHeard(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).then((heard) => {
    socket.destroy();
    return heard === true;
  });
}

describe('HOST', () => {
  test('says which address is listened on, and no other is', async () => {
    const app = await start({ HOST: '127.0.0.1' });

    const line = await app.said('Waymark is listening');
    const port = Number(line.port);

    expect(line['address']).toBe('127.0.0.1');
    expect(await isHeard('127.0.0.1', port)).toBe(true);
    expect(await isHeard('127.0.0.2', port)).toBe(false);
  });

  test('left out, every address of the machine is', async () => {
    const app = await start({});

    const port = Number((await app.said('Waymark is listening')).port);

    expect(await Promise.all(['127.0.0.1', '127.0.0.2'].map((host) => isHeard(host, port)))).toEqual([
      true,
      true,
    ]);
  });

  test.each([
    ['an address of another machine', { HOST: '192.0.2.1' }],
    ['a name of nobody', { HOST: 'nobody.invalid' }],
  ])('that is %s ends the start with 1', async (_what, env) => {
    await expect(start(env)).rejects.toThrow(/ended with 1.*HOST and PORT/);
  });

  test('with a port that is taken ends the start with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    await expect(start({ HOST: '127.0.0.1', PORT: String(port) })).rejects.toThrow(
      /ended with 1.*HOST and PORT/,
    );

    other.close();
  });

  test.each(['a b', 'http://localhost', '127.0.0.1:3000', '[::1]', '*'])(
    'that is neither an address nor a name is a fault of the configuration: %s',
    (HOST) => {
      const environment = {
        PUBLIC_URL: 'https://waymark.example',
        MONGODB_URI: 'mongodb://db/waymark',
        SECRET_KEYS: 'x'.repeat(32),
        HOST,
      };

      expect(() => readConfig(environment)).toThrow(ConfigError);
      expect(readConfig({ ...environment, HOST: '::1' }).host).toBe('::1');
      expect(readConfig({ ...environment, HOST: '' }).host).toBeUndefined();
    },
  );
});
