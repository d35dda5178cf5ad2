import { useAutosaves } from '../../autosave/registry.ts';
import { isEverythingSafe, saveOf } from '../../autosave/textState.ts';
import { OfflineChip } from '../chip/OfflineChip.tsx';
import { useOnline } from '../../api/useOnline.ts';
import { SaveState } from './SaveState.tsx';

/** The save state on a page where nothing is written: reports on what was written on another one, as long as it is not safe. */
export function SafetyState() {
  const { autosaves, texts } = useAutosaves();
  const online = useOnline();
  if (isEverythingSafe(texts)) return <OfflineChip />;
  return <SaveState save={saveOf(texts, undefined, online)} textToCopy={() => autosaves.unsentText()} />;
}
