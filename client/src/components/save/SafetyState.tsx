import { useAutosaves } from '../../autosave/registry.ts';
import { isEverythingSafe, saveOf } from '../../autosave/textState.ts';
import { StateChip } from '../chip/StateChip.tsx';
import { useOnline } from '../../api/useOnline.ts';
import { SaveState } from './SaveState.tsx';

/**
 * The save state on a page where nothing is written: reports on what was written on another one, as long as it is not safe, and
 * otherwise only that there is no connection.
 */
export function SafetyState() {
  const { autosaves, texts } = useAutosaves();
  const online = useOnline();
  if (isEverythingSafe(texts)) return online ? null : <StateChip state="offline" />;
  return <SaveState save={saveOf(texts, undefined, online)} textToCopy={() => autosaves.unsentText()} />;
}
