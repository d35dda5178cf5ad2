import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TextPieceKind } from '../../../../contract/evidence.ts';
import type { ReviewText } from '../../../../contract/reviews.ts';
import { plainText } from '../../../../contract/richText.ts';
import type { PieceWords } from '../../components/evidence/usePieceWords.ts';
import { WordDiff } from '../../components/diff/WordDiff.tsx';
import { Words } from '../../components/words/Words.tsx';
import type { Quote } from '../../components/words/quoted.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';

interface TextProps {
  piece: ReviewText;
  words: PieceWords;
  quotes: readonly Quote[];
  /** When the previous round was submitted. */
  changedSince: string | null;
}

/** What the author says about the changes: set apart, in their own words. */
function ChangeNote({ piece, words, quotes }: TextProps) {
  return (
    <section className="wm-review-change">
      <h2 className="wm-micro">{words.heading(piece)}</h2>
      <Words document={piece.document} size="small" quotes={quotes} />
    </section>
  );
}

function Reflection({ piece, words, quotes, changedSince }: TextProps) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const [comparing, setComparing] = useState(false);
  const text = plainText(piece.document);
  const before = piece.earlierText;
  const day = changedSince === null ? '' : format.shortDay(changedSince);
  return (
    <section className="wm-review-text">
      <div className="wm-review-question">
        <h2 className="wm-small" dir="auto">
          {words.heading(piece)}
        </h2>
        <span className="wm-micro">{words.speaksTo(piece)}</span>
      </div>
      {before !== null && before !== text && (
        <Button
          variant="default"
          size="sm"
          aria-pressed={comparing}
          onClick={() => setComparing((shown) => !shown)}
        >
          {t('evidence.diff', { day })}
        </Button>
      )}
      {before !== null && before === text && <p className="wm-small">{t('evidence.same', { day })}</p>}
      {comparing && before !== null && before !== text ? (
        <WordDiff before={before} after={text} />
      ) : (
        <Words document={piece.document} quotes={quotes} />
      )}
    </section>
  );
}

const TEXTS = {
  reflection: Reflection,
  change_note: ChangeNote,
} as const satisfies Readonly<Record<TextPieceKind, unknown>>;

/** Everything that was written in this round, as it was frozen. */
export function TextEvidence(props: Omit<TextProps, 'piece'> & { pieces: readonly ReviewText[] }) {
  const { pieces, ...shared } = props;
  return pieces.map((piece) => {
    const Text = TEXTS[piece.kind];
    return <Text key={piece.id} piece={piece} {...shared} />;
  });
}
