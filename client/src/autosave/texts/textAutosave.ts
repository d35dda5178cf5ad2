import { DraftConflict } from '../../../../contract/attempts.ts';
import type { DraftView } from '../../../../contract/attempts.ts';
import { plainText } from '../../../../contract/richText.ts';
import type { RichDocument } from '../../../../contract/richText.ts';
import { checkRichText } from '../../../../contract/richTextCheck.ts';
import type { DeviceStore } from '../../storage/deviceStore.ts';
import { bodyOf, textEntryId, isEntryOf, listTextEntries, toKeptEntry } from './textEntry.ts';
import type { TextEntry } from './textEntry.ts';
import type { SendText, TextAutosave, TextsState } from './texts.ts';
import { emptyPiece, isSameDocument, pieceOf } from './textPiece.ts';
import type { TextPiece } from './textPiece.ts';
import { createSaveScheduler } from '../saveScheduler.ts';
import type { SaveScheduler } from '../saveScheduler.ts';
import { failureOf, isInHistory, refusalOf } from '../saveFailure.ts';
import type { SaveFailure } from '../saveFailure.ts';
import { isAllIn, isOnServer, isToBeSent } from '../textState.ts';
import type { Phase, TextState } from '../textState.ts';

/** How long a text waits whose history is full of the day's conflicts. */
const FULL_HISTORY_WAIT_SECONDS = 300;

interface AutosaveDeps {
  readonly subjectId: string;
  readonly send: SendText;
  readonly openStore: () => Promise<DeviceStore>;
}

/** What one window knows of one text. */
interface Held {
  piece: Omit<TextPiece, 'state'>;
  phase: Phase<DraftView>;
  /** The history has the newest words. */
  inHistory: boolean;
  /** Under which this window saves the piece. */
  draftId: string;
  /** Rises with each change. */
  sequence: number;
  /** True until the first answer to a text that was found on the device: another open window may have left it. */
  found: boolean;
  readonly timer: SaveScheduler;
  sending: Promise<void> | null;
  keeping: Promise<void> | null;
}

class AttemptTexts implements TextAutosave {
  readonly #deps: AutosaveDeps;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  #store: DeviceStore | null = null;
  #ready: Promise<void>;
  #state: TextsState = { pieces: new Map() };
  readonly #now = () => void this.flush();

