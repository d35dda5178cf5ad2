import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { MemoryRouter } from 'react-router';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { ApiProvider, SessionInfoProvider } from '../../../client/src/api/ApiProvider.tsx';
import type { Api } from '../../../client/src/api/ApiProvider.tsx';
import { createApi } from '../../../client/src/api/createApi.ts';
import { createQueryClient } from '../../../client/src/api/queries.ts';
import { SessionHolder } from '../../../client/src/api/session.ts';
import { TabsContext } from '../../../client/src/components/bar/tabs.ts';
import { Announcer } from '../../../client/src/components/live/Announcer.tsx';
import { themeManager } from '../../../client/src/components/look/look.ts';
import { FrameProvider } from '../../../client/src/frame/FrameProvider.tsx';
import { FormatProvider } from '../../../client/src/i18n/FormatProvider.tsx';
import { TABS } from '../../../client/src/pages/registry.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { theme } from '../../../client/src/theme/theme.ts';
import { session as sampleSession } from './samples.ts';

export interface ProvidersProps {
  words: i18n;
  info?: SessionInfo;
  api?: Api;
  cache?: QueryClient;
  /** Address, with the launch key. */
  at?: string;
  children: ReactNode;
}

const noNetwork: typeof fetch = () => Promise.reject(new TypeError('no network here'));

/** All that a page stands in, for tests and the gallery: a live session of `info`, English words, no network unless given. */
export function Providers(props: ProvidersProps) {
  const { words, info = sampleSession, at = `/app/${info.key}`, children } = props;
  const cache = useMemo(() => props.cache ?? createQueryClient(), [props.cache]);
  const api = useMemo(() => {
    if (props.api) return props.api;
    const session = new SessionHolder({ fetch: noNetwork, store: openTextStore('sessionStorage') });
    session.grant({ key: info.key, bearer: `wm.${'b'.repeat(22)}.${'b'.repeat(43)}` });
    return createApi({ fetch: noNetwork, session, cache });
  }, [props.api, cache, info.key]);
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
              <MemoryRouter initialEntries={[at]}>
                <TabsContext value={TABS}>
                  <Announcer>
                    <SessionInfoProvider info={info}>
                      <FormatProvider locale={info.locale} zone={info.institution.zone}>
                        <FrameProvider>{children}</FrameProvider>
                      </FormatProvider>
                    </SessionInfoProvider>
                  </Announcer>
                </TabsContext>
              </MemoryRouter>
            </ApiProvider>
          </QueryClientProvider>
        </MantineProvider>
      </DirectionProvider>
    </I18nextProvider>
  );
}
