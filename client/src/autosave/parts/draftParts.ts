import { studioEndpoints } from '../../../../contract/studio.ts';
import type { Api } from '../../api/ApiProvider.tsx';
import { windowIds } from '../../storage/windowIds.ts';
import { Registry } from '../registry.ts';
import { openStore } from '../texts/attemptTexts.ts';
import type { Owner } from '../texts/attemptTexts.ts';
import { PartsAutosave } from './partsAutosave.ts';

const registry = new Registry<PartsAutosave>();

/** The id under which this window works on a draft; the same one after it was loaded anew. */
export function windowIdOf(draftId: string): string {
  const ids = windowIds('studio', draftId);
  const [known] = ids.read();
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  ids.write([made]);
  return made;
}

/** The autosave of a draft's parts: the same one on every page. */
export function draftParts(api: Api, owner: Owner, draftId: string): PartsAutosave {
  return registry.open(
    api,
    draftId,
    () =>
      new PartsAutosave({
        draftId,
        save: (changes) =>
          api.call(studioEndpoints.save, {
            params: { id: draftId },
            body: { windowId: windowIdOf(draftId), changes },
          }),
        openStore: () => openStore(owner),
      }),
  );
}
