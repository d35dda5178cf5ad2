import { useState } from 'react';
import { CloseButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { DoneNote } from './doneNote.ts';
import { UndoReturn, useSecondsUntil } from './UndoReturn.tsx';

function useNoteText({ done, code, last }: DoneNote, seconds: number): string {
  const { t } = useTranslation('reviews');
  const word = done === 'returned' && seconds > 0 ? 'returning' : done;
  return [t(`done.${word}`, { code }), ...(last ? [t('done.last')] : [])].join(' ');
}

function Note({ note }: { note: DoneNote }) {
  const { t } = useTranslation('reviews');
  const [closed, setClosed] = useState(false);
  const { undo, code } = note;
  const seconds = useSecondsUntil(undo?.until ?? 0);
  const text = useNoteText(note, seconds);
  useAnnouncement(text);
  if (closed) return null;
  return (
    <div className="wm-review-note" data-tone="done">
      <IconCheck size={18} stroke={ICON_STROKE} aria-hidden="true" />
      <p>{text}</p>
      {undo && <UndoReturn reviewId={undo.reviewId} code={code} seconds={seconds} />}
      <CloseButton aria-label={t('done.close')} onClick={() => setClosed(true)} />
    </div>
  );
}

/** Says once what was done with the previous review; a return can be undone there for some seconds. */
export function DoneNoteLine() {
  const location = useLocation();
  const note = DoneNote.safeParse(location.state);
  return note.success ? <Note key={location.key} note={note.data} /> : null;
}
