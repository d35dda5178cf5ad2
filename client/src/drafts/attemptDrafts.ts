import { attemptEndpoints, PieceKey } from '../../../contract/attempts.ts';
import type { SessionInfo } from '../../../contract/session.ts';
import type { Api } from '../api/ApiProvider.tsx';
import { openDeviceStore } from '../storage/deviceStore.ts';
import { bodyOf, listDraftEntries } from './draftEntry.ts';
import { createDraftKeeper } from './draftKeeper.ts';
import type { DraftKeeper, SendDraft } from './keeper.ts';
import { autosavesOf } from './autosaves.ts';
import { createKeepers } from './keepers.ts';
import { failureOf } from './saveFailure.ts';

/** Whose work it is. */
export type Owner = Pick<SessionInfo, 'institution' | 'person'>;

const keepersOf = createKeepers<DraftKeeper>();

/** The device's store of a person. */
export function openStore({ institution, person }: Owner) {
  return openDeviceStore({ institutionId: institution.id, personId: person.id });
}

function senderFor(api: Api, attemptId: string): SendDraft {
  return (pieceKey, body) =>
    api.call(attemptEndpoints.saveDraft, {
      params: { id: attemptId, pieceKey: PieceKey.parse(pieceKey) },
      body,
    });
}

/** The keeper of an attempt's texts: the same one on every page, so that a text under way outlives the page it was typed on. */
export function attemptDrafts(api: Api, owner: Owner, attemptId: string): DraftKeeper {
  const all = keepersOf(api);
  const known = all.get(attemptId);
  if (known) return known;
  const keeper = createDraftKeeper({
    subjectId: attemptId,
    send: senderFor(api, attemptId),
    openStore: () => openStore(owner),
  });
  all.set(attemptId, keeper);
  autosavesOf(api).add(keeper);
  return keeper;
}

/**
 * Sends what an earlier visit left on this device for attempts that are not open now. A text that meets another one stays
 * on the device: its module's page shows both.
 */
export async function sendLeftDrafts(api: Api, owner: Owner): Promise<void> {
  const store = await openStore(owner);
  for (const entry of await listDraftEntries(store)) {
    if (keepersOf(api).has(entry.subjectId)) continue;
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
