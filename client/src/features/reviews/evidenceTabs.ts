import type { ReviewFile, ReviewLink, ReviewPage, ReviewText } from '../../../../contract/reviews.ts';
import { isFile, isText } from '../../components/evidence/evidenceKinds.tsx';
import { previewKind } from '../../components/preview/previewKind.ts';

type Handed = ReviewFile | ReviewLink;

/** One tab of the evidence: everything that was written, or a single file or link. */
export type EvidenceTab =
  | { readonly kind: 'texts'; readonly key: 'texts'; readonly pieces: readonly ReviewText[] }
  | { readonly kind: 'piece'; readonly key: string; readonly piece: Handed };

/** Texts together first, as they are one piece of reading; then each file and link in order. */
export function evidenceTabs(page: Pick<ReviewPage, 'pieces'>): EvidenceTab[] {
  const texts = page.pieces.filter(isText);
  const others = page.pieces.filter((piece) => !isText(piece));
  return [
    ...(texts.length > 0 ? [{ kind: 'texts' as const, key: 'texts' as const, pieces: texts }] : []),
    ...others.map((piece) => ({ kind: 'piece' as const, key: piece.id, piece })),
  ];
}

/** True if displaying a piece is enough to open it; a link has to be followed, and a piece without a preview downloaded. */
export function showsItself(piece: Handed): boolean {
  return isFile(piece) && (piece.url === null || previewKind(piece.mediaType, piece.previewable) !== 'none');
}

/** Files and links that this round judges and that were not opened. */
export function listUnopened(
  page: Pick<ReviewPage, 'pieces' | 'round' | 'openCriteria'>,
  opened: ReadonlySet<string>,
): Handed[] {
  return page.pieces
    .filter((piece) => !isText(piece))
    .filter(
      ({ id, criteria }) =>
        !opened.has(id) &&
        (page.round === 1 ||
          criteria.length === 0 ||
          criteria.some((key) => page.openCriteria.includes(key))),
    );
}
