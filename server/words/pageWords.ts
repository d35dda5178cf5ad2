import i18next from 'i18next';
import ICU from 'i18next-icu';
import type { Response } from 'express';
import pages from './en/pages.json' with { type: 'json' };

type Leaves<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${K}` : Leaves<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** `opening.title`, …: a message of `en/pages.json`. */
export type WordKey = Leaves<typeof pages>;

/** The messages of one language, as a tree with the shape of English; what it lacks falls back to English. */
export interface WordTree {
  readonly [key: string]: string | WordTree;
}

/** The words of a page in one language. */
export interface PageWords {
  /** For `<html lang dir>`. */
  lang: string;
  dir: 'ltr' | 'rtl';
  t: (key: WordKey, values?: Record<string, string | number>) => string;
}

const instance = i18next.createInstance();
instance.use(ICU);
await instance.init({
  lng: 'en',
  fallbackLng: 'en',
  ns: ['pages'],
  defaultNS: 'pages',
  resources: { en: { pages } },
  initAsync: false,
  returnNull: false,
  interpolation: { escapeValue: false },
});

class LanguageWords implements PageWords {
  readonly lang: string;
  readonly dir: PageWords['dir'];
  readonly #translate: (key: string, values?: object) => string;
  // a login page has eight messages that never change: they are made once
  readonly #made = new Map<WordKey, string>();

  constructor(code: string, dir: PageWords['dir']) {
    this.lang = code;
    this.dir = dir;
    this.#translate = instance.getFixedT(code) as unknown as (key: string, values?: object) => string;
  }

  readonly t: PageWords['t'] = (key, values) => {
    if (values) return this.#translate(key, values);
    let text = this.#made.get(key);
    if (text === undefined) {
      text = this.#translate(key);
      this.#made.set(key, text);
    }
    return text;
  };
}

/** For what operators read, whoever asked. */
export const english: PageWords = new LanguageWords('en', 'ltr');
const languages = new Map<string, PageWords>([['en', english]]);

/**
 * Adds a language for the server's pages.
 *
 * @param code  BCP 47, as browsers and LMSs ask for it: `de`, `en-XA`
 */
export function addLanguage(code: string, words: WordTree, dir: PageWords['dir'] = 'ltr'): void {
  instance.addResourceBundle(code, 'pages', words, true, true);
  languages.set(code, new LanguageWords(code, dir));
}

function find(wish: string): PageWords | undefined {
  return languages.get(wish) ?? languages.get(wish.split('-', 1)[0] ?? '');
}

/** The words in a language, as far as we have it; else English. @param locale  BCP 47; null: unknown */
export function wordsFor(locale: string | null): PageWords {
  return (locale === null ? undefined : find(locale)) ?? english;
}

/**
 * The words of a page that answers a request: in the launch's language where it is known, else in the one that the browser
 * likes best, as far as we have them; else English.
 *
 * @param locale  BCP 47, of a verified launch
 */
export function pageWordsFor(res: Response, locale: string | null = null): PageWords {
  if (languages.size === 1) return english;
  const ofLaunch = locale === null ? undefined : find(locale);
  if (ofLaunch) return ofLaunch;
  for (const wish of res.req.acceptsLanguages()) {
    const words = find(wish);
    if (words) return words;
  }
  return english;
}
