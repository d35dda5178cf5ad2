import type { ComponentType } from 'react';
import type { i18n } from 'i18next';
import { matchPath } from 'react-router';
import { languageFor, languageOf } from '../i18n/languages.ts';
import type { Namespace } from '../i18n/namespaces.ts';
import { nextPages, PAGE_IDS, pageOf } from './registry.ts';
import type { PageFacts, PageId } from './registry.ts';
import { SessionOverPage } from './SessionOverPage.tsx';

/**
 * Loads areas of words. Not by i18next's own loading: it treats a failure as "there are none", reports it to nobody, and never
 * retries.
 *
 * @throws if one cannot be loaded
 */
async function loadWords(words: i18n, areas: readonly Namespace[]): Promise<void> {
  const languages = new Set([languageFor(words.language), 'en']);
  const missing = [...languages].flatMap((language) =>
    areas.filter((area) => !words.hasResourceBundle(language, area)).map((area) => ({ language, area })),
  );
  await Promise.all(
    missing.map(async ({ language, area }) => {
      words.addResourceBundle(language, area, await languageOf(language).load(area));
    }),
  );
  await words.loadNamespaces([...areas]);
}

/** The code of one page, together with its words: loaded or not; a failed load can be repeated. */
export class PageCode {
  readonly #page: PageFacts;
  readonly #words: i18n;
  #component: ComponentType | null = null;
  #loading: Promise<void> | null = null;

  constructor(page: PageFacts, words: i18n) {
    this.#page = page;
    this.#words = words;
  }

  ready(): ComponentType | null {
    return this.#component;
  }

  /** @throws if the code or the words cannot be loaded */
  load(): Promise<void> {
    if (this.#component) return Promise.resolve();
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const [loaded] = await Promise.all([
      this.#page.load?.() ?? SessionOverPage,
      loadWords(this.#words, this.#page.words),
    ]);
    this.#component = loaded;
  }
}

export type PageCodes = Readonly<Record<PageId, PageCode>>;

export function createPageCodes(words: i18n): PageCodes {
  return Object.fromEntries(PAGE_IDS.map((id) => [id, new PageCode(pageOf(id), words)])) as Record<
    PageId,
    PageCode
  >;
}

/** The page of a URL path; null if none matches. */
export function pageAt(pathname: string): PageId | null {
  return PAGE_IDS.find((id) => matchPath(`/app/:key/${pageOf(id).path}`, pathname) !== null) ?? null;
}

/** Loads, one after the other, the code of the pages that a page leads to. What fails is left until it is needed. */
export async function loadNext(codes: PageCodes, from: PageId, signal: AbortSignal): Promise<void> {
  for (const id of nextPages(from)) {
    if (signal.aborted) return;
    await codes[id].load().catch(() => undefined);
  }
}
