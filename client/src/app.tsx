import { lazy, Suspense, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { BrowserRouter, Route, Routes, useLocation } from 'react-router';
import { sessionEndpoints } from '../../contract/session.ts';
import { ApiProvider, SessionInfoProvider, useSessionState } from './api/ApiProvider.tsx';
import type { Api } from './api/ApiProvider.tsx';
import { useLoad } from './api/queries.ts';
import { Announcer } from './components/live/Announcer.tsx';
import { themeManager } from './components/look/look.ts';
import { ArrivalContext } from './components/page/arrival.ts';
import type { Arrival } from './components/page/arrival.ts';
import { PageSkeleton } from './components/states/PageSkeleton.tsx';
import { FrameProvider } from './frame/FrameProvider.tsx';
import { FormatProvider } from './i18n/FormatProvider.tsx';
import { languageFor } from './i18n/languages.ts';
import { FailedPage } from './pages/FailedPage.tsx';
import { NotFoundPage } from './pages/NotFoundPage.tsx';
import { PageBoundary } from './pages/PageBoundary.tsx';
import { PAGES } from './pages/registry.ts';
import type { PageModule } from './pages/registry.ts';
import { SessionOverPage } from './pages/SessionOverPage.tsx';
import { ROUTES } from './routes.ts';
import type { RouteId } from './routes.ts';
import { theme } from './theme/theme.ts';

export interface AppProps {
  api: Api;
  cache: QueryClient;
  words: i18n;
}

/** A page and its words load side by side. */
function lazyPage(page: PageModule, words: i18n) {
  return lazy(async () => {
    const [component] = await Promise.all([page.load(), words.loadNamespaces([...page.words])]);
    return { default: component };
  });
}

function routesOf(words: i18n) {
  return (Object.keys(ROUTES) as RouteId[]).map((id) => ({
    id,
    path: ROUTES[id].path,
    Page: lazyPage(PAGES[id], words),
  }));
}

/** Marks each change of page, so that the new page's h1 is focused once it is there. */
function Arrivals({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const arrival = useRef<Arrival>({ path: null, pending: false });
  if (arrival.current.path !== pathname) {
    arrival.current = { path: pathname, pending: arrival.current.path !== null };
  }
  return <ArrivalContext value={arrival}>{children}</ArrivalContext>;
}

const Waiting = () => (
  <div className="wm-frame">
    <PageSkeleton shape="text" />
  </div>
);

/** Speaks the session's language where we have it and no other was asked for. */
function useSessionLanguage(locale: string | undefined) {
  const { i18n } = useTranslation();
  useEffect(() => {
    const wanted = languageFor(locale);
    if (wanted !== 'en' && i18n.language === 'en') void i18n.changeLanguage(wanted);
  }, [locale, i18n]);
}

/** Loads who this is; without a session nothing but the page that says so. */
function WithSession({ children }: { children: ReactNode }) {
  const state = useSessionState();
  const info = useLoad(sessionEndpoints.get, {}, { enabled: state.status === 'live' });
  useSessionLanguage(info.data?.locale);
  if (state.status === 'over' && (state.why !== 'expired' || !info.data)) return <SessionOverPage />;
  if (info.data) {
    return (
      <SessionInfoProvider info={info.data}>
        <FormatProvider locale={info.data.locale} zone={info.data.institution.zone}>
          <FrameProvider>{children}</FrameProvider>
        </FormatProvider>
      </SessionInfoProvider>
    );
  }
  return info.error ? <FailedPage error={info.error} /> : <Waiting />;
}

function Pages({ words }: { words: i18n }) {
  const { pathname } = useLocation();
  const pages = useRef<ReturnType<typeof routesOf>>(null);
  pages.current ??= routesOf(words);
  return (
    <PageBoundary place={pathname}>
      <Suspense key={pathname} fallback={<Waiting />}>
        <Routes>
          <Route path="/app/:key">
            {pages.current.map(({ id, path, Page }) => (
              <Route key={id} {...(path === '' ? { index: true as const } : { path })} element={<Page />} />
            ))}
            <Route path="*" element={<NotFoundPage />} />
          </Route>
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Suspense>
    </PageBoundary>
  );
}

/** The client: providers from the outside in, then the page of the address. */
export function App({ api, cache, words }: AppProps) {
  return (
    <I18nextProvider i18n={words}>
      <DirectionProvider detectDirection>
        <MantineProvider
          theme={theme}
          defaultColorScheme="auto"
          colorSchemeManager={themeManager()}
          withCssVariables={false}
          withGlobalClasses={false}
        >
          <QueryClientProvider client={cache}>
            <ApiProvider api={api}>
              <BrowserRouter useTransitions={false}>
                <Announcer>
                  <Arrivals>
                    <WithSession>
                      <Pages words={words} />
                    </WithSession>
                  </Arrivals>
                </Announcer>
              </BrowserRouter>
            </ApiProvider>
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </I18nextProvider>
  );
}
