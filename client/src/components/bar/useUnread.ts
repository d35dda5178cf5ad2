import { useEffect, useRef } from 'react';
import { messageEndpoints } from '../../../../contract/messages.ts';
import { useApi, useMaybeSession } from '../../api/ApiProvider.tsx';
import { useLoad } from '../../api/queries.ts';

/** How often the count is read again while a page is open. */
const AGAIN_MS = 5 * 60_000;

/** Mail goes by the zone and language that the person has here: they are told if they are others than those that are known. */
function useTellPlace(known: { zone: string | null; locale: string | null } | undefined): void {
  const { call } = useApi();
  const locale = useMaybeSession()?.locale;
  const told = useRef(false);
  useEffect(() => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (!known || told.current || (known.zone === timeZone && known.locale === locale)) return;
    told.current = true;
    // it is told again by the next window if this fails
    call(messageEndpoints.changeSettings, { body: { zone: timeZone } }).catch(() => undefined);
  }, [call, known, locale]);
}

/** How many messages the person has not read; 0 while that is not known. */
export function useUnread(): number {
  const session = useMaybeSession();
  const unread = useLoad(
    messageEndpoints.unread,
    {},
    { enabled: session !== null, staleTime: AGAIN_MS, lookAgain: () => AGAIN_MS },
  );
  useTellPlace(unread.data);
  return unread.data?.unread ?? 0;
}
