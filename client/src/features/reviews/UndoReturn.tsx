import { useEffect, useState } from 'react';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { hasCode } from '../../api/errors.ts';
import { queryKeyOf, useSend } from '../../api/queries.ts';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import type { DoneNote } from './doneNote.ts';
import { useQueuePlace } from './queuePlace.ts';
import { UNDO_KEY, useSingleKey, useSingleKeys } from './shortcuts.ts';
import { REFRESHES } from './useDecision.ts';

/** Whole seconds from now until then, counted down. */
export function useSecondsUntil(until: number): number {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setInterval(() => setSeconds(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 250);
    return () => clearInterval(timer);
  }, [until, seconds]);
  return seconds;
}

interface UndoReturnProps {
  reviewId: string;
  code: string;
  /** The seconds that are left; 0: too late. */
  seconds: number;
}

/** Takes a return back before its author sees it, and reopens the review where it was. */
export function UndoReturn({ reviewId, code, seconds }: UndoReturnProps) {
  const { t } = useTranslation('reviews');
  const navigate = useNavigate();
  const client = useQueryClient();
  const { to } = usePaths();
  const { toReview } = useQueuePlace();
  const [singleKeys] = useSingleKeys();
  const undo = useSend(reviewEndpoints.undoReturn, {
    refreshes: REFRESHES,
    onSuccess: (page) => {
      client.setQueryData(queryKeyOf(reviewEndpoints.page, { params: { id: page.id } }), page);
      const note: DoneNote = { done: 'undone', code, last: false };
      void navigate(to(toReview(page.id)), { replace: true, state: note });
    },
  });
  const press = () => undo.send({ params: { id: reviewId }, body: {} });
  const open = seconds > 0 || undo.isPending;
  useSingleKey(UNDO_KEY, press, singleKeys && open && !undo.isPending);
  const failure = undo.error
    ? t(hasCode(undo.error, 'ALREADY_DECIDED') ? 'undo.tooLate' : 'undo.failed')
    : null;
  useAnnouncement(failure);
  return (
    <>
      {failure && <p className="wm-field-problem">{failure}</p>}
      {open && (
        <Button variant="default" size="sm" loading={undo.isPending} onClick={press}>
          {t('undo.button', { seconds })}
        </Button>
      )}
    </>
  );
}
