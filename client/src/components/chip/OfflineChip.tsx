import { useOnline } from '../../api/useOnline.ts';
import { StateChip } from './StateChip.tsx';

/** The dark chip in the bar while there is no connection. A page with a save state says it there instead. */
export function OfflineChip() {
  return useOnline() ? null : <StateChip state="offline" />;
}
