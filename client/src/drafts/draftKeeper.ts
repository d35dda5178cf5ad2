import { DraftConflict } from '../../../contract/attempts.ts';
import type { DraftView, SaveDraft } from '../../../contract/attempts.ts';
import { plainText } from '../../../contract/richText.ts';
import type { RichDocument } from '../../../contract/richText.ts';
import { ApiError, hasCode, isPassing } from '../api/errors.ts';
import type { DeviceStore } from '../storage/deviceStore.ts';
import { draftEntryId, listDraftEntries, toKeptEntry } from './draftEntry.ts';
import type { DraftEntry } from './draftEntry.ts';
import { emptyPiece, isSameDocument, pieceOf } from './draftPiece.ts';
import type { DraftPiece } from './draftPiece.ts';
import { createDraftTimer } from './draftTimer.ts';
import type { DraftTimer } from './draftTimer.ts';

/** Puts one text to the server. @throws {ApiError | OfflineError} */
export type SendDraft = (pieceKey: string, body: SaveDraft) => Promise<DraftView>;

export interface KeeperState {
  readonly pieces: ReadonlyMap<string, DraftPiece>;
  /** True while a text is under way or will be soon. */
  readonly sending: boolean;
  /** Since when saving fails, or null. */
  readonly failingSince: Date | null;
}

/** Keeps what is typed on one subject (an attempt): on the device first, then on the server. Lives longer than a page. */
export interface DraftKeeper {
  readonly state: () => KeeperState;
  readonly subscribe: (changed: () => void) => () => void;
  /** Whether a copy of unsent text is on this device. */
  readonly kept: () => boolean;
  /** Takes what the server holds; a text with unsent changes stays. Never takes an older one. */
  load(views: readonly DraftView[]): void;
  write(pieceKey: string, document: RichDocument): void;
  /** As `write`, from outside of the editor, which shows it anew: an earlier text is brought back. */
  replace(pieceKey: string, document: RichDocument): void;
  /** Keeps one text of a conflict; the other stays in the history. */
  resolve(pieceKey: string, keep: 'mine' | 'theirs'): Promise<void>;
  /** Sends all that is unsent, now. @returns whether the server has everything */
  flush(): Promise<boolean>;
  /** Texts that the server lacks, for [Copy]. */
  unsentText(): string;
  stop(): void;
}

interface KeeperDeps {
  readonly subjectId: string;
  readonly send: SendDraft;
  readonly openStore: () => Promise<DeviceStore>;
}

/** Refusals in which the server has put the text into the history. */
const REFUSALS = ['PIECE_LOCKED', 'RUN_ARCHIVED', 'MODULE_LOCKED'] as const;

/** What one window knows of one text. */
interface Held {
  piece: DraftPiece;
  /** Under which this window saves the piece. */
  draftId: string;
  /** True until the first answer to a text that was found on the device: another open window may have left it. */
  found: boolean;
  readonly timer: DraftTimer;
  sending: Promise<void> | null;
}

