import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReviewFile, ReviewLink } from '../../../../contract/reviews.ts';
import { isAddress } from '../../components/evidence/evidenceKinds.tsx';
import { shortFingerprint } from '../../components/evidence/Fingerprint.tsx';
import { LinkAddress } from '../../components/evidence/LinkAddress.tsx';
import type { PieceWords } from '../../components/evidence/usePieceWords.ts';
import { FilePreview } from '../../components/preview/FilePreview.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';

interface PieceProps {
  piece: ReviewFile | ReviewLink;
  words: PieceWords;
  submittedAt: string;
  onRenew: () => void;
  /** It was followed or downloaded. */
  onOpened: () => void;
}

function LinkPiece({ piece, submittedAt }: { piece: ReviewLink; submittedAt: string }) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  return (
    <>
      <p>{t('evidence.link')}</p>
      <p>
        <LinkAddress kind={piece.evidenceKind} facts={piece} />
      </p>
      <p className="wm-small">{t('evidence.linkNote', { day: format.day(submittedAt) })}</p>
    </>
  );
}

/** Called for every link in an element that is followed, in whichever way: by key, by a press, or in a new tab. */
function useLinkFollowed(onFollowed: () => void) {
  const element = useRef<HTMLElement>(null);
  const latest = useRef(onFollowed);
  useEffect(() => {
    latest.current = onFollowed;
  });
  useEffect(() => {
    const at = element.current;
    const hear = ({ target }: Event) => {
      if (target instanceof Element && target.closest('a')) latest.current();
    };
    for (const kind of ['click', 'auxclick']) at?.addEventListener(kind, hear);
    return () => {
      for (const kind of ['click', 'auxclick']) at?.removeEventListener(kind, hear);
    };
  }, []);
  return element;
}

/** One file or link of the submission. */
export function PieceEvidence({ piece, words, submittedAt, onRenew, onOpened }: PieceProps) {
  const { t } = useTranslation('reviews');
  const { title, sha256 } = piece;
  const section = useLinkFollowed(onOpened);
  return (
    <section ref={section} className="wm-review-piece">
      <div className="wm-review-question">
        <h2 className="wm-label" dir="auto">
          {words.heading(piece)}
        </h2>
        <span className="wm-micro">{words.speaksTo(piece)}</span>
      </div>
      {isAddress(piece) ? (
        <LinkPiece piece={piece} submittedAt={submittedAt} />
      ) : piece.url === null ? (
        <p>{t('evidence.gone')}</p>
      ) : (
        <FilePreview
          name={title}
          mediaType={piece.mediaType}
          size={piece.size}
          previewable={piece.previewable}
          url={piece.url}
          onRenew={onRenew}
        />
      )}
      <p className="wm-micro" title={sha256}>
        {t('evidence.fingerprint', { value: shortFingerprint(sha256) })}
      </p>
    </section>
  );
}
