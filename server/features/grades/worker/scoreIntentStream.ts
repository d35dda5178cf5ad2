import type { Logger } from 'pino';
import { listenForChanges, type Subscription } from '../../../changes.ts';
import { DeliveryLaneModel } from '../deliveries/deliveryLane.model.ts';
import { laneIdOf } from '../deliveries/lanes.ts';
import { ScoreIntentModel } from '../deliveries/scoreIntent.model.ts';
import { reconcileLanes } from './laneReconciler.ts';

interface Event {
  ns?: { coll?: string };
  fullDocument?: { institutionId: string; platformId: string; deliveryId: string };
  updateDescription?: { updatedFields?: { wakes?: number; nextDueAt?: Date } };
}

/** A turn has ended, and its lane is to be checked later: others know when, in case the one who takes that turn dies. */
const IS_LATER = { $gt: ['$updateDescription.updatedFields.nextDueAt', '$wallTime'] };

const INTENTS = ScoreIntentModel.collection.collectionName;

/** New intents, lanes that somebody woke, and when lanes are due. */
const WATCHED = {
  [INTENTS]: { operationType: 'insert' },
  [DeliveryLaneModel.collection.collectionName]: {
    operationType: 'update',
    $or: [{ 'updateDescription.updatedFields.wakes': { $exists: true } }, { $expr: IS_LATER }],
  },
};
const FIELDS = [
  'fullDocument.institutionId',
  'fullDocument.platformId',
  'fullDocument.deliveryId',
  'updateDescription.updatedFields.wakes',
  'updateDescription.updatedFields.nextDueAt',
];

export interface Listener {
  onIntent(laneId: string, deliveryId: string): void;
  onWake(): void;
  /** A lane is due then. */
  onLater(at: Date): void;
}

/**
 * Delivers new scores as soon as they are committed, in any process. What is missed while the stream is down is found by the
 * safety net (`reconcileLanes`), as soon as it is open again.
 */
export function watchScoreIntents(listener: Listener, log: Pick<Logger, 'warn'>): Subscription {
  return listenForChanges(
    {
      of: 'new scores',
      watched: WATCHED,
      fields: FIELDS,
      onChange(change) {
        const event = change as Event;
        const { wakes, nextDueAt } = event.updateDescription?.updatedFields ?? {};
        if (event.ns?.coll === INTENTS && event.fullDocument)
          listener.onIntent(laneIdOf(event.fullDocument), event.fullDocument.deliveryId);
        else if (wakes === undefined && nextDueAt) listener.onLater(nextDueAt);
        else listener.onWake();
      },
      onOpen() {
        reconcileLanes().then(
          () => listener.onWake(),
          (error: unknown) => log.warn({ err: error }, 'lost wake-ups could not be looked up'),
        );
      },
    },
    log,
  );
}
