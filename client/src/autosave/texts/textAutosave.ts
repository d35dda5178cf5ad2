import type { DraftView } from '../../../../contract/attempts.ts';
import type { RichDocument } from '../../../../contract/richText.ts';
import { AutosaveGroup } from '../group.ts';
import type { GroupDeps } from '../group.ts';
import { copyOf, textAdapter } from './textAdapter.ts';
import type { SendText } from './textAdapter.ts';
import type { TextPiece } from './textPiece.ts';

interface TextAutosaveDeps extends GroupDeps {
  readonly subjectId: string;
  readonly send: SendText;
}

export interface TextsState {
  readonly pieces: ReadonlyMap<string, TextPiece>;
}

/** Saves what is typed on one subject (an attempt): first on the device, then on the server. */
export class TextAutosave extends AutosaveGroup<RichDocument, DraftView> {
  #state: TextsState = { pieces: new Map() };

  constructor({ subjectId, send, ...deps }: TextAutosaveDeps) {
    super(textAdapter(subjectId, send), deps);
  }

  readonly state = (): TextsState => this.#state;

  /** Takes over what the server holds; a text with unsent changes stays. Never accepts an older version. */
  load(views: readonly DraftView[]): void {
    for (const view of views) this.part(view.pieceKey).load(copyOf(view));
  }

  write(pieceKey: string, document: RichDocument): void {
    this.part(pieceKey).write(document);
  }

  /** Like `write`, but from outside the editor, which shows the text again: an earlier text is restored. */
  replace(pieceKey: string, document: RichDocument): void {
    this.part(pieceKey).write(document, true);
  }

  /** Keeps one text of a conflict; the other goes to the history, or stays on the device until it can. */
  async resolve(pieceKey: string, keep: 'mine' | 'theirs'): Promise<void> {
    await this.part(pieceKey).resolve(keep);
  }

  protected override changed(): void {
    const pieces = [...this.parts()].map(([pieceKey, part]): TextPiece => {
      const { value, baseRevision, savedAt, loaded } = part.model();
      return { pieceKey, document: value, baseRevision, savedAt, loaded, state: part.state() };
    });
    this.#state = { pieces: new Map(pieces.map((piece) => [piece.pieceKey, piece])) };
    super.changed();
  }
}
