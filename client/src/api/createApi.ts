import type { QueryClient } from '@tanstack/react-query';
import { sessionEndpoints } from '../../../contract/session.ts';
import type { SessionInfo } from '../../../contract/session.ts';
import { openOwnWindow } from '../frame/ownWindow.ts';
import { openDeviceStore } from '../storage/deviceStore.ts';
import type { Api } from './ApiProvider.tsx';
import { createCall } from './call.ts';
import { queryKeyOf } from './queries.ts';
import type { SessionHolder } from './session.ts';

interface ApiDeps {
  readonly fetch: typeof fetch;
  readonly session: SessionHolder;
  readonly cache: QueryClient;
}

/** The page's API with all that hangs on it. Sign-off forgets what this device holds, whether or not the server answers. */
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
      await call(sessionEndpoints.signOff, {}).catch(() => undefined);
      await forget();
      session.end('signedOff');
      cache.clear();
    },
    openWindow: () => openOwnWindow(call),
  };
}
