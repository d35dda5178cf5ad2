import mongoose from 'mongoose';
import type { Logger } from 'pino';

const AGAIN_MS = 1_000;
/**
 * So long the database keeps a question for news when there is none; news are told at once. Less than a socket may be silent
 * (`db.ts`), since a question that waits is silence.
 */
const AWAIT_MS = 15_000;

export interface ChangeListener {
  /** Names what it listens to in the log: `new scores`. Who listens to the same has the same name. */
  of: string;
  /** Collections by their names, with what a `$match` takes of their change events: the rest does not come over the wire. */
  watched: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Paths of a change event that it reads, but for `ns.coll`, which always comes; the rest does not come over the wire. */
  fields: readonly string[];
  /** Also the document of an update, as it is when the change is told; null where it is gone. */
  withDocuments?: boolean;
  /** Called when listening has begun, and each time it begins again: what came before is not told, so look for it. */
  onOpen?(): void;
  onChange(event: mongoose.mongo.ChangeStreamDocument): void;
}

export interface Listening {
  /** False while changes may go by unheard. */
  isOpen(): boolean;
  stop(): Promise<void>;
}

interface Entry {
  listener: ChangeListener;
  log: Pick<Logger, 'warn'>;
  /** It has been told that listening has begun. */
  isOpen: boolean;
}

interface Watch {
  pipeline: Record<string, unknown>[];
  withDocuments: boolean;
}

const collectionOf = (event: object): string => (event as { ns?: { coll?: string } }).ns?.coll ?? '';

/** What all of these hear of. */
function watchFor(listeners: readonly ChangeListener[]): Watch {
  const watched = Object.assign({}, ...listeners.map((one) => one.watched)) as ChangeListener['watched'];
  const fields = ['ns.coll', ...listeners.flatMap((one) => one.fields)];
  const $or = Object.entries(watched).map(([collection, match]) => ({ 'ns.coll': collection, ...match }));
  return {
    pipeline: [
      { $match: { $or } },
      { $project: Object.fromEntries([...new Set(fields)].sort().map((field) => [field, 1])) },
    ],
    withDocuments: listeners.some((one) => one.withDocuments === true),
  };
}

/**
 * The one change stream of a process, which all its listeners share: a stream without news costs the process and the database as
 * much as one with them. It is open while somebody listens.
 */
class SharedStream {
  readonly #entries = new Set<Entry>();
  #stream: mongoose.mongo.ChangeStream | null = null;
  /** What the stream was opened for. */
  #openedFor = '';
  #isOpen = false;
  #isPlanned = false;
  #again: NodeJS.Timeout | null = null;

  /** @throws when somebody listens to something else in the same collection: each would hear what the other one asks for */
  join(entry: Entry): void {
    for (const collection of Object.keys(entry.listener.watched)) {
      for (const { listener } of this.#entries)
        if (listener.of !== entry.listener.of && Object.hasOwn(listener.watched, collection))
          throw new Error(`${listener.of} and ${entry.listener.of} listen to the same collection`);
    }
    this.#entries.add(entry);
    // who joins at the same time gets the same stream
    if (!this.#isPlanned) queueMicrotask(() => this.#open());
    this.#isPlanned = true;
  }

  async leave(entry: Entry): Promise<void> {
    this.#entries.delete(entry);
    entry.isOpen = false;
    if (this.#entries.size > 0) return;
    if (this.#again) clearTimeout(this.#again);
    this.#again = null;
    await this.#close();
  }

  #open(): void {
    this.#isPlanned = false;
    const { db } = mongoose.connection;
    // one that broke off is opened in its time, for all
    if (this.#again || this.#entries.size === 0 || !db) return;
    const { pipeline, withDocuments } = watchFor([...this.#entries].map(({ listener }) => listener));
    const openFor = JSON.stringify(pipeline);
    if (this.#stream && this.#openedFor === openFor) {
      if (this.#isOpen) this.#tellOpen();
      return;
    }
    this.#close().catch(() => undefined);
    const opening = db.watch(pipeline, {
      maxAwaitTimeMS: AWAIT_MS,
      ...(withDocuments ? { fullDocument: 'updateLookup' } : {}),
    });
    [this.#stream, this.#openedFor] = [opening, openFor];
    this.#follow(opening);
  }

  #follow(stream: mongoose.mongo.ChangeStream): void {
    const isCurrent = (): boolean => this.#stream === stream;
    stream.on('change', (event) => {
      if (isCurrent()) this.#tell(event);
    });
    // comes with the first answer of the database, also an empty one
    stream.once('resumeTokenChanged', () => {
      if (!isCurrent()) return;
      this.#isOpen = true;
      this.#tellOpen();
    });
    const reopen = (error: Error): void => {
      if (!isCurrent()) return;
      for (const { log } of [...this.#entries].slice(0, 1))
        log.warn({ err: error }, 'the change stream was interrupted; reopening it');
      this.#close().catch(() => undefined);
      this.#again = setTimeout(() => {
        this.#again = null;
        this.#open();
      }, AGAIN_MS);
    };
    stream.on('error', reopen);
    // without an error where the whole database was dropped
    stream.on('close', () => reopen(new Error('the database ended the stream')));
  }

  #tell(event: mongoose.mongo.ChangeStreamDocument): void {
    const collection = collectionOf(event);
    for (const { listener } of this.#entries)
      if (Object.hasOwn(listener.watched, collection)) listener.onChange(event);
  }

  /** To those who have not heard it of this stream. */
  #tellOpen(): void {
    for (const entry of this.#entries) {
      if (entry.isOpen) continue;
      entry.isOpen = true;
      entry.listener.onOpen?.();
    }
  }

  async #close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    this.#isOpen = false;
    for (const entry of this.#entries) entry.isOpen = false;
    await stream?.close();
  }
}

const shared = new SharedStream();

/**
 * Hears of changes the moment they are committed, in whichever process that was. All listeners of a process share one change stream.
 * One that breaks off is gone on with where it was, or else opened again, and its listeners told to look for what they missed; so
 * they are when somebody joins who listens to something else.
 *
 * @throws when somebody listens to something else in the same collection
 */
export function listenForChanges(listener: ChangeListener, log: Pick<Logger, 'warn'>): Listening {
  const entry = { listener, log, isOpen: false };
  shared.join(entry);
  return { isOpen: () => entry.isOpen, stop: () => shared.leave(entry) };
}
