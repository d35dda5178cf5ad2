import type { Logger } from 'pino';
import mongoose from 'mongoose';
import { DeliveryLaneModel } from '../deliveryLane.model.ts';
import { laneIdOf } from '../lanes.ts';
import { ScoreIntentModel } from '../scoreIntent.model.ts';

const AGAIN_MS = 1_000;

interface Event {
  ns?: { coll?: string };
  documentKey?: { _id?: unknown };
  fullDocument?: { institutionId: string; platformId: string; deliveryId: string };
}

/** New intents, and lanes that somebody woke; nothing else that happens in the database comes over the wire. */
const PIPELINE = [
  {
    $match: {
      $or: [
        { 'ns.coll': ScoreIntentModel.collection.collectionName, operationType: 'insert' },
        {
          'ns.coll': DeliveryLaneModel.collection.collectionName,
          operationType: 'update',
          'updateDescription.updatedFields.wakes': { $exists: true },
        },
      ],
    },
  },
  {
    $project: {
      'ns.coll': 1,
      documentKey: 1,
      'fullDocument.institutionId': 1,
      'fullDocument.platformId': 1,
      'fullDocument.deliveryId': 1,
    },
  },
];

export interface Listener {
  onIntent(laneId: string, deliveryId: string): void;
  onWake(): void;
}

/**
 * Hears of new scores the moment they are committed, in whichever process that was. What is missed while the stream is
 * down is found by the net (`lookForLostWakes`).
 */
export function listenForWork(listener: Listener, log: Pick<Logger, 'warn'>): { stop(): Promise<void> } {
  let stopped = false;
  let stream: mongoose.mongo.ChangeStream | null = null;
  let timer: NodeJS.Timeout | undefined;

  function open(): void {
    const { db } = mongoose.connection;
    if (stopped || !db) return;
    const opened = db.watch(PIPELINE);
    stream = opened;
    opened.on('change', (change) => {
      const event = change as Event;
      if (event.fullDocument) listener.onIntent(laneIdOf(event.fullDocument), event.fullDocument.deliveryId);
      else listener.onWake();
    });
    opened.on('error', (error) => {
      if (stopped) return;
      log.warn({ err: error }, 'the stream of new scores broke off; opening it again');
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
