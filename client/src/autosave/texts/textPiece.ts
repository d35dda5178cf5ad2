import { EMPTY_DOCUMENT, plainText } from '../../../../contract/richText.ts';
import type { RichDocument } from '../../../../contract/richText.ts';
import type { DraftView } from '../../../../contract/attempts.ts';
import type { TextState } from '../textState.ts';

/** One text on a page and its state. */
export interface TextPiece {
  readonly pieceKey: string;
  readonly document: RichDocument;
  /** The revision on the server on which this text is based; 0: there is none yet. */
  readonly baseRevision: number;
  /** When the server last accepted it (ISO instant). */
  readonly savedAt: string | null;
  /** The state of the text that is shown. In a conflict nothing goes into the draft until one of the two texts is kept. */
  readonly state: TextState<DraftView>;
  /** Changes whenever the text was replaced from outside the editor, which then has to show it again. */
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

/** True if two documents are the same, including marks and lists. */
export function isSameDocument(a: RichDocument, b: RichDocument): boolean {
  return JSON.stringify(a) === JSON.stringify(b) || (plainText(a) === '' && plainText(b) === '');
}
