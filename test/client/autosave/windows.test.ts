import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { DraftView, SaveDraft } from '../../../contract/attempts.ts';
import { STATUS_BY_CODE } from '../../../contract/errors.ts';
import type { ErrorCode } from '../../../contract/errors.ts';
import { documentOf, plainText } from '../../../contract/richText.ts';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import { listTexts } from '../../../client/src/autosave/texts/textAdapter.ts';
import { TextAutosave } from '../../../client/src/autosave/texts/textAutosave.ts';
import { failureOf } from '../../../client/src/autosave/saveFailure.ts';
import { isEverythingSafe, saveOf } from '../../../client/src/autosave/textState.ts';
import type { TextState } from '../../../client/src/autosave/textState.ts';
import { saveWord } from '../../../client/src/autosave/saveState.ts';
import { DeviceStore } from '../../../client/src/storage/deviceStore.ts';
import type { StoredWhere } from '../../../client/src/storage/deviceStore.ts';
import type { Disk, KeptEntry } from '../../../client/src/storage/kept.ts';

const PIECE = 'a1b2c3d4-0000-4000-8000-000000000001';

/** A device whose disk may be denied: then it remembers nothing beyond a page. */
function aDevice(kept: StoredWhere): () => DeviceStore {
  const entries = new Map<string, KeptEntry>();
  const disk: Disk = {
    put: (entry) => Promise.resolve(void entries.set(entry.id, entry)),
    putAll: (all) => Promise.resolve(all.forEach((entry) => entries.set(entry.id, entry))),
    get: (id) => Promise.resolve(entries.get(id)),
    list: (kind) => Promise.resolve([...entries.values()].filter((entry) => entry.kind === kind)),
    remove: (id, isMeant) => {
      const entry = entries.get(id);
      if (entry && isMeant(entry)) entries.delete(id);
      return Promise.resolve();
    },
    clear: () => Promise.resolve(entries.clear()),
  };
  return () => new DeviceStore(kept === 'device' ? disk : null);
}

function refusal(code: ErrorCode, details?: unknown): ApiError {
  return new ApiError({ code, status: STATUS_BY_CODE[code], message: 'no', correlationId: null, details });
}

/** The server's side: one draft with revisions, and every text that it ever took. */
class Server {
  draft: DraftView | null = null;
  readonly took = new Set<string>();
  mood: ErrorCode | 'offline' | 'lost' | 'ok' = 'ok';
  /** Conflicts have filled a day: what is refused is not kept. */
  isHistoryFull = false;

  readonly send = (pieceKey: string, { draftId, baseRevision, document }: SaveDraft): Promise<DraftView> => {
    const text = plainText(document);
    if (this.mood === 'offline') return Promise.reject(new OfflineError(null));
    if (this.mood !== 'ok' && this.mood !== 'lost') {
      if (failureOf(refusal(this.mood)).kind === 'refused' && this.mood === 'PIECE_LOCKED')
        this.took.add(text);
      return Promise.reject(refusal(this.mood));
    }
    const isConflict = (this.draft?.revision ?? 0) !== baseRevision;
    if (!isConflict || !this.isHistoryFull) this.took.add(text);
    if (isConflict) {
      if (this.draft?.draftId === draftId && this.draft.text === text) return Promise.resolve(this.draft);
      const mineVersionId = this.isHistoryFull ? null : crypto.randomUUID();
      const details = { theirs: this.draft, mineVersionId };
      return Promise.reject(refusal('DRAFT_CONFLICT', details));
    }
    const savedAt = new Date().toISOString();
    this.draft = { pieceKey, draftId, revision: baseRevision + 1, document, text, savedAt };
    return this.mood === 'lost' ? Promise.reject(new OfflineError(null)) : Promise.resolve(this.draft);
  };
}

/** Windows of one person on one device. */
class Windows {
  readonly server = new Server();
  readonly device: () => DeviceStore;
  readonly open: { autosave: TextAutosave; typed: string | null }[] = [];

  constructor(kept: StoredWhere) {
    this.device = aDevice(kept);
    this.add();
    this.add();
  }

  add(): void {
    const store = this.device();
    const { send } = this.server;
    const autosave = new TextAutosave({
      subjectId: 'attempt',
      send,
      openStore: () => Promise.resolve(store),
    });
    if (this.server.draft) autosave.load([this.server.draft]);
    this.open.push({ autosave, typed: null });
  }

  reload(index: number): void {
    const [old] = this.open.splice(index, 1);
    old?.autosave.stop();
    this.add();
  }
}

const state = (autosave: TextAutosave): TextState | undefined => autosave.texts()[0];

