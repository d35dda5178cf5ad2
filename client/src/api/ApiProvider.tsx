import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { SessionInfo } from '../../../contract/sessions.ts';
import type { Call } from './call.ts';
import type { SessionHolder, SessionState } from './session.ts';

/** The connection to the server, created once in `main.tsx` and passed down. */
export interface Api {
  readonly call: Call;
  readonly session: SessionHolder;
  /** Ends the session everywhere and deletes what this device holds of the person. */
  readonly signOff: () => Promise<void>;
  /** Opens this page in a window of its own, with a one-time code. @returns whether a window opened */
  readonly openWindow: () => Promise<boolean>;
}

const ApiContext = createContext<Api | null>(null);
const InfoContext = createContext<SessionInfo | null>(null);

export function ApiProvider({ api, children }: { api: Api; children: ReactNode }) {
  return <ApiContext value={api}>{children}</ApiContext>;
}

export function SessionInfoProvider({ info, children }: { info: SessionInfo; children: ReactNode }) {
  return <InfoContext value={info}>{children}</InfoContext>;
}

/** The API; most code wants `useLoad` and `useSend` instead. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi stands outside of ApiProvider');
  return api;
}

/** Who this is, what the link shows, in which frame. Available on every page under `/app/:key`. */
export function useSession(): SessionInfo {
  const info = useContext(InfoContext);
  if (!info) throw new Error('useSession stands outside of a session');
  return info;
}

/** Like `useSession`, for components that also appear on pages without a session. */
export function useMaybeSession(): SessionInfo | null {
  return useContext(InfoContext);
}

export function useSessionState(): SessionState {
  const { session } = useApi();
  return useSyncExternalStore(session.subscribe, session.state);
}

/** Builds paths of pages of this launch: `to('modules/' + id)` is `/app/<key>/modules/<id>`. */
export function usePaths() {
  const { session } = useApi();
  const state = session.state();
  const key = useMaybeSession()?.key ?? (state.status === 'live' ? state.key : '');
  return useMemo(
    () => ({ to: (path: string) => `/app/${key}${path === '' || path.startsWith('?') ? path : `/${path}`}` }),
    [key],
  );
}
