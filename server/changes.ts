import mongoose from 'mongoose';
import type { Logger } from 'pino';

const AGAIN_MS = 1_000;
/**
 * How long the database holds a request for news when there is none; news is returned at once. It must be shorter than a socket
 * may be silent (`db.ts`), since a waiting request is silent.
 */
const AWAIT_MS = 15_000;

export interface ChangeListener {
  /** Name in the log of what it listens to: `new scores`. Listeners to the same thing share the name. */
  of: string;
  /** Collections by name, with the `$match` for their change events; other events do not cross the wire. */
  watched: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Paths of a change event that it reads, besides `ns.coll`, which is always included; the rest does not cross the wire. */
  fields: readonly string[];
  /** Also deliver the document of an update as it is when the event is delivered; null if it no longer exists. */
  withDocuments?: boolean;
  /** Called when listening starts, and each time it restarts: earlier changes are not delivered, so look for them. */
  onOpen?(): void;
  onChange(event: mongoose.mongo.ChangeStreamDocument): void;
}

export interface Subscription {
  /** False while changes may be missed. */
  isOpen(): boolean;
  stop(): Promise<void>;
}

interface Entry {
  listener: ChangeListener;
  log: Pick<Logger, 'warn'>;
  /** It has been told that listening has started. */
  isOpen: boolean;
}

interface Watch {
  pipeline: Record<string, unknown>[];
  withDocuments: boolean;
}

const collectionOf = (event: object): string => (event as { ns?: { coll?: string } }).ns?.coll ?? '';

/** What all these listeners listen to. */
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
 * The single change stream of a process, shared by all its listeners: a stream without news costs the process and the database as
 * much as one with news. It is open while somebody listens.
 */
class SharedStream {
  readonly #entries = new Set<Entry>();
  #stream: mongoose.mongo.ChangeStream | null = null;
  /** What the stream was opened for. */
  #openedFor = '';
  #isOpen = false;
  #isPlanned = false;
  #again: NodeJS.Timeout | null = null;

  /** @throws if somebody listens to something different in the same collection: each would receive what the other asked for */
  join(entry: Entry): void {
    for (const collection of Object.keys(entry.listener.watched)) {
      for (const { listener } of this.#entries)
        if (listener.of !== entry.listener.of && Object.hasOwn(listener.watched, collection))
          throw new Error(`${listener.of} and ${entry.listener.of} listen to the same collection`);
    }
    this.#entries.add(entry);
    // whoever joins at the same time gets the same stream
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
    // a stream that was interrupted is reopened after a delay, for all listeners
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
    // arrives with the first response of the database, even an empty one
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
    // happens without an error if the whole database was dropped
    stream.on('close', () => reopen(new Error('the database ended the stream')));
  }

  #tell(event: mongoose.mongo.ChangeStreamDocument): void {
    const collection = collectionOf(event);
    for (const { listener } of this.#entries)
      if (Object.hasOwn(listener.watched, collection)) listener.onChange(event);
  }

  /** Notifies those who have not yet been told about this stream. */
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
 * Delivers changes as soon as they are committed, in any process. All listeners of a process share one change stream. A stream
 * that is interrupted resumes where it was. If that is impossible, it is reopened, and its listeners are told to look for what
 * they missed; they are also told when a listener to something else joins.
 *
 * @throws if somebody listens to something different in the same collection
 */
export function listenForChanges(listener: ChangeListener, log: Pick<Logger, 'warn'>): Subscription {
  const entry = { listener, log, isOpen: false };
  shared.join(entry);
  return { isOpen: () => entry.isOpen, stop: () => shared.leave(entry) };
}
