import { committingAlongside } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import type { Answer, IdempotentCall, IdempotentWork, Idempotency } from '../../http/route.ts';
import {
  claimKey,
  findClaim,
  inProgress,
  keepAlive,
  markDone,
  noteSession,
  release,
  storeAnswer,
  type Claim,
} from './claims.ts';

/** Does the work, as long as its key lives. @returns what its answer is made of */
async function run(claim: Claim, { work, keep }: IdempotentWork): Promise<unknown> {
  const life = keepAlive(claim);
  let kept: unknown;
  try {
    const { returned, committed } = await committingAlongside(
      {
        async begin(tx) {
          // a sign of life would write to what the transaction writes to, and make it start again
          life.stop();
          await noteSession(claim, tx);
        },
        async write(tx, value) {
          kept = keep(value);
          await markDone(claim, kept, tx);
        },
      },
      work,
    );
    return committed ? kept : keep(returned);
  } finally {
    life.stop();
  }
}

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the first request works, repeats get its answer.
 *
 * That the work is done is written in its own transaction, so that no error and no death afterwards makes a repeat do
 * it again: where the answer was not stored any more, it is made anew of what the work left. A request that failed
 * before gives its key back; one whose process died loses it within seconds, and can then commit nothing more.
 */
export function createIdempotency({ log }: Pick<Deps, 'log'>): Idempotency {
  /** What a work that failed on its way has committed after all. @throws the error when that is nothing */
  async function settle(claim: Claim, error: unknown): Promise<unknown> {
    const stands = await findClaim(claim).catch(() => null);
    if (stands?.done) return stands.kept;
    await release(claim).catch((err: unknown) =>
      log.warn({ err }, 'an idempotency key could not be released'),
    );
    throw error;
  }

  async function answerWith(claim: Claim, work: IdempotentWork, kept: unknown): Promise<Answer> {
    const answer = await work.answer(kept);
    // it is done, whether this can be stored or not
    await storeAnswer(claim, answer).catch((err: unknown) =>
      log.warn({ err }, 'a response could not be stored'),
    );
    return answer;
  }

  return {
    async run(call: IdempotentCall, work: IdempotentWork): Promise<Answer> {
      const claim = await claimKey(call);
      const { found, holder } = claim;
      if (found.answer) return found.answer;
      if (found.done) return answerWith(claim, work, found.kept);
      if (found.holder !== holder) throw inProgress();
      const kept = await run(claim, work).catch((error: unknown) => settle(claim, error));
      return answerWith(claim, work, kept);
    },
  };
}
