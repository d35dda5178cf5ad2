import { createHash, randomUUID } from 'node:crypto';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey } from '../../errors.ts';
import type { Answer, IdempotentCall, Idempotency } from '../../http/route.ts';
import { IdempotencyModel, type IdempotencyDoc } from './idempotency.model.ts';

const KEPT_MS = 24 * 3600 * 1000;
/** After this the first request is taken for dead and its key is given to the repeat. */
const ABANDONED_MS = 60_000;

interface Claim {
  institutionId: string;
  personId: string;
  key: string;
  fingerprint: string;
}

async function claim(at: Date, want: Claim): Promise<IdempotencyDoc | null> {
  try {
    await IdempotencyModel.create({
      _id: randomUUID(),
      ...want,
      answer: null,
      startedAt: at,
      expiresAt: new Date(at.getTime() + KEPT_MS),
    });
    return null;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const { fingerprint: _, ...which } = want;
    return IdempotencyModel.findOne(which).lean();
  }
}

async function takeOver(at: Date, earlier: IdempotencyDoc): Promise<void> {
  const dead = at.getTime() - earlier.startedAt.getTime() >= ABANDONED_MS;
  const taken =
    dead &&
    (await IdempotencyModel.updateOne(
      { institutionId: earlier.institutionId, _id: earlier._id, answer: null, startedAt: earlier.startedAt },
      { $set: { startedAt: at } },
    ));
  if (!taken || taken.modifiedCount === 0) {
    throw new AppError('IDEMPOTENCY_IN_PROGRESS', 'This is being done already. Please wait a moment.', {
      retryAfterSeconds: 2,
    });
  }
}

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the first request works, repeats get its answer. A
 * request that failed gives its key back, so that the repeat may succeed.
 */
export function createIdempotency({ clock }: Pick<Deps, 'clock'>): Idempotency {
  return {
    async run(call: IdempotentCall, work: () => Promise<Answer>): Promise<Answer> {
      const { institutionId, personId } = call.session;
      const fingerprint = createHash('sha256').update(call.fingerprint).digest('hex');
      const which = { institutionId, personId, key: call.key };
      const earlier = await claim(clock.now(), { ...which, fingerprint });
      if (earlier && earlier.fingerprint !== fingerprint) {
        throw new AppError(
          'IDEMPOTENCY_KEY_REUSED',
          'This Idempotency-Key was used for something else before.',
        );
      }
      if (earlier?.answer) return earlier.answer;
      if (earlier) await takeOver(clock.now(), earlier);
      try {
        const answer = await work();
        await IdempotencyModel.updateOne(which, { $set: { answer } });
        return answer;
      } catch (error) {
        await IdempotencyModel.deleteOne(which);
        throw error;
      }
    },
  };
}
