import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CHANGE_NOTE, COMMENT_MAX } from '../../../../contract/attempts.ts';
import { documentOf, plainText } from '../../../../contract/richText.ts';
import type { DraftKeeper } from '../../drafts/draftKeeper.ts';
import type { DraftPiece } from '../../drafts/draftPiece.ts';
import { useDraftPiece } from '../../drafts/useAttemptDrafts.ts';
import { PieceNotices } from './drafts/PieceNotices.tsx';

/** "What I changed": asked after a return, read first by the reviewer. */
export function ChangeNote({ keeper }: { keeper: DraftKeeper }) {
  const { t } = useTranslation('module');
  const piece = useDraftPiece(keeper, CHANGE_NOTE);
  const id = useId();
  return (
    <section id="change-note" className="wm-change" tabIndex={-1}>
      <label htmlFor={id} className="wm-label">
        {t('change.title')}
      </label>
      <p id={`${id}-help`} className="wm-small">
        {t('change.help')}
      </p>
      <PieceNotices keeper={keeper} piece={piece} />
      {/* a text from elsewhere (another window, the device) makes the box anew */}
      <Box key={piece.loaded} id={id} keeper={keeper} piece={piece} />
    </section>
  );
}

function Box({ id, keeper, piece }: { id: string; keeper: DraftKeeper; piece: DraftPiece }) {
  const [text, setText] = useState(() => plainText(piece.document));
  return (
    <textarea
      id={id}
      className="wm-textarea"
      rows={3}
      maxLength={COMMENT_MAX}
      dir="auto"
      aria-describedby={`${id}-help`}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        keeper.write(CHANGE_NOTE, documentOf(event.currentTarget.value));
      }}
    />
  );
}
