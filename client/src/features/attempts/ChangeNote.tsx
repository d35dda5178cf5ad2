import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CHANGE_NOTE } from '../../../../contract/attempts.ts';
import { documentOf, plainText, TEXT_MAX } from '../../../../contract/richText.ts';
import { useTooLong } from '../../components/field/useTooLong.ts';
import type { TextAutosave } from '../../autosave/texts/textAutosave.ts';
import type { TextPiece } from '../../autosave/texts/textPiece.ts';
import { useTextPiece } from '../../autosave/texts/useAttemptTexts.ts';
import { PieceNotices } from './texts/PieceNotices.tsx';

/** "What I changed": requested after a return, read first by the reviewer. */
export function ChangeNote({ autosave }: { autosave: TextAutosave }) {
  const { t } = useTranslation('module');
  const piece = useTextPiece(autosave, CHANGE_NOTE);
  const id = useId();
  return (
    <section id="change-note" className="wm-change" tabIndex={-1}>
      <label htmlFor={id} className="wm-label">
        {t('change.title')}
      </label>
      <p id={`${id}-help`} className="wm-small">
        {t('change.help')}
      </p>
      <PieceNotices autosave={autosave} piece={piece} />
      {/* a text from elsewhere (another window, the device) creates the box again */}
      <Box key={piece.loaded} id={id} autosave={autosave} piece={piece} />
    </section>
  );
}

function Box({ id, autosave, piece }: { id: string; autosave: TextAutosave; piece: TextPiece }) {
  const [text, setText] = useState(() => plainText(piece.document));
  const tooLong = useTooLong()(text.length, TEXT_MAX);
  return (
    <>
      <textarea
        id={id}
        className="wm-textarea"
        rows={3}
        dir="auto"
        aria-invalid={tooLong !== null}
        aria-describedby={tooLong === null ? `${id}-help` : `${id}-help ${id}-problem`}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          autosave.write(CHANGE_NOTE, documentOf(event.currentTarget.value));
        }}
      />
      {tooLong !== null && (
        <p id={`${id}-problem`} className="wm-editor-limit" role="alert">
          {tooLong}
        </p>
      )}
    </>
  );
}
