import type { ErrorCode } from '../../../contract/errors.ts';
import pages from '../../words/en/pages.json' with { type: 'json' };
import type { PageWords } from '../../words/pageWords.ts';
import type { RefusalFacts, RefusalReason } from '../launchRefused.ts';

type Code = keyof typeof pages.refused;
type Reason = keyof typeof pages.refusedFor;

const hasWords = (code: ErrorCode): code is Code & ErrorCode => Object.hasOwn(pages.refused, code);
const isToldApart = (reason: string): reason is Reason => Object.hasOwn(pages.refusedFor, reason);

const minutesAhead = (facts: RefusalFacts): number =>
  Math.max(1, Math.round(Number(facts['aheadSeconds'] ?? 0) / 60));

/** What was wrong and what an admin can do about it, in one or two sentences. */
export function reasonOf({ t }: PageWords, reason: RefusalReason): string {
  return t(`reasons.${reason}`);
}

/** Title and sentences of a refusal: by its reason where one code has several, else by its code. */
export function wordsOf(
  { t }: PageWords,
  refused: { code: ErrorCode; reason: string; facts: RefusalFacts },
): { title: string; text: string } {
  const { code, reason, facts } = refused;
  if (isToldApart(reason))
    return { title: t(`refusedFor.${reason}.title`), text: t(`refusedFor.${reason}.text`) };
  if (!hasWords(code)) return { title: t('refusedElse.title'), text: t('refusedElse.text') };
  const values = code === 'CLOCK_OFF' ? { minutes: minutesAhead(facts) } : undefined;
  return { title: t(`refused.${code}.title`, values), text: t(`refused.${code}.text`) };
}
