import type { QueryClient } from '@tanstack/react-query';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { openOwnWindow } from './ownWindow.ts';
import { openDeviceStore } from '../storage/deviceStore.ts';
import { forgetWindowIds } from '../storage/windowIds.ts';
import type { Api } from './ApiProvider.tsx';
import { createCall } from './call.ts';
import { isTransient } from './errors.ts';
import { queryKeyOf } from './queries.ts';
import { waitBeforeRetry } from './recovery.ts';
import { API_BASE } from './session.ts';
import type { SessionHolder } from './session.ts';

interface ApiDeps {
  readonly fetch: typeof fetch;
  readonly session: SessionHolder;
  readonly cache: QueryClient;
}

/** Tells the server of a sign-off that could not reach it at first, until it succeeds. */
async function signOffWithRetries(fetch: ApiDeps['fetch'], bearer: string): Promise<void> {
  const { path, method } = sessionEndpoints.signOff;
  const headers = { authorization: `Bearer ${bearer}` };
  for (let n = 0; ; n += 1) {
    await waitBeforeRetry(n, new AbortController().signal);
    const answer = await fetch(`${API_BASE}${path}`, { method, headers, credentials: 'omit' }).catch(
      () => null,
    );
    if (answer !== null && answer.status < 500) return;
  }
}

/**
 * The page's API with everything that depends on it. Sign-off deletes what this device and this window hold, whether or not the server responds;
 * if it does not, it is told as soon as possible.
 */
export function createApi({ fetch, session, cache }: ApiDeps): Api {
  const call = createCall({ fetch, session });
  const forget = async () => {
    const info = cache.getQueryData<SessionInfo>(queryKeyOf(sessionEndpoints.get, {}));
    if (info) {
      const store = await openDeviceStore({ institutionId: info.institution.id, personId: info.person.id });
      await store.clear();
    }
  };
  return {
    call,
    session,
    signOff: async () => {
      const before = session.state();
      const isUnreported = await call(sessionEndpoints.signOff, {}).then(() => false, isTransient);
      await forget();
      session.end('signedOff', isUnreported);
      forgetWindowIds();
      cache.clear();
      if (!isUnreported || before.status !== 'live') return;
      void signOffWithRetries(fetch, before.bearer).then(() => session.end('signedOff'));
    },
    openWindow: () => openOwnWindow(call),
  };
}
