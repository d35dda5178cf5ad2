import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Connections, Draining, refuseWhenClosed } from '../../server/http/draining.ts';
import { jsonErrorHandler } from '../../server/http/errorHandler.ts';
import { requestContext } from '../../server/http/requestContext.ts';

/** A server with a download whose end is ours. */
async function serve() {
  const draining = new Draining();
  const downloads: Response[] = [];
  const app = express();
  app.use(requestContext(pino({ level: 'silent' })), refuseWhenClosed(draining));
  app.get('/download', (_req, res) => {
    downloads.push(res);
    res.write('half');
  });
  app.use(jsonErrorHandler);
  const server = createServer(app);
  const connections = new Connections(server, draining);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, draining, connections, downloads, port: (server.address() as AddressInfo).port };
}

describe('a request that comes after the close', () => {
  it('over a connection that still answers another one is 503 with its code and Retry-After, and the connection ends', async () => {
    const { server, draining, connections, downloads, port } = await serve();
    const socket = connect(port, '127.0.0.1');
    const answers: Buffer[] = [];
    socket.on('data', (part: Buffer) => answers.push(part));
    socket.write('GET /download HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    draining.leave();
    connections.endWithAnswers();
    draining.close();
    const closed = connections.close();

    const arrived = once(server, 'request');
    socket.write('GET /download HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await arrived;
    downloads[0]?.end('whole');
    await once(socket, 'close');
    await closed;

    const [, download, refused] = Buffer.concat(answers).toString('latin1').split('HTTP/1.1 ');
    expect(download).toMatch(/^200 /);
    expect(download).toContain('whole');
    expect(refused).toMatch(/^503 /);
    expect(refused).toMatch(/^retry-after: 1$/im);
    expect(refused).toMatch(/^connection: close$/im);
    expect(refused).toContain('"code":"SERVER_STOPPING"');
    expect(downloads).toHaveLength(1);
  });
});
