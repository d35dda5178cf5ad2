import { withCommitHooks } from '../../db.ts';
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

/** Does the work, as long as its key is held. @returns what its response is built from */
async function run(claim: Claim, { work, keep }: IdempotentWork): Promise<unknown> {
  const life = keepAlive(claim);
  let kept: unknown;
  try {
    const { returned, committed } = await withCommitHooks(
      {
        async begin(tx) {
          // a sign of life would write to the same document as the transaction, and make it restart
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
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the first request does the work, repeats get its response.
 *
 * The work is marked as done in its own transaction, so that no error and no crash afterwards makes a repeat do it again: if the
 * response was not stored, it is rebuilt from what the work stored. A request that failed before that releases its key; one whose
 * process died loses it within seconds, and can then commit nothing more.
 */
export function createIdempotency({ log }: Pick<Deps, 'log'>): Idempotency {
  /** What a piece of work that failed midway has committed after all. @throws the error if that is nothing */
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
