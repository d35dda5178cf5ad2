import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { LevelOf } from '../../components/cairn/Cairn.tsx';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import type { ReviewDraft } from './reviewModel.ts';
import { judgementOf } from './reviewModel.ts';

interface ConflictNoticeProps {
  mine: ReviewDraft;
  theirs: ReviewDraft;
  page: Pick<ReviewPage, 'criteria' | 'scale'>;
  onKeep: (which: 'mine' | 'theirs') => void;
}

function Side(
  props: Pick<ConflictNoticeProps, 'page'> & { title: string; draft: ReviewDraft; onKeep: () => void },
) {
  const { title, draft, page, onKeep } = props;
  const { t } = useTranslation('reviews');
  return (
    <section className="wm-review-side">
      <h3>{title}</h3>
      <ul className="wm-plain-list wm-review-feedback">
        {page.criteria.map((criterion) => {
          const { level, comment } = judgementOf(draft, criterion.key);
          return (
            <li key={criterion.key}>
              <div className="wm-row">
                <CriterionCode code={criterion.code} />
                {level ? (
                  <LevelOf scale={page.scale} level={level} />
                ) : (
                  <span className="wm-small">{t('conflict.noLevel')}</span>
                )}
              </div>
              {comment && <PlainWords size="small">{comment}</PlainWords>}
            </li>
          );
        })}
      </ul>
      {draft.summary && <PlainWords size="small">{draft.summary}</PlainWords>}
      <Button variant="default" onClick={onKeep}>
        {t('conflict.keep')}
      </Button>
    </section>
  );
}

/** Two windows made judgements at once: both texts side by side, one is kept. */
export function ConflictNotice({ mine, theirs, page, onKeep }: ConflictNoticeProps) {
  const { t } = useTranslation('reviews');
  const [comparing, setComparing] = useState(false);
  useAnnouncement(t('conflict.title'));
  const keep = (which: 'mine' | 'theirs') => {
    setComparing(false);
    onKeep(which);
  };
  return (
    <div className="wm-review-note">
      <p>{t('conflict.title')}</p>
      <Button variant="default" size="sm" onClick={() => setComparing(true)}>
        {t('conflict.compare')}
      </Button>
      <Dialog opened={comparing} onClose={() => setComparing(false)} title={t('conflict.title')}>
        <div className="wm-review-sides">
          <Side title={t('conflict.here')} draft={mine} page={page} onKeep={() => keep('mine')} />
          <Side title={t('conflict.there')} draft={theirs} page={page} onKeep={() => keep('theirs')} />
        </div>
      </Dialog>
    </div>
  );
}
