import { studioEndpoints } from '../../../../contract/studio.ts';
import type { Api } from '../../api/ApiProvider.tsx';
import { windowIdOf } from '../../storage/windowIds.ts';
import { Registry } from '../registry.ts';
import { openStore } from '../texts/attemptTexts.ts';
import type { Owner } from '../texts/attemptTexts.ts';
import { PartsAutosave } from './partsAutosave.ts';

const registry = new Registry<PartsAutosave>();

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
            body: { windowId: windowIdOf('studio', draftId), changes },
          }),
        openStore: () => openStore(owner),
      }),
  );
}
