import type { Deps } from '../deps.ts';
import { LaunchRefusalModel } from './launchRefusal.model.ts';
import { english } from '../words/pageWords.ts';
import type { LaunchRefused } from './launchRefused.ts';
import { reasonOf } from './pages/copy.ts';

/** Most lines a process writes in a minute: a flood must not fill the disk. The log has the rest. */
const PER_MINUTE = 600;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Eight characters of a correlation id that can be read out on the phone: `7KQ2-M4XT`. */
export function shortIdOf(correlationId: string): string {
  const bits = BigInt(`0x${correlationId.replaceAll('-', '').slice(0, 10)}`);
  const letters = Array.from({ length: 8 }, (_, i) => ALPHABET[Number((bits >> BigInt(35 - 5 * i)) & 31n)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** The line of a refusal: its sentence, and what was seen instead. */
function saysOf({ reason, facts }: LaunchRefused): string {
  const sentence = reasonOf(english, reason);
  return 'seen' in facts
    ? `${sentence} Seen: ${String(facts['claim'])} is ${String(facts['seen'])}.`
    : sentence;
}

export interface RefusalLog {
  /** Never throws: the page is shown whatever the database says. */
  record(refused: LaunchRefused, where: { correlationId: string; route: string }): Promise<void>;
}

export function createRefusalLog({ clock, log }: Pick<Deps, 'clock' | 'log'>): RefusalLog {
  let minute = 0;
  let written = 0;
  return {
    async record(refused, { correlationId, route }) {
      const at = clock.now();
      const now = Math.floor(at.getTime() / 60_000);
      if (now !== minute) [minute, written] = [now, 0];
      written += 1;
      if (written > PER_MINUTE) return;
      try {
        await LaunchRefusalModel.create({
          _id: correlationId,
          shortId: shortIdOf(correlationId),
          at,
          route,
          code: refused.code,
          reason: refused.reason,
          says: saysOf(refused),
          platformId: refused.platform?._id ?? null,
          issuer: (refused.platform?.issuer ?? refused.claimedIssuer)?.slice(0, 500) ?? null,
          facts: refused.facts,
        });
      } catch (error) {
        log.error({ err: error, correlationId, reason: refused.reason }, 'a refusal could not be kept');
      }
    },
  };
}
