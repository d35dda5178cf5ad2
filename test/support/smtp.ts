import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream } from 'smtp-server';

/** A mail as the server accepted it. */
export interface ReceivedMail {
  to: string;
  raw: string;
}

/** What a mail server replies; a reply of 400 or above refuses. */
export interface SmtpReply {
  code: number;
  text: string;
}

const toError = ({ code, text: said }: SmtpReply): Error =>
  Object.assign(new Error(said), { responseCode: code });

/** A real mail server on this machine, which does as a test says. */
export class TestMailServer {
  readonly received: ReceivedMail[] = [];
  /** Every recipient that somebody asked for, accepted or not. */
  readonly asked: string[] = [];
  /** Refuses a recipient. */
  refuse: (to: string) => SmtpReply | null = () => null;
  /** Refuses a mail once all of it has arrived. */
  refuseMail: () => SmtpReply | null = () => null;
  /** Ends the connection when all of a mail has arrived, with no reply. */
  hangsUp = false;
  /** How long it takes over each mail. */
  takesMs = 0;
  readonly #server: SMTPServer;
  #url = '';

  constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, done) => {
        this.asked.push(address);
        const refusal = this.refuse(address);
        done(refusal && toError(refusal));
      },
      onData: (stream, { envelope, id }, done) => {
        void this.#take(stream, { to: envelope.rcptTo, id }).then((refusal) =>
          done(refusal && toError(refusal)),
        );
      },
    });
    // a client that was killed
    this.#server.on('error', () => undefined);
  }

  /** For `SMTP_URL`. */
  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.server.address() as AddressInfo;
    this.#url = `smtp://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  /** As it was at the start. */
  reset(): void {
    this.received.length = 0;
    this.asked.length = 0;
    [this.refuse, this.refuseMail] = [() => null, () => null];
    [this.hangsUp, this.takesMs] = [false, 0];
  }

  async #take(
    stream: SMTPServerDataStream,
    { to, id }: { to: readonly SMTPServerAddress[]; id: string },
  ): Promise<SmtpReply | null> {
    const raw = await text(stream);
    await sleep(this.takesMs);
    const refusal = this.refuseMail();
    if (refusal) return refusal;
    this.received.push({ to: to[0]?.address ?? '', raw });
    if (!this.hangsUp) return null;
    for (const connection of this.#server.connections) if (connection.id === id) connection.close();
    return null;
  }
}

/** A mail server for the tests of a file. */
export function useMailServer(): TestMailServer {
  const server = new TestMailServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());
  return server;
}
