import { useState } from 'react';
import { CloseButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useSaid } from '../../components/live/useSaid.ts';
import { DoneNote } from './doneNote.ts';

/** Says once what was done with the review before this page. */
export function DoneNoteLine() {
  const { t } = useTranslation('reviews');
  const location = useLocation();
  const [closed, setClosed] = useState(false);
  const note = DoneNote.safeParse(location.state);
  const text = note.success
    ? [t(`done.${note.data.done}`, { code: note.data.code }), ...(note.data.last ? [t('done.last')] : [])]
    : [];
  const said = text.join(' ');
  useSaid(said);

  if (said === '' || closed) return null;
  return (
    <div className="wm-review-note" data-tone="done">
      <IconCheck size={18} stroke={ICON_STROKE} aria-hidden="true" />
      <p>{said}</p>
      <CloseButton aria-label={t('done.close')} onClick={() => setClosed(true)} />
    </div>
  );
}
