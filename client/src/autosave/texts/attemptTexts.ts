import { attemptEndpoints, PieceKey } from '../../../../contract/attempts.ts';
import type { SessionInfo } from '../../../../contract/sessions.ts';
import type { Api } from '../../api/ApiProvider.tsx';
import { openDeviceStore } from '../../storage/deviceStore.ts';
import { sendLeftovers } from '../leftovers.ts';
import { Registry } from '../registry.ts';
import { subjectOf, TEXT_KIND, textAdapter } from './textAdapter.ts';
import type { SendText } from './textAdapter.ts';
import { TextAutosave } from './textAutosave.ts';

/** Whose work it is. */
export type Owner = Pick<SessionInfo, 'institution' | 'person'>;

const registry = new Registry<TextAutosave>();

/** The store of a person on this device. */
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

/** The autosave of an attempt's texts: the same one on every page. */
export function attemptTexts(api: Api, owner: Owner, attemptId: string): TextAutosave {
  const send = senderFor(api, attemptId);
  return registry.open(
    api,
    attemptId,
    () => new TextAutosave({ subjectId: attemptId, send, openStore: () => openStore(owner) }),
  );
}

/**
 * Sends what an earlier visit left on this device for attempts that are not open now. A text in conflict with another one stays
 * on the device: its module's page shows both.
 */
export async function sendLeftTexts(api: Api, owner: Owner): Promise<void> {
  await sendLeftovers(await openStore(owner), TEXT_KIND, (value) => {
    const attemptId = subjectOf(value);
    const isOpen = attemptId === null || registry.has(api, attemptId);
    return isOpen ? null : textAdapter(attemptId, senderFor(api, attemptId));
  });
}
