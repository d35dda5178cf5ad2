import type { PageWords } from '../../words/pageWords.ts';
import type { RefusalFacts } from '../launchRefused.ts';
import { REFUSAL_REASONS, type RefusalReason } from '../refusalReasons.ts';

const minutesAhead = (facts: RefusalFacts): number =>
  Math.max(1, Math.round(Number(facts['aheadSeconds'] ?? 0) / 60));

/** What was wrong and what an admin can do about it, in one or two sentences. */
export function reasonOf({ t }: PageWords, reason: RefusalReason): string {
  return t(`reasons.${reason}`);
}

/** Title and sentences of a refusal, for the person who launched. */
export function wordsOf(
  { t }: PageWords,
  { reason, facts }: { reason: RefusalReason; facts: RefusalFacts },
): { title: string; text: string } {
  const { page } = REFUSAL_REASONS[reason];
  if (page === 'away') return { title: t('away.title'), text: t('away.byHand') };
  const values = page === 'refused.CLOCK_OFF' ? { minutes: minutesAhead(facts) } : undefined;
  return { title: t(`${page}.title`, values), text: t(`${page}.text`) };
}
