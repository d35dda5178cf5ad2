import { EMPTY_DOCUMENT, plainText } from '../../../contract/richText.ts';
import type { RichDocument } from '../../../contract/richText.ts';
import type { DraftView } from '../../../contract/attempts.ts';
import type { ErrorCode } from '../../../contract/errors.ts';

/** One text on a page and where it stands. */
export interface DraftPiece {
  readonly pieceKey: string;
  readonly document: RichDocument;
  /** Revision on the server that this text was written upon; 0: there is none yet. */
  readonly baseRevision: number;
  /** When the server took it last (ISO instant). */
  readonly savedAt: string | null;
  /** True while the server lacks what is shown. */
  readonly dirty: boolean;
  /** Another window was first: what stands on the server. Nothing is sent until one of both is kept. */
  readonly conflict: DraftView | null;
  /** Why the server takes no more here: it keeps what was typed in the history. */
  readonly refused: ErrorCode | null;
  /** Changes whenever the text was replaced from outside of the editor, which then has to show it anew. */
  readonly loaded: number;
}

export function emptyPiece(pieceKey: string): DraftPiece {
  return {
    pieceKey,
    document: EMPTY_DOCUMENT,
    baseRevision: 0,
    savedAt: null,
    dirty: false,
    conflict: null,
    refused: null,
    loaded: 0,
  };
}

/** The piece as the server has it. */
export function pieceOf(view: DraftView, loaded: number): DraftPiece {
  return {
    ...emptyPiece(view.pieceKey),
    document: view.document,
    baseRevision: view.revision,
    savedAt: view.savedAt,
    loaded,
  };
}

/** True where two documents are the same, marks and lists too. */
export function isSameDocument(a: RichDocument, b: RichDocument): boolean {
  return JSON.stringify(a) === JSON.stringify(b) || (plainText(a) === '' && plainText(b) === '');
}