/** What must hold whenever nothing is under way. */
async function expectNothingLost(windows: Windows, last: ReadonlySet<string>): Promise<void> {
  const onDevice = (await listTexts(windows.device())).map(plainText);
  for (const { autosave, typed } of windows.open) {
    const now = state(autosave);
    if (typed === null || !now) continue;
    const word = saveWord(saveOf(autosave.texts(), new Date(), true), new Date());
    const isTaken = windows.server.took.has(typed);
    if (now.copy === 'server' || now.copy === 'history') expect([...windows.server.took]).toContain(typed);
    // another window may have taken it up from there, and sent it
    if (now.copy === 'device' && !isTaken) expect(onDevice).toContain(typed);
    if (word === 'saved' || word === 'history') expect(isTaken).toBe(true);
    if (!isTaken && !onDevice.includes(typed)) expect(isEverythingSafe(autosave.texts())).toBe(false);
    if (!isTaken) expect(autosave.unsentText()).toBe(typed);
  }
  // windows that are gone had these as their last words
  for (const text of last) expect(windows.server.took.has(text) || onDevice.includes(text)).toBe(true);
}

type Step =
  | { readonly do: 'type'; readonly window: number; readonly waits: boolean }
  | { readonly do: 'mood'; readonly mood: Server['mood'] }
  | { readonly do: 'wait' }
  | { readonly do: 'flush' | 'reload' | 'mine' | 'theirs'; readonly window: number };

const window = fc.nat({ max: 1 });
const mood = fc.constantFrom<Server['mood']>(
  'ok',
  'ok',
  'offline',
  'lost',
  'UNAVAILABLE',
  'RATE_LIMITED',
  'SESSION_OVER',
  'VALIDATION_FAILED',
  'PIECE_LOCKED',
  'FORBIDDEN',
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('type' as const), window, waits: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('mood' as const), mood }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'reload', 'mine', 'theirs'), window }),
    },
  ),
  { maxLength: 25 },
);

const SETTLED_MS = 40_000;

async function walk(windows: Windows, all: readonly Step[]): Promise<void> {
  const last = new Set<string>();
  for (const [index, step] of all.entries()) {
    const at = 'window' in step ? windows.open[step.window] : undefined;
    if (step.do === 'mood') windows.server.mood = step.mood;
    if (step.do === 'wait') await jest.advanceTimersByTimeAsync(SETTLED_MS);
    if (step.do === 'type' && at) {
      at.typed = `text ${index}`;
      at.autosave.write(PIECE, documentOf(at.typed));
      if (step.waits) await jest.advanceTimersByTimeAsync(900);
    }
    if (step.do === 'flush' && at) await at.autosave.flush();
    if ((step.do === 'mine' || step.do === 'theirs') && at) {
      const before = state(at.autosave)?.kind;
      await at.autosave.resolve(PIECE, step.do);
      const replaced =
        before === 'conflict' && step.do === 'theirs' && state(at.autosave)?.kind !== 'conflict';
      if (replaced && at.typed !== null) {
        if (windows.device().kept() === 'device') last.add(at.typed);
        at.typed = null;
      }
    }
    await jest.advanceTimersByTimeAsync(1);
    if (step.do === 'reload' && 'window' in step && at) {
      // a person whom leaving warns stays, or what they typed is on the device
      const safe = isEverythingSafe(at.autosave.texts()) || windows.device().kept() === 'device';
      if (!safe) continue;
      if (at.typed !== null) last.add(at.typed);
      windows.reload(step.window);
      await jest.advanceTimersByTimeAsync(1);
    }
    await expectNothingLost(windows, last);
  }
}

