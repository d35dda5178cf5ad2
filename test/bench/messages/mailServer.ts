import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/**
 * A real mail server that takes its time over each mail, and now and then closes a connection: after a mail that it has answered, or,
 * as the worst case, after one that it has taken and not answered. A program of its own, so that its work does not count as ours.
 * Prints the address for mail, and the one
 * that says how far it is, with the ids of all that it has accepted below `/accepted`.
 *
 * WM_TAKES_MS: how long it takes over a mail. WM_CLOSES_EACH, WM_HANGS_UP_EACH: so many mails lie between two of each kind.
 */
const takesMs = Number(process.env['WM_TAKES_MS'] ?? 100);
const closesEach = Number(process.env['WM_CLOSES_EACH'] ?? Infinity);
const hangsUpEach = Number(process.env['WM_HANGS_UP_EACH'] ?? Infinity);

/** How often each message was accepted, by its id. */
const accepted = new Map<string, number>();
let mails = 0;
let lastAt = 0;
let hungUp = 0;
let connections = 0;
let firstAt = 0;

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  logger: false,
  closeTimeout: 100,
  onConnect(_session, done) {
    connections += 1;
    done();
  },
  onData(stream, { id }, done) {
    void (async () => {
      firstAt ||= performance.now();
      // of a client that was killed, half a mail may come
      const raw = await text(stream).catch(() => null);
      if (raw === null) return;
      await sleep(takesMs);
      mails += 1;
      const messageId = /^Message-ID: <([^@>]+)@/im.exec(raw)?.[1] ?? '';
      accepted.set(messageId, (accepted.get(messageId) ?? 0) + 1);
      lastAt = performance.now();
      const close = (): void => {
        for (const connection of server.connections) if (connection.id === id) connection.close();
      };
      if (mails % hangsUpEach === 0) {
        hungUp += 1;
        close();
        return;
      }
      done();
      if (mails % closesEach !== 0) return;
      setTimeout(close, 5);
    })();
  },
});
// a client that was killed
server.on('error', () => undefined);

const stats = createServer(({ url }, res) => {
  const seconds = (lastAt - firstAt) / 1000;
  const twice = [...accepted.values()].filter((times) => times > 1).length;
  const answer = url === '/accepted' ? [...accepted.keys()] : { mails, twice, hungUp, connections, seconds };
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
await new Promise<void>((resolve) => stats.listen(0, '127.0.0.1', resolve));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.server.address() as AddressInfo;
const { port: statsPort } = stats.address() as AddressInfo;
process.stdout.write(`smtp://127.0.0.1:${port} http://127.0.0.1:${statsPort}\n`);
