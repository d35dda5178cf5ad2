import { createHash, randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { killSession, toSessionId } from '../../db.ts';
import { AppError, isDuplicateKey, isOutOfTime } from '../../errors.ts';
import type { Answer, IdempotentCall } from '../../http/route.ts';
import { IdempotencyModel, type IdempotencyDoc } from './idempotency.model.ts';

const KEPT_MS = 24 * 3600 * 1000;
/** After this long without a sign of life a request is considered dead, and the repeat gets its key. */
const LEASE_MS = 6_000;
const BEAT_MS = 2_000;
const RETRY_AFTER_SECONDS = 2;
/**
 * A transaction that marks the key as done locks the key's document until it ends; nobody waits longer for one that hangs there.
 */
const TAKE_MS = 1_500;

/** One request's hold on its key. */
export interface Claim {
  which: Pick<IdempotencyDoc, 'institutionId' | 'personId' | 'key'>;
  holder: string;
  /** As stored in the database; if it is not ours, the holder is another request. */
  found: IdempotencyDoc;
}

export const inProgress = (): AppError =>
  new AppError('IDEMPOTENCY_IN_PROGRESS', 'This is already being done. Please wait a moment.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

const leaseEnd = { $add: ['$$NOW', LEASE_MS] };

async function take(
  which: Claim['which'],
  fingerprint: string,
  holder: string,
): Promise<IdempotencyDoc | 'held' | null> {
  const kept = (field: string, fresh: unknown): object => ({ $ifNull: [`$${field}`, fresh] });
  // nobody holds it, or its holder died before anything was committed
  const free = {
    $and: [
      { $eq: [kept('fingerprint', fingerprint), fingerprint] },
      { $not: ['$done'] },
      { $not: [kept('answer', false)] },
      { $lt: ['$leaseUntil', '$$NOW'] },
    ],
  };
  const mine = (field: string, value: unknown): object => ({ $cond: [free, value, `$${field}`] });
  return IdempotencyModel.findOneAndUpdate(
    which,
    [
      {
        $set: {
          _id: kept('_id', randomUUID()),
          holder: mine('holder', holder),
          leaseUntil: mine('leaseUntil', leaseEnd),
          fingerprint: kept('fingerprint', fingerprint),
          session: kept('session', null),
          done: kept('done', false),
          kept: kept('kept', null),
          answer: kept('answer', null),
          startedAt: kept('startedAt', '$$NOW'),
          expiresAt: kept('expiresAt', { $add: ['$$NOW', KEPT_MS] }),
        },
      },
    ],
    { upsert: true, returnDocument: 'after', updatePipeline: true, maxTimeMS: TAKE_MS },
  )
    .lean()
    .catch((error: unknown) => {
      if (isOutOfTime(error)) return 'held';
      throw error;
    });
}

/** Ends the transaction that locks a key, once its request shows no sign of life any more. */
async function endHolder(which: Claim['which']): Promise<void> {
  const dead = await IdempotencyModel.findOne({
    ...which,
    $expr: { $lt: ['$leaseUntil', '$$NOW'] },
  }).lean();
  if (dead) await endSession(dead);
}

/** A database that does not allow this ends it by itself within a minute. */
async function endSession({ session }: Pick<IdempotencyDoc, 'session'>): Promise<void> {
  if (session !== null) await killSession(session).catch(() => undefined);
}

/**
 * @throws {AppError} IDEMPOTENCY_KEY_REUSED if the key was used for something else; IDEMPOTENCY_IN_PROGRESS while a transaction
 *   that may still be committed holds it
 */
export async function claimKey({ session, key, fingerprint }: IdempotentCall): Promise<Claim> {
  const { institutionId, personId } = session;
  const which = { institutionId, personId, key };
  const said = createHash('sha256').update(fingerprint).digest('hex');
  const holder = randomUUID();
  const taking = () => take(which, said, holder);
  const first = await taking().catch((error: unknown) => {
    // two first requests at once: the other one has created it
    if (!isDuplicateKey(error)) throw error;
    return taking();
  });
  const found = first === 'held' ? await endHolder(which).then(taking) : first;
  if (!found || found === 'held') throw inProgress();
  if (found.fingerprint !== said)
    throw new AppError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for something else before.');
  // a dead request's transaction locks what it wrote to until the database notices, and the work may write before its own
  // transaction
  if (found.holder === holder) await endSession(found);
  return { which, holder, found };
}

/** Shows that a request is alive, until it is stopped. */
export function keepAlive({ which, holder }: Claim): { stop(): void } {
  const timer = setInterval(() => {
    IdempotencyModel.updateOne({ ...which, holder, done: false }, [{ $set: { leaseUntil: leaseEnd } }], {
      updatePipeline: true,
    }).catch(() => undefined);
  }, BEAT_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Records which session the work is done in, before its transaction starts.
 *
 * @throws {AppError} IDEMPOTENCY_IN_PROGRESS if the key was given to another request
 */
export async function noteSession({ which, holder }: Claim, tx: ClientSession): Promise<void> {
  const noted = await IdempotencyModel.updateOne(
    { ...which, holder, done: false },
    [{ $set: { session: toSessionId(tx), leaseUntil: leaseEnd } }],
    { updatePipeline: true },
  );
  if (noted.matchedCount === 0) throw inProgress();
}

/**
 * Marks the work as done in its own transaction: both are committed, or neither is.
 *
 * @throws {AppError} IDEMPOTENCY_IN_PROGRESS if the key was given to another request, which does the work now
 */
export async function markDone({ which, holder }: Claim, kept: unknown, tx: ClientSession): Promise<void> {
  const marked = await IdempotencyModel.updateOne(
    { ...which, holder },
    { $set: { done: true, kept } },
    { session: tx },
  );
  if (marked.matchedCount === 0) throw inProgress();
}

/** The current document of a claim; null if another request holds it. */
export async function findClaim({ which, holder }: Claim): Promise<IdempotencyDoc | null> {
  return IdempotencyModel.findOne({ ...which, holder }).lean();
}

/** Releases the key, unless something was committed with it. */
export async function release({ which, holder }: Claim): Promise<void> {
  await IdempotencyModel.deleteOne({ ...which, holder, done: false, answer: null });
}

export async function storeAnswer({ which }: Claim, answer: Answer): Promise<void> {
  await IdempotencyModel.updateOne({ ...which, answer: null }, { $set: { done: true, answer } });
}
