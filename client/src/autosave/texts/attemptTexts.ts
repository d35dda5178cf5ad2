import { attemptEndpoints, PieceKey } from '../../../../contract/attempts.ts';
import type { SessionInfo } from '../../../../contract/sessions.ts';
import type { Api } from '../../api/ApiProvider.tsx';
import { openDeviceStore } from '../../storage/deviceStore.ts';
import { bodyOf, listTextEntries } from './textEntry.ts';
import { createTextAutosave } from './textAutosave.ts';
import type { TextAutosave, SendText } from './texts.ts';
import { autosavesOf } from '../registry.ts';
import { createRegistry } from '../registry.ts';
import { failureOf } from '../saveFailure.ts';

/** Whose work it is. */
export type Owner = Pick<SessionInfo, 'institution' | 'person'>;

const registryOf = createRegistry<TextAutosave>();

/** The device's store of a person. */
export function openStore({ institution, person }: Owner) {
  return openDeviceStore({ institutionId: institution.id, personId: person.id });
}

function senderFor(api: Api, attemptId: string): SendText {
  return (pieceKey, body) =>
    api.call(attemptEndpoints.saveDraft, {
      params: { id: attemptId, pieceKey: PieceKey.parse(pieceKey) },
      body,
    });
}

/** The autosave of an attempt's texts: the same one on every page, so that a text under way outlives the page it was typed on. */
export function attemptTexts(api: Api, owner: Owner, attemptId: string): TextAutosave {
  const all = registryOf(api);
  const known = all.get(attemptId);
  if (known) return known;
  const autosave = createTextAutosave({
    subjectId: attemptId,
    send: senderFor(api, attemptId),
    openStore: () => openStore(owner),
  });
  all.set(attemptId, autosave);
  autosavesOf(api).add(autosave);
  return autosave;
}

/**
 * Sends what an earlier visit left on this device for attempts that are not open now. A text that meets another one stays
 * on the device: its module's page shows both.
 */
export async function sendLeftTexts(api: Api, owner: Owner): Promise<void> {
  const store = await openStore(owner);
  for (const entry of await listTextEntries(store)) {
    if (registryOf(api).has(entry.subjectId)) continue;
    try {
      await senderFor(api, entry.subjectId)(entry.pieceKey, bodyOf(entry));
      await store.remove(entry.id);
    } catch (error) {
      // still offline, refused, or met by another text: it stays until its module is opened
      const failure = failureOf(error);
      if (failure.kind === 'refused' && failure.inHistory) await store.remove(entry.id);
    }
  }
}
