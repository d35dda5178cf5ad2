import { namespaces } from './namespaces.ts';
import type { Namespace } from './namespaces.ts';
import type { WordTree } from './wordTree.ts';

interface Language {
  readonly dir: 'ltr' | 'rtl';
  /** The locale for numbers and dates, if the session's locale is of another language. */
  readonly format: string;
  load(area: Namespace): Promise<WordTree>;
}

async function english(area: Namespace): Promise<WordTree> {
  return (await namespaces[area]()).default;
}

async function pseudo(area: Namespace): Promise<WordTree> {
  const [{ pseudoWords }, words] = await Promise.all([import('./pseudo.ts'), english(area)]);
  return pseudoWords(words);
}

/**
 * All languages of the client. `en-XA` (accented and 40 % longer) and `en-XB` (right to left) are for tests: `?lng=en-XA`.
 * A new language is a folder beside `en/` and an entry here; what it lacks falls back to English.
 */
const LANGUAGES: Readonly<Record<string, Language>> = {
  en: { dir: 'ltr', format: 'en-GB', load: english },
  'en-XA': { dir: 'ltr', format: 'en-GB', load: pseudo },
  'en-XB': { dir: 'rtl', format: 'en-GB', load: english },
};

/** Languages that a person may choose, with their own names; the test languages are not among them. */
export const CHOOSABLE: readonly { code: string; name: string }[] = [{ code: 'en', name: 'English' }];

/** The language for a wish such as `de-AT`: an exact match, else by its first part, else English. */
export function languageFor(wish: string | null | undefined): string {
  if (!wish) return 'en';
  if (wish in LANGUAGES) return wish;
  const [base = ''] = wish.split('-');
  return base in LANGUAGES ? base : 'en';
}

export function languageOf(code: string): Language {
  const found = LANGUAGES[code] ?? LANGUAGES['en'];
  if (!found) throw new Error('English is always there');
  return found;
}

/** The locale for `Intl`: the session's if it is of the language shown ("en-US"), else that language's own. */
export function formatLocale(code: string, sessionLocale: string | null | undefined): string {
  const format = languageOf(code).format;
  if (!sessionLocale) return format;
  const same = sessionLocale.split('-')[0] === format.split('-')[0];
  return same && isLocale(sessionLocale) && sessionLocale.includes('-') ? sessionLocale : format;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
