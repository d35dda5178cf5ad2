import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { RequestListener } from 'node:http';
import { beforeAll } from '@jest/globals';
import mongoose from 'mongoose';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { connectDatabase } from '../../server/db.ts';

/** A command as it was sent to the database. */
export interface SentCommand {
  name: string;
  collection: string;
  command: Readonly<Record<string, unknown>>;
}

/** What identifies a response. */
interface Answered {
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
}

/** The driver's own commands, which no request causes. */
const OF_THE_DRIVER: ReadonlySet<string> = new Set(['hello', 'ping', 'endSessions']);
const underWay = new AsyncLocalStorage<SentCommand[]>();
const sentById = new Map<string, readonly SentCommand[]>();

/**
 * The same app, with each of its requests in a separate async context: a command is attributed to the request that sent it, even
 * if it is sent after the response, and whatever other requests and workers do meanwhile.
 */
export function attributeCommands(app: RequestListener): RequestListener {
  return (req, res) => {
    const sent: SentCommand[] = [];
    underWay.run(sent, () => {
      // its body comes through the socket, in whose context its listeners would be called
      req.emit = AsyncResource.bind(req.emit.bind(req));
      app(req, res);
    });
    sentById.set(String(res.getHeader('x-correlation-id')), sent);
  };
}

function idOf({ headers }: Answered): string {
  const id = headers instanceof Headers ? headers.get('x-correlation-id') : headers['x-correlation-id'];
  return String(id);
}

export interface CommandLog {
  /** What these requests sent, in order; each request separately. @throws for a response of an app that is not `attributed` */
  of(...answers: readonly Answered[]): SentCommand[];
  /** Their names alone. */
  namesOf(...answers: readonly Answered[]): string[];
}

/**
 * Records what each request of an `attributed` app sends to the database. Call it at the top of a test file, below its world,
 * whose connection is created again with its commands recorded.
 */
export function useCommandLog(): CommandLog {
  beforeAll(async () => {
    const { name } = mongoose.connection;
    await mongoose.disconnect();
    const uri = new URL(withDatabase(process.env['WAYMARK_TEST_MONGODB_URI'] ?? '', name));
    uri.searchParams.set('monitorCommands', 'true');
    await connectDatabase(uri.href);
    mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      const given = command as Readonly<Record<string, unknown>>;
      const sent: SentCommand = {
        name: commandName,
        collection: String(given[commandName]),
        command: given,
      };
      if (!OF_THE_DRIVER.has(commandName)) underWay.getStore()?.push(sent);
    });
  });
  const of: CommandLog['of'] = (...answers) =>
    answers.flatMap((answered) => {
      const sent = sentById.get(idOf(answered));
      if (!sent) throw new Error(`no attributed app has answered ${idOf(answered)}`);
      return sent;
    });
  return { of, namesOf: (...answers) => of(...answers).map(({ name }) => name) };
}
