import type { Logger } from 'pino';
import { listenForChanges } from '../../../changes.ts';
import { DeliveryLaneModel } from '../deliveryLane.model.ts';
import { laneIdOf } from '../lanes.ts';
import { ScoreIntentModel } from '../scoreIntent.model.ts';

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
  return listenForChanges(
    {
      of: 'new scores',
      pipeline: PIPELINE,
      onChange(change) {
        const event = change as Event;
        if (event.fullDocument)
          listener.onIntent(laneIdOf(event.fullDocument), event.fullDocument.deliveryId);
        else listener.onWake();
      },
    },
    log,
  );
}