describe('what is typed last, in any order of saves, faults, conflicts and reloads in two windows,', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test.each(['device', 'memory'] as const)(
    'is with the server or on the device, or the word is “not saved” and leaving warns (%s)',
    async (kept) => {
      await fc.assert(
        fc.asyncProperty(steps, async (all) => {
          const windows = new Windows(kept);
          await jest.advanceTimersByTimeAsync(1);
          await walk(windows, all);
          for (const { autosave } of windows.open) autosave.stop();
        }),
        { numRuns: 300 },
      );
    },
  );

  test('stays on the device in its newest words, also where another window has taken up older ones from there', async () => {
    const windows = new Windows('device');
    await jest.advanceTimersByTimeAsync(1);

    await walk(windows, [
      { do: 'type', window: 0, waits: false },
      { do: 'mood', mood: 'RATE_LIMITED' },
      { do: 'reload', window: 1 },
      { do: 'type', window: 0, waits: false },
      { do: 'flush', window: 1 },
    ]);

    const onDevice = (await listTexts(windows.device())).map(plainText);
    expect(onDevice).toEqual(['text 3']);
    for (const { autosave } of windows.open) autosave.stop();
  });

  test('during a conflict is kept on the device, then sent to the history, and the word says which', async () => {
    const windows = new Windows('device');
    await jest.advanceTimersByTimeAsync(1);
    const [one, two] = windows.open;
    if (!one || !two) throw new Error('two windows are open');
    two.autosave.write(PIECE, documentOf('Theirs'));
    await two.autosave.flush();
    one.autosave.write(PIECE, documentOf('Mine'));
    await one.autosave.flush();

    windows.server.mood = 'offline';
    one.autosave.write(PIECE, documentOf('Mine, and more'));
    await jest.advanceTimersByTimeAsync(1000);
    const away = { state: state(one.autosave), safe: isEverythingSafe(one.autosave.texts()) };
    const entries = (await listTexts(windows.device())).map(plainText);
    windows.server.mood = 'ok';
    await jest.advanceTimersByTimeAsync(SETTLED_MS);

    expect(away).toMatchObject({ state: { kind: 'conflict', copy: 'device' }, safe: false });
    expect(entries).toEqual(['Mine, and more']);
    expect([...windows.server.took]).toContain('Mine, and more');
    expect(state(one.autosave)).toMatchObject({ kind: 'conflict', copy: 'history' });
    expect(saveWord(saveOf(one.autosave.texts(), new Date(), true), new Date())).toBe('history');
    for (const { autosave } of windows.open) autosave.stop();
  });

  test('in a storm of conflicts shows the other window’s text, stays on the device, and is not said to be in History', async () => {
    const windows = new Windows('device');
    await jest.advanceTimersByTimeAsync(1);
    const [one, two] = windows.open;
    if (!one || !two) throw new Error('two windows are open');
    two.autosave.write(PIECE, documentOf('Theirs'));
    await two.autosave.flush();
    windows.server.isHistoryFull = true;

    one.autosave.write(PIECE, documentOf('Mine'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);

    const entries = (await listTexts(windows.device())).map(plainText);
    expect(state(one.autosave)).toMatchObject({
      kind: 'conflict',
      copy: 'device',
      theirs: { text: 'Theirs' },
    });
    expect(entries).toEqual(['Mine']);
    expect(saveWord(saveOf(one.autosave.texts(), new Date(), true), new Date())).toBe('notSaved');
    expect(isEverythingSafe(one.autosave.texts())).toBe(false);
    await one.autosave.resolve(PIECE, 'mine');
    expect(windows.server.draft?.text).toBe('Mine');
    for (const { autosave } of windows.open) autosave.stop();
  });

  test('and refused is safe for leaving the page, since the device keeps it, and not for signing off, which clears that', async () => {
    const windows = new Windows('device');
    await jest.advanceTimersByTimeAsync(1);
    const [one] = windows.open;
    if (!one) throw new Error('a window is open');
    windows.server.mood = 'FORBIDDEN';

    one.autosave.write(PIECE, documentOf('Refused'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);

    expect(isEverythingSafe(one.autosave.texts(), 'page')).toBe(true);
    expect(isEverythingSafe(one.autosave.texts(), 'device')).toBe(false);
    for (const { autosave } of windows.open) autosave.stop();
  });

  test('and is longer than can be kept is refused before it is sent, and stays on the device', async () => {
    const windows = new Windows('device');
    await jest.advanceTimersByTimeAsync(1);
    const [one] = windows.open;
    if (!one) throw new Error('a window is open');

    one.autosave.write(PIECE, documentOf('a'.repeat(10_001)));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);

    expect(state(one.autosave)).toEqual({ kind: 'refused', code: 'TEXT_TOO_LONG', copy: 'device' });
    expect(windows.server.took.size).toBe(0);
    for (const { autosave } of windows.open) autosave.stop();
  });

  test.each<ErrorCode>(['VALIDATION_FAILED', 'TEXT_TOO_LONG', 'BODY_TOO_LARGE', 'FORBIDDEN', 'NOT_FOUND'])(
    'and refused as %s is not tried again, stays on the device and in [Copy], and the next good text is saved',
    async (code) => {
      const windows = new Windows('device');
      await jest.advanceTimersByTimeAsync(1);
      const [one] = windows.open;
      if (!one) throw new Error('a window is open');
      windows.server.mood = code;

      one.autosave.write(PIECE, documentOf('Refused'));
      await jest.advanceTimersByTimeAsync(SETTLED_MS);
      const refused = state(one.autosave);
      const word = saveWord(saveOf(one.autosave.texts(), undefined, true), new Date());
      const copied = one.autosave.unsentText();
      const entries = (await listTexts(windows.device())).map(plainText);
      windows.server.mood = 'ok';
      one.autosave.write(PIECE, documentOf('Good'));
      await jest.advanceTimersByTimeAsync(1000);

      expect(refused).toEqual({ kind: 'refused', code, copy: 'device' });
      expect({ word, copied, entries }).toEqual({
        word: 'notSaved',
        copied: 'Refused',
        entries: ['Refused'],
      });
      expect(windows.server.draft?.text).toBe('Good');
      expect(state(one.autosave)).toEqual({ kind: 'saved', copy: 'server' });
      for (const { autosave } of windows.open) autosave.stop();
    },
  );
});