  constructor(deps: AutosaveDeps) {
    this.#deps = deps;
    this.#ready = this.#restore();
    window.addEventListener('online', this.#now);
    document.addEventListener('visibilitychange', this.#now);
  }

  state = (): TextsState => this.#state;
  texts = () => [...this.#state.pieces.values()].map(({ state }) => state);
  subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  keeps = (entryId: string) =>
    [...this.#held.values()].some(
      ({ piece, draftId }) => textEntryId(this.#deps.subjectId, piece.pieceKey, draftId) === entryId,
    );

  load(views: readonly DraftView[]): void {
    const newer = views.filter((view) => {
      const { piece, phase, sending } = this.#hold(view.pieceKey);
      return phase.kind === 'saved' && !sending && view.revision > piece.baseRevision;
    });
    for (const view of newer) {
      const held = this.#hold(view.pieceKey);
      held.piece = pieceOf(view, held.piece.loaded + 1);
    }
    if (newer.length > 0) this.#changed();
  }

  write(pieceKey: string, document: RichDocument): void {
    const held = this.#hold(pieceKey);
    if (held.phase.kind === 'saved' && isSameDocument(held.piece.document, document)) return;
    held.piece = { ...held.piece, document };
    held.sequence += 1;
    this.#unsent(held);
    void this.#keep(held);
    held.timer.typed();
    this.#changed();
  }

  replace(pieceKey: string, document: RichDocument): void {
    const held = this.#hold(pieceKey);
    held.piece = { ...held.piece, loaded: held.piece.loaded + 1 };
    this.write(pieceKey, document);
  }

  async resolve(pieceKey: string, keep: 'mine' | 'theirs'): Promise<void> {
    const held = this.#hold(pieceKey);
    // what was typed last goes to the history before anything replaces it
    if (keep === 'theirs') await this.#save(held);
    if (held.phase.kind !== 'conflict') return;
    const { theirs } = held.phase;
    if (keep === 'theirs') {
      if (held.inHistory) await this.#forget(held, held.piece.document);
      // else it stays on the device as another window's would, and is sent from there
      held.draftId = crypto.randomUUID();
      held.piece = pieceOf(theirs, held.piece.loaded + 1);
      held.phase = { kind: 'saved' };
    } else {
      held.piece = { ...held.piece, baseRevision: theirs.revision };
      held.phase = { kind: 'unsent' };
      void this.#keep(held);
    }
    this.#changed();
    await this.#save(held);
  }

  async flush(): Promise<boolean> {
    await this.#ready;
    await Promise.all([...this.#held.values()].map((held) => this.#save(held)));
    return isAllIn(this.texts());
  }

  unsentText(): string {
    const unsent = [...this.#held.values()].filter(({ phase }) => phase.kind !== 'saved');
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
      phase: { kind: 'saved' },
      inHistory: false,
      draftId: crypto.randomUUID(),
      sequence: 0,
      found: false,
      timer: createSaveScheduler(() => void this.#save(held)),
      sending: null,
      keeping: null,
    };
    this.#held.set(pieceKey, held);
    return held;
  }

  #stateOf({ phase, inHistory }: Held): TextState<DraftView> {
    if (phase.kind === 'saved') return { ...phase, copy: 'server' };
    const onDevice = this.#store?.kept() === 'device';
    return { ...phase, copy: inHistory ? 'history' : onDevice ? 'device' : 'none' };
  }

  #changed(): void {
    const all = [...this.#held.values()];
    const pieces = all.map((held): TextPiece => ({ ...held.piece, state: this.#stateOf(held) }));
    this.#state = { pieces: new Map(pieces.map((piece) => [piece.pieceKey, piece])) };
    for (const listener of this.#listeners) listener();
  }

  /** The words have changed: nobody else has the newest ones. A conflict stays one, and a fault that passes too. */
  #unsent(held: Held): void {
    held.inHistory = false;
    if (held.found) {
      // the window that left it may still write there
      held.found = false;
      held.draftId = crypto.randomUUID();
    }
    if (held.phase.kind === 'saved' || held.phase.kind === 'refused') held.phase = { kind: 'unsent' };
  }

  /** Takes up what an earlier page left on the device. Older leftovers of a piece go to the server's history. */
  async #restore(): Promise<void> {
    this.#store = await this.#deps.openStore();
    const entries = await listTextEntries(this.#store);
    const own = entries.filter((entry) => entry.subjectId === this.#deps.subjectId);
    const newest = new Map(own.map((entry) => [entry.pieceKey, entry]));
    for (const entry of own) {
      if (newest.get(entry.pieceKey) === entry) this.#takeUp(entry);
      else void this.#sendLeftover(entry);
    }
    // typed while the store was being opened
    for (const held of this.#held.values()) if (held.phase.kind !== 'saved') void this.#keep(held);
    this.#changed();
  }

  #takeUp(entry: TextEntry): void {
    const held = this.#hold(entry.pieceKey);
    if (held.phase.kind !== 'saved') return void this.#sendLeftover(entry);
    if (held.piece.baseRevision > 0 && isSameDocument(held.piece.document, entry.document)) {
      return void this.#store?.remove(entry.id);
    }
    const { document, baseRevision } = entry;
    held.draftId = entry.draftId;
    held.sequence = entry.sequence;
    held.found = true;
    held.piece = { ...held.piece, document, baseRevision, loaded: held.piece.loaded + 1 };
    held.phase = { kind: 'unsent' };
    void this.#save(held);
  }

  async #sendLeftover(entry: TextEntry): Promise<void> {
    const { id, pieceKey } = entry;
    try {
      await this.#deps.send(pieceKey, bodyOf(entry));
    } catch (error) {
      if (!isInHistory(failureOf(error))) return;
    }
    await this.#store?.remove(id);
  }

  /** Puts the newest words on the device, one time after the other, until it has them. */
  #keep(held: Held): Promise<void> {
    const keepAll = async () => {
      // all that is typed at once is put once
      await Promise.resolve();
      // what was found there is there, and the window that left it may have put newer words since
      for (let put: RichDocument | null = null; this.#store && !held.found && put !== held.piece.document;) {
        put = held.piece.document;
        const { piece, draftId, sequence } = held;
        const entry = { ...this.#entryOf(piece), draftId, sequence, document: put };
        await this.#store.put(toKeptEntry(entry, new Date()));
        // the server was faster
        if (isOnServer(this.#stateOf(held))) await this.#remove(piece.pieceKey, draftId, put);
      }
    };
    held.keeping ??= keepAll().finally(() => {
      held.keeping = null;
      this.#changed();
    });
    return held.keeping;
  }

  #entryOf({ pieceKey, baseRevision }: Held['piece']) {
    return { subjectId: this.#deps.subjectId, pieceKey, baseRevision };
  }

  /** Takes an entry off the device, unless another window has put newer words there. */
  async #remove(pieceKey: string, draftId: string, document: RichDocument): Promise<void> {
    const id = textEntryId(this.#deps.subjectId, pieceKey, draftId);
    const entry = (await this.#store?.get(id)) ?? null;
    if (entry && isEntryOf(entry, document)) await this.#store?.remove(id);
  }

  /** The server has it: nothing is kept on the device, and what follows is this window's own. */
  async #forget(held: Held, document: RichDocument): Promise<void> {
    const { piece, draftId } = held;
    if (held.found) held.draftId = crypto.randomUUID();
    held.found = false;
    await this.#remove(piece.pieceKey, draftId, document);
  }

  /** One save at a time for each piece; what is typed meanwhile is sent after it. */
  async #save(held: Held): Promise<void> {
    while (held.sending) await held.sending;
    if (!isToBeSent(this.#stateOf(held))) return;
    held.sending = this.#send(held).finally(() => {
      held.sending = null;
      const waits = held.phase.kind === 'failing' || held.phase.kind === 'signedOut';
      if (!waits && isToBeSent(this.#stateOf(held))) held.timer.typed();
      this.#changed();
    });
    this.#changed();
    await held.sending;
  }

  async #send(held: Held): Promise<void> {
    await this.#keep(held);
    const { pieceKey, document, baseRevision } = held.piece;
    const { draftId, sequence } = held;
    const check = checkRichText(document);
    if (!check.ok) return this.#failed(held, document, refusalOf(check.fault));
    try {
      const saved = await this.#deps.send(pieceKey, { draftId, baseRevision, sequence, document });
      await this.#taken(held, document, saved);
    } catch (error) {
      await this.#failed(held, document, failureOf(error));
    }
  }

  async #taken(held: Held, sent: RichDocument, saved: DraftView): Promise<void> {
    held.timer.succeeded();
    const { revision, savedAt } = saved;
    held.piece = { ...held.piece, baseRevision: revision, savedAt };
    held.phase = held.piece.document === sent ? { kind: 'saved' } : { kind: 'unsent' };
    if (held.phase.kind === 'saved' || held.found) await this.#forget(held, sent);
  }

  async #failed(held: Held, sent: RichDocument, failure: SaveFailure): Promise<void> {
    const { phase } = held;
    switch (failure.kind) {
      case 'again':
        held.timer.failed(failure.afterSeconds);
        if (phase.kind === 'conflict') return;
        held.phase = { kind: 'failing', since: phase.kind === 'failing' ? phase.since : new Date() };
        return;
      case 'signedOut':
        if (phase.kind !== 'conflict') held.phase = { kind: 'signedOut' };
        return;
      case 'conflict':
        return this.#conflict(held, sent, failure.details);
      case 'refused':
        held.timer.succeeded();
        if (held.piece.document !== sent) {
          if (phase.kind !== 'conflict') held.phase = { kind: 'unsent' };
          return;
        }
        held.phase = { kind: 'refused', code: failure.code };
        held.inHistory = failure.inHistory;
        if (failure.inHistory) await this.#forget(held, sent);
    }
  }

  async #conflict(held: Held, sent: RichDocument, raw: unknown): Promise<void> {
    const details = DraftConflict.safeParse(raw);
    if (!details.success) return this.#failed(held, sent, { kind: 'again', afterSeconds: null });
    held.timer.succeeded();
    const { theirs, mineVersionId } = details.data;
    const { revision, savedAt } = theirs;
    if (isSameDocument(theirs.document, held.piece.document)) {
      held.piece = { ...held.piece, baseRevision: revision, savedAt };
      held.phase = { kind: 'saved' };
    } else if (theirs.draftId === held.draftId && !held.found) {
      // an earlier save of this very window whose answer was lost
      held.piece = { ...held.piece, baseRevision: revision };
      held.phase = { kind: 'unsent' };
      return;
    } else {
      held.phase = { kind: 'conflict', theirs };
      held.inHistory = mineVersionId !== null && held.piece.document === sent;
      // a day's history is full of conflicts: it is kept here, and seldom tried
      if (mineVersionId === null) held.timer.failed(FULL_HISTORY_WAIT_SECONDS);
    }
    if (isOnServer(this.#stateOf(held))) await this.#forget(held, sent);
  }
}

export function createTextAutosave(deps: AutosaveDeps): TextAutosave {
  return new AttemptTexts(deps);
}
