import { useTranslation } from 'react-i18next';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { useSend } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import type { ReviewAutosave } from './reviewAutosave.ts';
import { REFRESHES, useNextReview } from './useDecision.ts';

interface PutBackDialogProps {
  page: ReviewPage;
  autosave: ReviewAutosave;
  /** `knows`: it is not offered to this reviewer again. Null: closed. */
  asking: 'knows' | 'back' | null;
  onClose: () => void;
}

/** Passes a review to someone else, without blame for anyone. */
export function PutBackDialog({ page, autosave, asking, onClose }: PutBackDialogProps) {
  const { t } = useTranslation('reviews');
  const goOn = useNextReview(page);
  const knows = asking === 'knows';
  const started = autosave.state().mode === 'mine';
  const putBack = useSend(reviewEndpoints.putBack, {
    refreshes: REFRESHES,
    onSuccess: async (_reply, input) => {
      await autosave.decided();
      const done = input.body.knowsPerson ? 'putBack' : 'putBackPlain';
      goOn({ done, code: page.code, last: false }, null);
    },
  });
  return (
    <ConfirmDialog
      opened={asking !== null}
      title={knows ? t('knows.title') : t('knows.putBackTitle')}
      confirm={knows ? t('knows.confirm') : t('knows.putBackConfirm')}
      pending={putBack.isPending}
      onConfirm={() => putBack.send({ params: { id: page.id }, body: { knowsPerson: knows } })}
      onClose={onClose}
    >
      <div className="wm-stack">
        <p>{knows ? t('knows.text') : t('knows.putBackText')}</p>
        {knows && (
          <p>
            {t(page.othersMayReview || page.judgesAs === 'peer' ? 'knows.textOthers' : 'knows.textNobody')}
          </p>
        )}
        {knows && started && <p>{t('knows.textStarted')}</p>}
        {putBack.error && <Failed error={putBack.error} title={t('knows.failed')} />}
      </div>
    </ConfirmDialog>
  );
}
