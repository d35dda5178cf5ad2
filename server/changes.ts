import mongoose from 'mongoose';
import type { Logger } from 'pino';

const AGAIN_MS = 1_000;

export interface ChangeListener {
  /** Names what it listens to in the log: `new scores`. */
  of: string;
  /** A change stream's stages: what nobody asked for does not come over the wire. */
  pipeline: Record<string, unknown>[];
  /** Also the document of an update, as it is when the change is told; null where it is gone. */
  withDocuments?: boolean;
  /** Called when listening has begun, and each time it begins again: what came before is not told. */
  onOpen?(): void;
  onChange(event: mongoose.mongo.ChangeStreamDocument): void;
}

/**
 * Hears of changes the moment they are committed, in whichever process that was. A stream that breaks off is opened
 * again; what is missed meanwhile a repeated job must find.
 */
export function listenForChanges(
  listener: ChangeListener,
  log: Pick<Logger, 'warn'>,
): { stop(): Promise<void> } {
  let stopped = false;
  let stream: mongoose.mongo.ChangeStream | null = null;
  let timer: NodeJS.Timeout | undefined;

  function open(): void {
    const { db } = mongoose.connection;
    if (stopped || !db) return;
    const opened = db.watch(
      listener.pipeline,
      listener.withDocuments ? { fullDocument: 'updateLookup' } : {},
    );
    stream = opened;
    // comes with the first answer of the database, also an empty one
    opened.once('resumeTokenChanged', () => listener.onOpen?.());
    opened.on('change', (event) => listener.onChange(event));
    opened.on('error', (error) => {
      if (stopped) return;
      log.warn({ err: error }, `the stream of ${listener.of} broke off; opening it again`);
      opened.close().catch(() => undefined);
      timer = setTimeout(open, AGAIN_MS);
    });
  }
  open();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await stream?.close();
    },
  };
}
