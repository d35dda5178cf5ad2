import { useTranslation } from 'react-i18next';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { StudioPathway } from '../../../../contract/studio.ts';
import { useSend } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';

interface DiscardDialogProps {
  row: StudioPathway;
  draft: NonNullable<StudioPathway['draft']>;
  onClose: () => void;
}

/** Asks before a draft is discarded, and says what is lost with it. */
export function DiscardDialog({ row: { title, version }, draft, onClose }: DiscardDialogProps) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { polite } = useAnnounce();
  const discard = useSend(studioEndpoints.discard, {
    refreshes: [studioEndpoints.pathways, studioEndpoints.draft],
    onSuccess: () => {
      polite(t('discard.done', { title }));
      onClose();
    },
  });
  const when = format.moment(draft.savedAt);
  return (
    <ConfirmDialog
      opened
      title={t('discard.title')}
      confirm={t('discard.confirm')}
      cancel={t('discard.cancel')}
      pending={discard.isPending}
      onConfirm={() => discard.send({ params: { id: draft.id } })}
      onClose={onClose}
    >
      <div className="wm-stack">
        <p className="wm-label" dir="auto">
          {title}
        </p>
        <p>{t(version === null ? 'discard.textNew' : 'discard.text')}</p>
        <p className="wm-small">
          {draft.savedBy === ''
            ? t('discard.lastUnnamed', { when })
            : t('discard.last', { when, name: draft.savedBy })}
        </p>
        {discard.error && <Failed error={discard.error} title={t('discard.failed')} />}
      </div>
    </ConfirmDialog>
  );
}
