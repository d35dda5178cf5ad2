import i18next from 'i18next';
import type { i18n, ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';
import common from './en/common.json' with { type: 'json' };
import { IsolatingIcu } from './isolatingIcu.ts';
import { languageFor, languageOf } from './languages.ts';
import { namespaces } from './namespaces.ts';
import type { Namespace } from './namespaces.ts';

const backend = {
  type: 'backend' as const,
  init: () => undefined,
  read: (language: string, area: string, done: ReadCallback) => {
    languageOf(language)
      .load(area as Namespace)
      .then(
        (words) => done(null, words),
        (reason: unknown) => done(reason instanceof Error ? reason : String(reason), null),
      );
  },
};

/** Sets `lang` and `dir` of the page; components use logical properties, so nothing else is needed to mirror them. */
function applyDirection(language: string): void {
  document.documentElement.lang = languageOf(language).format.split('-')[0] ?? 'en';
  document.documentElement.dir = languageOf(language).dir;
}

/**
 * Starts i18next with English `common` included; other areas and languages load on first use.
 * @param wish a locale as given by the session or `?lng=`; the nearest language that we have is used
 */
export async function startI18n(wish?: string | null): Promise<i18n> {
  const language = languageFor(wish);
  const instance = i18next.createInstance();
  instance.use(IsolatingIcu).use(backend).use(initReactI18next);
  await instance.init({
    lng: language,
    fallbackLng: 'en',
    load: 'currentOnly',
    ns: ['common'],
    defaultNS: 'common',
    resources: { en: { common } },
    partialBundledLanguages: true,
    supportedLngs: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  applyDirection(language);
  instance.on('languageChanged', applyDirection);
  return instance;
}

/** Existing areas; tests iterate over them. */
export const AREAS = Object.keys(namespaces) as Namespace[];
