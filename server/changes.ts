import mongoose from 'mongoose';
import type { Logger } from 'pino';

const AGAIN_MS = 1_000;
/**
 * So long the database keeps a question for news when there is none; news are told at once. Less than a socket may be silent
 * (`db.ts`), since a question that waits is silence.
 */
const AWAIT_MS = 15_000;

export interface ChangeListener {
  /** Names what it listens to in the log: `new scores`. */
  of: string;
  /** A change stream's stages: what nobody asked for does not come over the wire. */
  pipeline: Record<string, unknown>[];
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

/**
 * Hears of changes the moment they are committed, in whichever process that was. A stream that breaks off is gone on with where it
 * was, or else opened again, and its listener told to look for what it missed.
 */
export function listenForChanges(listener: ChangeListener, log: Pick<Logger, 'warn'>): Listening {
  let stopped = false;
  let opened = false;
  let stream: mongoose.mongo.ChangeStream | null = null;
  let timer: NodeJS.Timeout | undefined;

  function open(): void {
    const { db } = mongoose.connection;
    if (stopped || !db) return;
    const opening = db.watch(listener.pipeline, {
      maxAwaitTimeMS: AWAIT_MS,
      ...(listener.withDocuments ? { fullDocument: 'updateLookup' } : {}),
    });
    stream = opening;
    opening.on('change', (event) => listener.onChange(event));
    // comes with the first answer of the database, also an empty one
    opening.once('resumeTokenChanged', () => {
      opened = true;
      if (!stopped) listener.onOpen?.();
    });
    opening.on('error', (error) => {
      opened = false;
      if (stopped) return;
      log.warn({ err: error }, `the stream of ${listener.of} broke off; opening it again`);
      opening.close().catch(() => undefined);
      timer = setTimeout(open, AGAIN_MS);
    });
  }
  open();
  return {
    isOpen: () => opened,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await stream?.close();
    },
  };
}
