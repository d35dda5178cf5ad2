import type { ComponentType } from 'react';
import type { i18n } from 'i18next';
import { matchPath } from 'react-router';
import { languageFor, languageOf } from '../i18n/languages.ts';
import type { Namespace } from '../i18n/namespaces.ts';
import { ROUTES } from '../routes.ts';
import type { RouteId } from '../routes.ts';
import { PAGES } from './registry.ts';
import type { PageModule } from './registry.ts';

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
  readonly #page: PageModule;
  readonly #words: i18n;
  #component: ComponentType | null = null;
  #loading: Promise<void> | null = null;

  constructor(page: PageModule, words: i18n) {
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
    const [loaded] = await Promise.all([this.#page.load(), loadWords(this.#words, this.#page.words)]);
    this.#component = loaded;
  }
}

export type PageCodes = Readonly<Record<RouteId, PageCode>>;

const IDS = Object.keys(ROUTES) as RouteId[];

export function createPageCodes(words: i18n): PageCodes {
  return Object.fromEntries(IDS.map((id) => [id, new PageCode(PAGES[id], words)])) as Record<
    RouteId,
    PageCode
  >;
}

/** The route of a URL path; null if none matches. */
export function routeOf(pathname: string): RouteId | null {
  return IDS.find((id) => matchPath(`/app/:key/${ROUTES[id].path}`, pathname) !== null) ?? null;
}

/** Where the links of a page lead: their code is preloaded, so that they also work without a network. */
const NEXT: Readonly<Record<RouteId, readonly RouteId[]>> = {
  home: [],
  sessionOver: [],
  welcome: ['home', 'map', 'module'],
  preview: ['previewModule', 'home', 'me'],
  previewModule: ['preview', 'home', 'me'],
  map: ['home', 'module', 'me'],
  module: ['check', 'submission', 'map', 'home', 'me'],
  check: ['module', 'submission', 'map', 'home', 'me'],
  submission: ['module', 'map', 'home', 'me'],
  me: ['home', 'map'],
  reviews: ['review', 'home', 'me'],
  review: ['reviews', 'home', 'me'],
  pick: [],
  deliveries: ['people', 'home', 'me'],
  people: ['deliveries', 'home', 'me'],
};

/** Loads, one after the other, the code of the pages that a page leads to. What fails is left until it is needed. */
export async function loadNext(codes: PageCodes, from: RouteId, signal: AbortSignal): Promise<void> {
  for (const id of NEXT[from]) {
    if (signal.aborted) return;
    await codes[id].load().catch(() => undefined);
  }
}
