import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** Where mail goes, from `SMTP_URL`. */
export interface MailServer {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise by STARTTLS, and not at all on this machine. */
  secure: boolean;
  isLocal: boolean;
  auth: { user: string; pass: string } | null;
}

/**
 * How handing over a mail ended. `later`: the server asked to come back; `bounced`: it refused for good (`isAddress`: the
 * recipient, not the mail). `unreachable`: nothing left, and the next mail would fare no better. `unknown`: the mail had begun to
 * leave when the connection broke, so it may have arrived.
 */
export type Handover =
  | { kind: 'sent' | 'later' | 'unreachable' | 'unknown'; said: string }
  | { kind: 'bounced'; said: string; isAddress: boolean };

export interface RawMail {
  /** Of the envelope. */
  from: string;
  to: string;
  /** The whole message, RFC 5322. */
  raw: Buffer;
}

export interface SmtpTimes {
  /** For connecting, including the greeting. */
  connectMs: number;
  /** Without a byte from the server. */
  silentMs: number;
  /** For one mail as a whole. */
  mailMs: number;
}
export const SMTP_TIMES: SmtpTimes = { connectMs: 15_000, silentMs: 60_000, mailMs: 120_000 };

/** How long handing over one mail takes at most: connecting, signing in, and the mail. */
export function longestMs({ connectMs, silentMs, mailMs }: SmtpTimes): number {
  return 2 * connectMs + silentMs + mailMs;
}

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

/** Reads `SMTP_URL`: `smtp://user:password@host:587`, or `smtps://…` for TLS from the start. */
export function toMailServer(url: string): MailServer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    isLocal: LOOPBACK.test(hostname),
    auth: username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
  };
}

interface SmtpFault {
  message: string;
  command?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
}

/**
 * What an error of the connection says about the mail. Only a reply to one of the commands of the mail itself is an answer about it;
 * after its first byte has left, anything else leaves open whether it arrived.
 */
export function toHandover(
  { message, command, responseCode = 0, response }: SmtpFault,
  hasBegun: boolean,
): Handover {
  const said = (response ?? message).slice(0, 500);
  const isAnswered = responseCode >= 400 && (command === 'RCPT TO' || command === 'DATA');
  if (isAnswered && responseCode < 500) return { kind: 'later', said };
  if (isAnswered) return { kind: 'bounced', said, isAddress: command === 'RCPT TO' };
  return { kind: hasBegun ? 'unknown' : 'unreachable', said };
}

/** A body that tells when its first byte is taken: nodemailer does so once the server has answered DATA. */
function toBody(raw: Buffer, onBegin: () => void): Readable {
  return new Readable({
    read() {
      onBegin();
      this.push(raw);
      this.push(null);
    },
  });
}

/**
 * One connection to the mail server, opened when needed and kept for the next mail. Not nodemailer's pool: it sends a mail again if
 * the connection closes while it waits for the answer, and then it arrives twice.
 */
export class MailConnection {
  readonly #server: MailServer;
  readonly #times: SmtpTimes;
  #open: SMTPConnection | null = null;

  constructor(server: MailServer, times: SmtpTimes = SMTP_TIMES) {
    this.#server = server;
    this.#times = times;
  }

  /** Hands over one mail, once. It never throws. */
  async send(mail: RawMail): Promise<Handover> {
    let hasBegun = false;
    try {
      const connection = (this.#open ??= await this.#connect());
      const body = toBody(mail.raw, () => (hasBegun = true));
      const said = await this.#within(connection, this.#times.mailMs, (done) =>
        connection.send({ from: mail.from, to: [mail.to] }, body, (error, info) =>
          done(error ?? null, info?.response ?? ''),
        ),
      );
      return { kind: 'sent', said: said.slice(0, 500) };
    } catch (error) {
      // whatever went wrong, the next mail starts afresh
      this.close();
      return toHandover(error instanceof Error ? error : new Error(String(error)), hasBegun);
    }
  }

  close(): void {
    const connection = this.#open;
    this.#open = null;
    connection?.close();
  }

  /** Ends the session politely, after the last mail. */
  quit(): void {
    const connection = this.#open;
    this.#open = null;
    connection?.quit();
  }

  async #connect(): Promise<SMTPConnection> {
    const { host, port, secure, isLocal, auth } = this.#server;
    const { connectMs, silentMs } = this.#times;
    const connection = new SMTPConnection({
      ...{ host, port, secure },
      // a password and the names of people do not cross a network in the clear
      ...(isLocal ? { ignoreTLS: !secure } : { requireTLS: !secure }),
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      dnsTimeout: connectMs,
      socketTimeout: silentMs,
    });
    // between mails: the server closes when it likes, and the next mail opens another one
    connection.on('error', () => this.#forget(connection));
    connection.on('end', () => this.#forget(connection));
    try {
      await this.#within(connection, 2 * connectMs, (done) =>
        connection.connect((error) => done(error ?? null, '')),
      );
      if (auth)
        await this.#within(connection, silentMs, (done) =>
          connection.login({ credentials: auth }, (error) => done(error ?? null, '')),
        );
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #forget(connection: SMTPConnection): void {
    if (this.#open === connection) this.#open = null;
  }

  /** One step of the conversation: it ends by its answer, by the end of the connection, or when its time is over. */
  #within(
    connection: SMTPConnection,
    ms: number,
    step: (done: (error: Error | null, said: string) => void) => void,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(new Error('the mail server took too long'), ''), ms);
      const onError = (error: Error): void => end(error, '');
      // an answer that came with the end counts first
      const onEnd = (): unknown =>
        setImmediate(() => end(new Error('the mail server closed the connection'), ''));
      const end = (error: Error | null, said: string): void => {
        clearTimeout(timer);
        connection.off('error', onError);
        connection.off('end', onEnd);
        if (error) reject(error);
        else resolve(said);
      };
      connection.on('error', onError);
      connection.on('end', onEnd);
      step(end);
    });
  }
}