class Keeper implements DraftKeeper {
  readonly #deps: KeeperDeps;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  #store: DeviceStore | null = null;
  #ready: Promise<void>;
  #failingSince: Date | null = null;
  #state: KeeperState = { pieces: new Map(), sending: false, failingSince: null };
  readonly #now = () => void this.flush();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#ready = this.#restore();
    window.addEventListener('online', this.#now);
    document.addEventListener('visibilitychange', this.#now);
  }

  state = (): KeeperState => this.#state;
  subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  kept = () => this.#store?.kept() === 'device';

  load(views: readonly DraftView[]): void {
    const newer = views.filter((view) => {
      const { piece, sending } = this.#hold(view.pieceKey);
      return !piece.dirty && !piece.conflict && !sending && view.revision > piece.baseRevision;
    });
    for (const view of newer) {
      const held = this.#hold(view.pieceKey);
      held.piece = pieceOf(view, held.piece.loaded + 1);
    }
    if (newer.length > 0) this.#changed();
  }

  write(pieceKey: string, document: RichDocument): void {
    const held = this.#hold(pieceKey);
    if (!held.piece.dirty && isSameDocument(held.piece.document, document)) return;
    held.piece = { ...held.piece, document, dirty: true };
    if (!held.piece.conflict) held.timer.typed();
    this.#changed();
  }

  replace(pieceKey: string, document: RichDocument): void {
    const held = this.#hold(pieceKey);
    held.piece = { ...held.piece, loaded: held.piece.loaded + 1 };
    this.write(pieceKey, document);
  }

  async resolve(pieceKey: string, keep: 'mine' | 'theirs'): Promise<void> {
    const held = this.#hold(pieceKey);
    const theirs = held.piece.conflict;
    if (!theirs) return;
    if (keep === 'theirs') {
      await this.#forget(held);
      held.piece = pieceOf(theirs, held.piece.loaded + 1);
    } else {
      held.piece = { ...held.piece, conflict: null, baseRevision: theirs.revision, dirty: true };
    }
    this.#changed();
    await this.#save(held);
  }

  async flush(): Promise<boolean> {
    await this.#ready;
    await Promise.all([...this.#held.values()].map((held) => this.#save(held)));
    return [...this.#held.values()].every(({ piece }) => !piece.dirty);
  }

  unsentText(): string {
    const unsent = [...this.#held.values()].filter(({ piece }) => piece.dirty || piece.refused);
    return unsent.map(({ piece }) => plainText(piece.document)).join('\n\n');
  }

  stop(): void {
    window.removeEventListener('online', this.#now);
    document.removeEventListener('visibilitychange', this.#now);
    for (const { timer } of this.#held.values()) timer.stop();
  }

  #hold(pieceKey: string): Held {
    const known = this.#held.get(pieceKey);
    if (known) return known;
    const held: Held = {
      piece: emptyPiece(pieceKey),
      draftId: crypto.randomUUID(),
      found: false,
      timer: createDraftTimer(() => void this.#save(held)),
      sending: null,
    };
    this.#held.set(pieceKey, held);
    return held;
  }

  #changed(): void {
    const all = [...this.#held.values()];
    this.#state = {
      pieces: new Map(all.map(({ piece }) => [piece.pieceKey, piece])),
      sending: all.some(({ piece, sending }) => sending !== null || (piece.dirty && !piece.conflict)),
      failingSince: this.#failingSince,
    };
    for (const listener of this.#listeners) listener();
  }

  /** Takes up what an earlier page left on the device. Older leftovers of a piece go to the server's history. */
  async #restore(): Promise<void> {
    this.#store = await this.#deps.openStore();
    const entries = await listDraftEntries(this.#store);
    const own = entries.filter((entry) => entry.subjectId === this.#deps.subjectId);
    const newest = new Map(own.map((entry) => [entry.pieceKey, entry]));
    for (const entry of own) {
      if (newest.get(entry.pieceKey) === entry) this.#takeUp(entry);
      else void this.#sendLeftover(entry);
    }
    this.#changed();
  }

  #takeUp(entry: DraftEntry): void {
    const held = this.#hold(entry.pieceKey);
    if (held.piece.dirty) return void this.#sendLeftover(entry);
    if (held.piece.baseRevision > 0 && isSameDocument(held.piece.document, entry.document)) {
      return void this.#store?.remove(entry.id);
    }
    held.draftId = entry.draftId;
    held.found = true;
    held.piece = {
      ...held.piece,
      document: entry.document,
      baseRevision: entry.baseRevision,
      dirty: true,
      loaded: held.piece.loaded + 1,
    };
    void this.#save(held);
  }

  async #sendLeftover({ id, pieceKey, draftId, baseRevision, document }: DraftEntry): Promise<void> {
    try {
      await this.#deps.send(pieceKey, { draftId, baseRevision, document });
    } catch (error) {
      // refused for good or overtaken: the server has put it into the history
      if (!hasCode(error, 'DRAFT_CONFLICT', ...REFUSALS)) return;
    }
    await this.#store?.remove(id);
  }

  /** The server has it: nothing is kept on the device, and what follows is this window's own. */
  async #forget(held: Held): Promise<void> {
    const { piece, draftId } = held;
    if (held.found) held.draftId = crypto.randomUUID();
    held.found = false;
    await this.#store?.remove(draftEntryId(this.#deps.subjectId, piece.pieceKey, draftId));
  }

  /** One save at a time for each piece; what is typed meanwhile is sent after it. */
  async #save(held: Held): Promise<void> {
    while (held.sending) await held.sending;
    if (!held.piece.dirty || held.piece.conflict) return;
    held.sending = this.#send(held).finally(() => {
      held.sending = null;
      if (held.piece.dirty && !held.piece.conflict && !this.#failingSince) held.timer.typed();
      this.#changed();
    });
    this.#changed();
    await held.sending;
  }

  async #send(held: Held): Promise<void> {
    const { pieceKey, document, baseRevision } = held.piece;
    const { draftId } = held;
    const entry = toKeptEntry(
      { subjectId: this.#deps.subjectId, pieceKey, draftId, baseRevision, document },
      new Date(),
    );
    await this.#store?.put(entry);
    this.#changed();
    try {
      const saved = await this.#deps.send(pieceKey, { draftId, baseRevision, document });
      await this.#taken(held, document, saved);
    } catch (error) {
      await this.#refused(held, error);
    }
  }

  async #taken(held: Held, sent: RichDocument, saved: DraftView): Promise<void> {
    held.timer.succeeded();
    this.#failingSince = null;
    if (held.piece.document === sent || held.found) await this.#forget(held);
    held.piece = {
      ...held.piece,
      baseRevision: saved.revision,
      savedAt: saved.savedAt,
      dirty: held.piece.document !== sent,
      refused: null,
    };
  }

  async #refused(held: Held, error: unknown): Promise<void> {
    if (hasCode(error, 'DRAFT_CONFLICT')) return this.#conflict(held, error);
    if (hasCode(error, ...REFUSALS)) {
      this.#failingSince = null;
      await this.#forget(held);
      held.piece = { ...held.piece, dirty: false, refused: error.code };
      return;
    }
    this.#failingSince ??= new Date();
    // a session that is over, a text too long: sending the same again would not help, the next key will
    if (isPassing(error)) held.timer.failed(error instanceof ApiError ? error.retryAfterSeconds : null);
  }

  async #conflict(held: Held, error: ApiError): Promise<void> {
    const details = DraftConflict.safeParse(error.details);
    if (!details.success) {
      this.#failingSince ??= new Date();
      return;
    }
    const { theirs } = details.data;
    this.#failingSince = null;
    const same = isSameDocument(theirs.document, held.piece.document);
    // an earlier save of this very window whose answer was lost
    const own = theirs.draftId === held.draftId && !held.found;
    const { revision, savedAt } = theirs;
    if (same) held.piece = { ...held.piece, baseRevision: revision, savedAt, dirty: false };
    else if (own) held.piece = { ...held.piece, baseRevision: revision };
    else held.piece = { ...held.piece, conflict: theirs };
    if (!own || same) await this.#forget(held);
  }
}

export function createDraftKeeper(deps: KeeperDeps): DraftKeeper {
  return new Keeper(deps);
}
