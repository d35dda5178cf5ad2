import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { overlayEndpoints } from '../../../../contract/overlays.ts';
import type { Present } from '../../../../contract/studio.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import { PresentList } from '../../components/present/PresentList.tsx';
import { useWhileShown } from '../../components/present/useWhileShown.ts';
import { windowIdOf } from '../../storage/windowIds.ts';

type Other = Omit<Present, 'part'>;

/** Tells the server that this window is here, and shows who else has the draft open. */
export function OtherAdmins({ draftId }: { draftId: string }) {
  const { t } = useTranslation('overlays');
  const { call } = useApi();
  const [others, setOthers] = useState<readonly Other[]>([]);
  const look = useCallback(
    (isOver: () => boolean) => {
      const body = { windowId: windowIdOf('overlay', draftId) };
      const show = (found: readonly Other[]) => {
        if (!isOver()) setOthers(found);
      };
      call(overlayEndpoints.presence, { params: { id: draftId }, body }).then(
        (reply) => show(reply.others),
        // saving says what is wrong; nobody is shown as here who may have left
        () => show([]),
      );
    },
    [call, draftId],
  );
  useWhileShown(look);
  const wordsOf = ({ name, isCaller }: Other): string =>
    isCaller ? t('others.self') : t('others.here', { name: name || t('others.unnamed') });
  return (
    <PresentList others={others.map((other) => ({ windowId: other.windowId, words: wordsOf(other) }))} />
  );
}
