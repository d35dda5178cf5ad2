import { useRef } from 'react';

/** Why a read that has no data yet failed: stays during retries, so that the message does not come and go with each one. */
export function useLastError(query: { readonly data: unknown; readonly error: Error | null }): Error | null {
  const last = useRef<Error | null>(null);
  if (query.error !== null) last.current = query.error;
  if (query.data !== undefined) last.current = null;
  return query.data === undefined ? last.current : query.error;
}
