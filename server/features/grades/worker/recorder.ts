import type { Logger } from 'pino';
import { isDuplicateKey } from '../../../errors.ts';
import { bucketOf } from '../bucket.ts';
import { DeliveryModel } from '../delivery.model.ts';
import { DeliveryAttemptModel, type DeliveryAttemptDoc } from '../deliveryAttempt.model.ts';
import type { Claimed } from './claims.ts';
import type { Concluded, Conclusion } from './conclusion.ts';

type Members = Record<string, unknown>;

const NOTHING_KNOWN = { sent: '$sent', doubts: '$doubts', mustRead: '$mustRead' };
/** A newer score came while this one was on its way. */
const isOutdated = { $gt: ['$wanted.revision', '$trying.revision'] };
const nextSecond = { $max: ['$$NOW', { $add: ['$lastTimestamp', 1000] }] };

function accepted(shown: { score: number | null; maximum: number | null } | null): Members {
  return {
    state: { $cond: [isOutdated, 'queued', 'accepted'] },
    bucket: { $cond: [isOutdated, bucketOf('queued', 'none'), bucketOf('accepted', 'none')] },
    dueAt: { $cond: [isOutdated, nextSecond, '$$REMOVE'] },
    reason: 'none',
    sent: {
      given: '$trying.given',
      maximum: '$trying.maximum',
      revision: '$trying.revision',
      timestamp: '$trying.timestamp',
    },
    doubts: [],
    mustRead: false,
    tries: 0,
    triedSince: null,
    lmsMessage: null,
    lmsValue: shown?.score ?? null,
    lmsMaximum: shown?.maximum ?? '$lmsMaximum',
    acceptedAt: '$$NOW',
  };
}

function retry(conclusion: Extract<Conclusion, { kind: 'retry' }>): Members {
  const { reason, lmsMessage, delayMs, doubt } = conclusion;
  const value = [{ given: '$trying.given', maximum: '$trying.maximum' }];
  const unsure = { $concatArrays: [{ $slice: ['$doubts', -4] }, value] };
  return {
    ...NOTHING_KNOWN,
    ...(doubt ? { doubts: unsure, mustRead: true } : {}),
    state: 'waiting',
    reason,
    bucket: bucketOf('waiting', reason),
    dueAt: { $add: ['$$NOW', delayMs] },
    tries: { $add: ['$tries', 1] },
    triedSince: { $ifNull: ['$triedSince', '$$NOW'] },
    lmsMessage: { $literal: lmsMessage },
  };
}

function held(conclusion: Extract<Conclusion, { kind: 'held' }>): Members {
  const { reason, lmsMessage, shown } = conclusion;
  return {
    ...NOTHING_KNOWN,
    state: 'held',
    reason,
    bucket: bucketOf('held', reason),
    dueAt: '$$REMOVE',
    tries: { $add: ['$tries', 1] },
    triedSince: { $ifNull: ['$triedSince', '$$NOW'] },
    lmsMessage: { $literal: lmsMessage },
    lmsValue: shown?.score ?? null,
    lmsMaximum: shown?.maximum ?? '$lmsMaximum',
    ...(reason === 'newer_is_there' ? { mustRead: true } : {}),
  };
}

/** Never tried: nothing may remember that it was taken. */
const RELEASED: Members = {
  ...NOTHING_KNOWN,
  state: 'queued',
  reason: 'none',
  bucket: bucketOf('queued', 'none'),
  dueAt: '$$NOW',
  triedDecisionId: { $cond: ['$trying.first', null, '$triedDecisionId'] },
};

function membersOf(conclusion: Conclusion): Members {
  if (conclusion.kind === 'accepted') return accepted(conclusion.shown);
  if (conclusion.kind === 'retry') return retry(conclusion);
  return conclusion.kind === 'held' ? held(conclusion) : RELEASED;
}

interface Ended {
  claimed: Claimed;
  concluded: Concluded;
}

/** Writes how tries ended, many at once: two commands for a batch. A head whose lease is lost is left alone. */
export interface Recorder {
  record(ended: Ended): void;
  /** Resolves when all that was recorded so far is stored. */
  flush(): Promise<void>;
}

const BATCH_MAX = 64;
const BATCH_MS = 20;
const RETRY_MS = 500;

async function store(batch: readonly Ended[]): Promise<void> {
  const attempts = batch.flatMap(({ concluded }) => concluded.attempts);
  await storeAttempts(attempts);
  await DeliveryModel.bulkWrite(
    batch.map(({ claimed, concluded }) => ({
      updateOne: {
        filter: {
          institutionId: claimed.institutionId,
          _id: claimed._id,
          state: 'sending',
          'lease.token': claimed.lease.token,
        },
        update: [
          {
            $set: {
              ...membersOf(concluded.conclusion),
              lease: '$$REMOVE',
              trying: '$$REMOVE',
              changedAt: '$$NOW',
            },
          },
        ],
      },
    })),
    { ordered: false },
  );
}

/** Receipts first: a head that moved without one would say something that nobody can prove. */
async function storeAttempts(attempts: DeliveryAttemptDoc[]): Promise<void> {
  if (attempts.length === 0) return;
  try {
    await DeliveryAttemptModel.insertMany(attempts, { ordered: false });
  } catch (error) {
    // stored by a first try of this very batch
    if (!isDuplicateKey(error)) throw error;
  }
}

/** @param onEnded  hears how each try ended, for the operator's figures */
export function createRecorder(
  log: Pick<Logger, 'error'>,
  onEnded?: (conclusion: Conclusion) => void,
): Recorder {
  let waiting: Ended[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      try {
        await store(batch);
        waiting = waiting.slice(batch.length);
      } catch (error) {
        log.error({ err: error }, 'how scores ended could not be stored; trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
  function start(delayMs: number): Promise<void> {
    running ??= new Promise<void>((resolve) => setTimeout(resolve, delayMs)).then(run).finally(() => {
      running = null;
    });
    return running;
  }
  return {
    record(ended) {
      onEnded?.(ended.concluded.conclusion);
      waiting.push(ended);
      void start(BATCH_MS);
    },
    async flush() {
      while (waiting.length > 0 || running) await start(0);
    },
  };
}
