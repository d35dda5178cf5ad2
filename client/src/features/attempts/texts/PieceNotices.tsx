import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { plainText } from '../../../../../contract/richText.ts';
import type { ErrorCode } from '../../../../../contract/errors.ts';
import type { RichDocument } from '../../../../../contract/richText.ts';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { CopyButton } from '../../../components/save/SaveState.tsx';
import { Words } from '../../../components/words/Words.tsx';
import type { TextAutosave } from '../../../autosave/texts/textAutosave.ts';
import type { TextPiece } from '../../../autosave/texts/textPiece.ts';
import { useFormat } from '../../../i18n/FormatProvider.tsx';

interface OneTextProps {
  title: string;
  document: RichDocument;
  onKeep: () => void;
}

function OneText({ title, document, onKeep }: OneTextProps) {
  const { t } = useTranslation('module');
  return (
    <section className="wm-compare-one">
      <h3>{title}</h3>
      <div className="wm-compare-text">
        <Words document={document} size="small" />
      </div>
      <Button onClick={onKeep}>{t('conflict.keep')}</Button>
    </section>
  );
}

function ConflictNotice({ autosave, piece }: { autosave: TextAutosave; piece: TextPiece }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const [comparing, setComparing] = useState(false);
  if (piece.state.kind !== 'conflict') return null;
  const conflict = piece.state.theirs;
  const keep = (which: 'mine' | 'theirs') => {
    setComparing(false);
    void autosave.resolve(piece.pieceKey, which);
  };
  return (
    <div className="wm-notice-line" role="alert">
      <p>{t('conflict.title')}</p>
      <Button size="sm" variant="default" onClick={() => setComparing(true)}>
        {t('conflict.compare')}
      </Button>
      <Dialog opened={comparing} onClose={() => setComparing(false)} title={t('conflict.title')}>
        <p className="wm-small">{t('conflict.help')}</p>
        <div className="wm-compare">
          <OneText title={t('conflict.mine')} document={piece.document} onKeep={() => keep('mine')} />
          <OneText
            title={t('conflict.theirs', { when: format.moment(conflict.savedAt) })}
            document={conflict.document}
            onKeep={() => keep('theirs')}
          />
        </div>
      </Dialog>
    </div>
  );
}

type Words =
  | 'PIECE_LOCKED'
  | 'RUN_ARCHIVED'
  | 'MODULE_LOCKED'
  | 'TEXT_TOO_LONG'
  | 'VALIDATION_FAILED'
  | 'gone'
  | 'other';

/** The wording for why the server does not accept a text. */
function wordsFor(code: ErrorCode): Words {
  switch (code) {
    case 'PIECE_LOCKED':
    case 'RUN_ARCHIVED':
    case 'MODULE_LOCKED':
    case 'TEXT_TOO_LONG':
    case 'VALIDATION_FAILED':
      return code;
    case 'BODY_TOO_LARGE':
      return 'TEXT_TOO_LONG';
    case 'NOT_FOUND':
    case 'FORBIDDEN':
    case 'CONSENT_NEEDED':
      return 'gone';
    default:
      return 'other';
  }
}

function RefusedNotice({ piece }: { piece: TextPiece }) {
  const { t } = useTranslation('module');
  const { state } = piece;
  if (state.kind !== 'refused') return null;
  // the first three already say that it is in History
  const where = state.copy === 'device' || state.copy === 'none' ? t(`refused.${state.copy}`) : '';
  return (
    <div className="wm-notice-line" role="alert">
      <p>
        {t(`refused.${wordsFor(state.code)}`)} {where}
      </p>
      <CopyButton text={() => plainText(piece.document)} label={t('refused.copy')} />
    </div>
  );
}

/** Notices about a text: that it conflicts with another one, or that it was not accepted. */
export function PieceNotices({ autosave, piece }: { autosave: TextAutosave; piece: TextPiece }) {
  return (
    <>
      <RefusedNotice piece={piece} />
      <ConflictNotice autosave={autosave} piece={piece} />
    </>
  );
}
