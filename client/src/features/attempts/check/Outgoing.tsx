import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../../contract/attempts.ts';
import type { TextPieceKind } from '../../../../../contract/evidence.ts';
import { countWords } from '../../../../../contract/richText.ts';
import { isAddress, isText } from '../../../components/evidence/evidenceKinds.tsx';
import { EvidenceRow } from '../../../components/evidence/EvidenceRow.tsx';
import { LinkAddress } from '../../../components/evidence/LinkAddress.tsx';
import { usePieceWords } from '../../../components/evidence/usePieceWords.ts';
import type { PieceWords } from '../../../components/evidence/usePieceWords.ts';
import { Words } from '../../../components/words/Words.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import type { OutgoingPiece } from './outgoing.ts';

type TextPiece = Extract<OutgoingPiece, { kind: TextPieceKind }>;
type FilePiece = Exclude<OutgoingPiece, TextPiece>;

/** Of a text with more words the beginning is shown: what follows it must not be pages away. */
const SHOWN_WORDS = 80;

function Text({ piece, words }: { piece: TextPiece; words: PieceWords }) {
  const { t } = useTranslation('check');
  const [whole, setWhole] = useState(false);
  const id = useId();
  const isLong = countWords(piece.from.text) > SHOWN_WORDS;
  return (
    <div className="wm-check-text">
      <div className="wm-check-name">
        <h3 className="wm-label" dir="auto">
          {words.heading(piece)}
        </h3>
        <span className="wm-micro">{words.speaksTo(piece)}</span>
      </div>
      <div id={id} className="wm-check-words" data-cut={isLong && !whole}>
        <Words document={piece.from.document} size="small" />
      </div>
      {isLong && (
        <button
          type="button"
          className="wm-link wm-small wm-no-print"
          aria-expanded={whole}
          aria-controls={id}
          onClick={() => setWhole(!whole)}
        >
          {t(whole ? 'goes.less' : 'goes.whole')}
        </button>
      )}
    </div>
  );
}

function File({ piece, words }: { piece: FilePiece; words: PieceWords }) {
  const format = useFormat();
  const { kind, mediaType, size } = piece.from;
  return (
    <EvidenceRow
      look="plain"
      kind={kind}
      mediaType={mediaType}
      name={words.heading(piece)}
      meta={
        <>
          <span>{words.speaksTo(piece)}</span>
          <br />
          {isAddress(piece) ? (
            <LinkAddress kind={piece.from.kind} facts={piece.from} />
          ) : (
            size !== null && format.bytes(size)
          )}
        </>
      }
    />
  );
}

/** What the reviewer will get: each piece as they will read it, in their order. */
export function Outgoing({ pieces, workspace }: { pieces: readonly OutgoingPiece[]; workspace: Workspace }) {
  const { t } = useTranslation('check');
  const { module, changedSince } = workspace;
  const words = usePieceWords({ criteria: module.criteria, changedSince });
  return (
    <section>
      <h2>{t('goes.title')}</h2>
      <p className="wm-small">{t(pieces.length === 0 ? 'goes.none' : 'goes.help')}</p>
      {pieces.length > 0 && (
        <ul className="wm-rows wm-check-pieces">
          {pieces.map((piece) => (
            <li key={`${piece.kind} ${piece.id}`}>
              {isText(piece) ? <Text piece={piece} words={words} /> : <File piece={piece} words={words} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
