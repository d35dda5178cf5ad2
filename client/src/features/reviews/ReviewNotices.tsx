import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ErrorCode } from '../../../../contract/errors.ts';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { CopyButton } from '../../components/save/SaveState.tsx';
import { ConflictNotice } from './ConflictNotice.tsx';
import { useReviewExit } from './queuePlace.ts';
import { finalRefusalOf } from './reviewAutosave.ts';
import type { ReviewAutosave } from './reviewAutosave.ts';
import { useReviewState } from './useReview.ts';

export interface ReviewNoticesProps {
  page: ReviewPage;
  autosave: ReviewAutosave;
  unsentText: () => string;
}

/** The wording for why the server does not accept what was written. */
function wordsFor(code: ErrorCode): 'TEXT_TOO_LONG' | 'VALIDATION_FAILED' | 'other' {
  if (code === 'TEXT_TOO_LONG' || code === 'BODY_TOO_LARGE') return 'TEXT_TOO_LONG';
  return code === 'VALIDATION_FAILED' ? code : 'other';
}

/** What the reviewer has to know before writing more: that someone else has it, a conflict, what starting means. */
export function ReviewNotices({ page, autosave, unsentText }: ReviewNoticesProps) {
  const { t } = useTranslation('reviews');
  const { to } = usePaths();
  const exit = useReviewExit(page.judgesAs);
  const state = useReviewState(autosave);
  const { mode, draft, phase } = state;
  const lost = finalRefusalOf(state);
  const [kept] = autosave.texts().map(({ copy }) => copy);
  const conflict = phase.kind === 'conflict' ? phase.theirs : null;
  const [startedHere] = useState(() => mode === 'mayStart');
  const reason = lost === 'REVIEW_TAKEN' ? 'taken' : lost === 'ALREADY_DECIDED' ? 'decided' : 'gone';
  const begun = startedHere && mode === 'mine' && !lost && !conflict;
  useAnnouncement(lost ? t(`lost.${reason}`) : begun ? t('rubric.startedNow') : null);
  if (lost) {
    return (
      <div className="wm-review-note">
        <p>
          {t(`lost.${reason}`)} {t('lost.yours')}
        </p>
        <div className="wm-row">
          <CopyButton text={unsentText} label={t('lost.copy')} />
          <Link className="wm-link" to={to(exit.path)}>
            {t('lost.queue')}
          </Link>
        </div>
      </div>
    );
  }
  if (conflict) {
    return (
      <ConflictNotice
        mine={draft}
        theirs={conflict}
        page={page}
        onKeep={(which) => void autosave.resolve(which)}
      />
    );
  }
  if (phase.kind === 'refused') {
    return (
      <div className="wm-review-note" role="alert">
        <p>
          {t(`refused.${wordsFor(phase.code)}`)} {t(kept === 'device' ? 'refused.device' : 'refused.none')}
        </p>
        <CopyButton text={unsentText} label={t('lost.copy')} />
      </div>
    );
  }
  if (mode === 'mayStart') return <p className="wm-review-note">{t('rubric.startNote')}</p>;
  return begun ? <p className="wm-review-note">{t('rubric.startedNow')}</p> : null;
}
