import { Suspense, useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { BrowserRouter, Route, Routes, useLocation, useNavigate } from 'react-router';
import type { Location } from 'react-router';
import { sessionEndpoints } from '../../contract/sessions.ts';
import { ApiProvider, SessionInfoProvider, useSessionState } from './api/ApiProvider.tsx';
import type { Api } from './api/ApiProvider.tsx';
import { useLoad } from './api/queries.ts';
import type { Trouble } from './api/recovery.ts';
import { TabsContext } from './components/bar/tabs.ts';
import { Announcer } from './components/live/Announcer.tsx';
import { themeManager } from './components/look/look.ts';
import { ArrivalContext } from './components/page/arrival.ts';
import type { Arrival } from './components/page/arrival.ts';
import { PendingPageContext } from './components/page/pendingPage.ts';
import { Page } from './components/page/Page.tsx';
import { Missing } from './components/states/Missing.tsx';
import { useLastError } from './components/states/useLastError.ts';
import { PageSkeleton } from './components/states/PageSkeleton.tsx';
import { useAutosaves } from './autosave/registry.ts';
import { isEverythingSafe } from './autosave/textState.ts';
import { FrameProvider, useAnyUnsent, useUnsent } from './frame/FrameProvider.tsx';
import { FormatProvider } from './i18n/FormatProvider.tsx';
import { languageFor } from './i18n/languages.ts';
import { FailedPage } from './pages/FailedPage.tsx';
import { PageBoundary } from './pages/PageBoundary.tsx';
import { createPageCodes } from './pages/pageCode.ts';
import type { PageCodes } from './pages/pageCode.ts';
import { PAGE_IDS, pageOf, TABS } from './pages/registry.ts';
import { SessionOverPage } from './pages/SessionOverPage.tsx';
import { useNextCode, usePageCode } from './pages/usePageCode.ts';
import type { WhenIdle } from './pages/usePageCode.ts';
import { openTextStore } from './storage/webStorage.ts';
import { theme } from './theme/theme.ts';

export interface AppProps {
  api: Api;
  cache: QueryClient;
  words: i18n;
  /** When to load the code of likely next pages; if omitted, never. */
  whenIdle?: WhenIdle | undefined;
}

/** Marks each change of page, so that the new page's h1 is focused once it is there. */
function Arrivals({ pathname, children }: { pathname: string; children: ReactNode }) {
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

function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('missing.title')} bar={{ kind: 'plain' }} width="column">
      <Missing />
    </Page>
  );
}

/**
 * The first page of a visit, while its code cannot be loaded: the notice under the bar says so, and the page appears on its own.
 */
function StalledPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t('app.name')}
      bar={{ kind: 'inner', back: '', parent: t('onTheWay.start'), title: t('app.name'), isHeading: true }}
    >
      {null}
    </Page>
  );
}

/** Uses the session's language if we have it and no other was requested. */
function useSessionLanguage(locale: string | undefined) {
  const { i18n } = useTranslation();
  useEffect(() => {
    const wanted = languageFor(locale);
    if (wanted !== 'en' && i18n.language === 'en') void i18n.changeLanguage(wanted);
  }, [locale, i18n]);
}

/** Loads who this is; without a session, renders only the page that says so. */
function WithSession({ children }: { children: ReactNode }) {
  const state = useSessionState();
  const info = useLoad(sessionEndpoints.get, {}, { enabled: state.status === 'live' });
  const error = useLastError(info);
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
  return error ? <FailedPage error={error} onRetry={() => void info.refetch()} /> : <Waiting />;
}

const RELOADED_AT = 'wm:renewed-at';
/** This soon after a reload the page is not reloaded automatically again: something else must be wrong. */
const ONCE_IN_MS = 60_000;

/**
 * Reloads the client if a newer version has replaced the files of this one. Only if the session survives that (it is in real
 * storage), and not twice in a row.
 */
function reloadOnce(): void {
  const now = Date.now();
  const store = openTextStore('sessionStorage');
  const before = Number(store.get(RELOADED_AT) ?? 0);
  if (!store.real || now - before < ONCE_IN_MS) return;
  store.set(RELOADED_AT, String(now));
  window.location.reload();
}

/** The newest version has other files: loads it once nothing typed would be lost. */
function useReloadOfOutdated(trouble: Trouble | null): void {
  const unsent = useAnyUnsent();
  useEffect(() => {
    if (trouble === 'outdated' && !unsent) reloadOnce();
  }, [trouble, unsent]);
}

function PageRoutes({ codes, shown }: { codes: PageCodes; shown: Location }) {
  return (
    <Routes key={shown.pathname} location={shown}>
      <Route path="/app/:key">
        {PAGE_IDS.map((id) => {
          const { path } = pageOf(id);
          const Page = codes[id].ready();
          return (
            <Route
              key={id}
              {...(path === '' ? { index: true as const } : { path })}
              element={Page && <Page />}
            />
          );
        })}
        <Route path="*" element={<NotFoundPage />} />
      </Route>
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}

/** The page for the URL, or the previous one until the next one's code has loaded. */
function Pages({ words, whenIdle }: Pick<AppProps, 'words' | 'whenIdle'>) {
  const location = useLocation();
  const navigate = useNavigate();
  const codes = useMemo(() => createPageCodes(words), [words]);
  const { shown, trouble } = usePageCode(codes, location);
  useNextCode(codes, shown?.pathname ?? null, whenIdle);
  useUnsent(!isEverythingSafe(useAutosaves().texts));
  useReloadOfOutdated(trouble);
  const onTheWay = useMemo(() => {
    const stay = shown && (() => void navigate(shown, { replace: true }));
    return trouble && { trouble, stay };
  }, [trouble, shown, navigate]);
  return (
    <PendingPageContext value={onTheWay}>
      {shown ? (
        <PageBoundary place={shown.pathname}>
          <Arrivals pathname={shown.pathname}>
            <Suspense fallback={<Waiting />}>
              <PageRoutes codes={codes} shown={shown} />
            </Suspense>
          </Arrivals>
        </PageBoundary>
      ) : trouble ? (
        <StalledPage />
      ) : (
        <Waiting />
      )}
    </PendingPageContext>
  );
}

/** The client: providers from the outside in, then the page for the URL. */
export function App({ api, cache, words, whenIdle }: AppProps) {
  return (
    <I18nextProvider i18n={words}>
      <DirectionProvider detectDirection>
        <MantineProvider
          theme={theme}
          // the surrounding LMS is light; in a separate window the person's system decides
          defaultColorScheme={window.parent === window ? 'auto' : 'light'}
          colorSchemeManager={themeManager()}
          withCssVariables={false}
          withGlobalClasses={false}
        >
          <QueryClientProvider client={cache}>
            <ApiProvider api={api}>
              <BrowserRouter useTransitions={false}>
                <TabsContext value={TABS}>
                  <Announcer>
                    <WithSession>
                      <Pages words={words} whenIdle={whenIdle} />
                    </WithSession>
                  </Announcer>
                </TabsContext>
              </BrowserRouter>
            </ApiProvider>
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </I18nextProvider>
  );
}
