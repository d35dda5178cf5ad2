import type { DraftView, SaveDraft } from '../../../../contract/attempts.ts';
import type { RichDocument } from '../../../../contract/richText.ts';
import type { Autosave } from '../registry.ts';
import type { TextPiece } from './textPiece.ts';

/** Puts one text to the server. @throws {ApiError | OfflineError} */
export type SendText = (pieceKey: string, body: SaveDraft) => Promise<DraftView>;

export interface TextsState {
  readonly pieces: ReadonlyMap<string, TextPiece>;
}

/** Keeps what is typed on one subject (an attempt): on the device first, then on the server. Lives longer than a page. */
export interface TextAutosave extends Autosave {
  readonly state: () => TextsState;
  /** Takes what the server holds; a text with unsent changes stays. Never takes an older one. */
  load(views: readonly DraftView[]): void;
  write(pieceKey: string, document: RichDocument): void;
  /** As `write`, from outside of the editor, which shows it anew: an earlier text is brought back. */
  replace(pieceKey: string, document: RichDocument): void;
  /** Keeps one text of a conflict; the other goes to the history, or stays on the device until it can. */
  resolve(pieceKey: string, keep: 'mine' | 'theirs'): Promise<void>;
  /** Sends all that is unsent, now. @returns whether the server has everything, and nothing waits for a choice */
  flush(): Promise<boolean>;
  stop(): void;
}
