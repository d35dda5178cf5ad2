import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { overlayEndpoints } from '../../../../contract/overlays.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useSend } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Failed } from '../../components/states/Failed.tsx';

/** Asks before a draft is discarded. */
export function DiscardOverlayDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('overlays');
  const navigate = useNavigate();
  const { to } = usePaths();
  const { polite } = useAnnounce();
  const discard = useSend(overlayEndpoints.discard, {
    refreshes: [overlayEndpoints.list],
    onSuccess: () => {
      polite(t('discard.done'));
      void navigate(to('frameworks'), { replace: true });
    },
  });
  return (
    <ConfirmDialog
      opened
      title={t('discard.title')}
      confirm={t('discard.confirm')}
      cancel={t('discard.cancel')}
      pending={discard.isPending}
      onConfirm={() => discard.send({ params: { id } })}
      onClose={onClose}
    >
      <div className="wm-stack">
        <p>{t('discard.text')}</p>
        {discard.error && <Failed error={discard.error} title={t('discard.failed')} />}
      </div>
    </ConfirmDialog>
  );
}
