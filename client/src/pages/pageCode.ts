import type { ComponentType } from 'react';
import type { i18n } from 'i18next';
import { matchPath } from 'react-router';
import { languageFor, languageOf } from '../i18n/languages.ts';
import type { Namespace } from '../i18n/namespaces.ts';
import { ROUTES } from '../routes.ts';
import type { RouteId } from '../routes.ts';
import { PAGES } from './registry.ts';
import type { PageModule } from './registry.ts';

/** The code of one page: there or not; a load that failed may be made again. */
export interface PageCode {
  readonly ready: () => ComponentType | null;
  readonly load: () => Promise<void>;
}
export type PageCodes = Readonly<Record<RouteId, PageCode>>;

/**
 * Loads areas of words. Not by i18next's own loading: it takes a failure for "there are none", tells nobody, and never asks
 * again.
 *
 * @throws where one can't be fetched
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

/** A page and its words load side by side. */
function createPageCode(page: PageModule, words: i18n): PageCode {
  let component: ComponentType | null = null;
  let loading: Promise<void> | null = null;
  const load = async () => {
    const [loaded] = await Promise.all([page.load(), loadWords(words, page.words)]);
    component = loaded;
  };
  return {
    ready: () => component,
    load: () => {
      if (component) return Promise.resolve();
      loading ??= load().finally(() => {
        loading = null;
      });
      return loading;
    },
  };
}

const IDS = Object.keys(ROUTES) as RouteId[];

export function createPageCodes(words: i18n): PageCodes {
  return Object.fromEntries(IDS.map((id) => [id, createPageCode(PAGES[id], words)])) as Record<
    RouteId,
    PageCode
  >;
}

/** The route of an address; null where none fits. */
export function routeOf(pathname: string): RouteId | null {
  return IDS.find((id) => matchPath(`/app/:key/${ROUTES[id].path}`, pathname) !== null) ?? null;
}

/** Where the steps of a page lead: their code is loaded beforehand, so that they also work without a network. */
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

/** Loads, one after the other, the code of the steps that lead on from a page. What fails is left for when it is needed. */
export async function loadNext(codes: PageCodes, from: RouteId, signal: AbortSignal): Promise<void> {
  for (const id of NEXT[from]) {
    if (signal.aborted) return;
    await codes[id].load().catch(() => undefined);
  }
}
