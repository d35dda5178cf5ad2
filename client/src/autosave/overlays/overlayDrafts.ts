import { overlayEndpoints } from '../../../../contract/overlays.ts';
import type { Api } from '../../api/ApiProvider.tsx';
import { windowIdOf } from '../../storage/windowIds.ts';
import { Registry } from '../registry.ts';
import { openStore } from '../texts/attemptTexts.ts';
import type { Owner } from '../texts/attemptTexts.ts';
import { OverlayAutosave } from './overlayAutosave.ts';

const registry = new Registry<OverlayAutosave>();

/** The autosave of an overlay's draft: the same one on every page. */
export function overlayDraft(api: Api, owner: Owner, draftId: string): OverlayAutosave {
  return registry.open(
    api,
    draftId,
    () =>
      new OverlayAutosave({
        draftId,
        save: (baseRevision, edits) =>
          api.call(overlayEndpoints.save, {
            params: { id: draftId },
            body: { windowId: windowIdOf('overlay', draftId), baseRevision, edits },
          }),
        openStore: () => openStore(owner),
      }),
  );
}
