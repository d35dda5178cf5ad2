import { EMPTY_DOCUMENT, plainText } from '../../../../contract/richText.ts';
import type { RichDocument } from '../../../../contract/richText.ts';
import type { DraftView } from '../../../../contract/attempts.ts';
import type { TextState } from '../textState.ts';

/** One text on a page and where it stands. */
export interface TextPiece {
  readonly pieceKey: string;
  readonly document: RichDocument;
  /** Revision on the server that this text was written upon; 0: there is none yet. */
  readonly baseRevision: number;
  /** When the server took it last (ISO instant). */
  readonly savedAt: string | null;
  /** Where what is shown stands. In a conflict nothing goes into the draft until one of both texts is kept. */
  readonly state: TextState<DraftView>;
  /** Changes whenever the text was replaced from outside of the editor, which then has to show it anew. */
  readonly loaded: number;
}

export function emptyPiece(pieceKey: string): TextPiece {
  return {
    pieceKey,
    document: EMPTY_DOCUMENT,
    baseRevision: 0,
    savedAt: null,
    state: { kind: 'saved', copy: 'server' },
    loaded: 0,
  };
}

/** True where two documents are the same, marks and lists too. */
export function isSameDocument(a: RichDocument, b: RichDocument): boolean {
  return JSON.stringify(a) === JSON.stringify(b) || (plainText(a) === '' && plainText(b) === '');
}
