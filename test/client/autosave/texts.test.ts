import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { DraftView, SaveDraft } from '../../../contract/attempts.ts';
import { documentOf, plainText } from '../../../contract/richText.ts';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import { TextAutosave } from '../../../client/src/autosave/texts/textAutosave.ts';
import { listTexts } from '../../../client/src/autosave/texts/textAdapter.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';

/** The server's side of the protocol: revisions, conflicts and refusals, in memory. */
class DraftServer {
  readonly drafts = new Map<string, DraftView>();
  readonly history: string[] = [];
  readonly received: SaveDraft[] = [];
  fault: Error | null = null;
  /** Takes the text and loses the answer. */
  dropsAnswer = false;

  send = (pieceKey: string, body: SaveDraft): Promise<DraftView> => {
    this.received.push(body);
    if (this.fault) return Promise.reject(this.fault);
    const known = this.drafts.get(pieceKey);
    const text = plainText(body.document);
    if ((known?.revision ?? 0) !== body.baseRevision) {
      if (known?.draftId === body.draftId && known.text === text) return Promise.resolve(known);
      this.history.push(text);
      return Promise.reject(conflict(known));
    }
    const saved: DraftView = {
      pieceKey,
      draftId: body.draftId,
      revision: body.baseRevision + 1,
      document: body.document,
      text,
      savedAt: new Date().toISOString(),
    };
    this.drafts.set(pieceKey, saved);
    return this.dropsAnswer ? Promise.reject(new OfflineError(null)) : Promise.resolve(saved);
  };
}

function refusal(code: 'DRAFT_CONFLICT' | 'PIECE_LOCKED' | 'UNAVAILABLE', details?: unknown): ApiError {
  const status = code === 'UNAVAILABLE' ? 503 : 409;
  return new ApiError({ code, status, message: 'no', correlationId: 'x', details });
}

function conflict(theirs: DraftView | undefined): ApiError {
  return refusal('DRAFT_CONFLICT', { theirs, mineVersionId: randomUUID() });
}

const piece = 'a1b2c3d4-0000-4000-8000-000000000001';
const owner = () => ({ institutionId: randomUUID(), personId: randomUUID() });

async function pass(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
}

describe('what is typed', () => {
  let server: DraftServer;
  let who: ReturnType<typeof owner>;
  const open: TextAutosave[] = [];

  const openAutosave = (subjectId = 'attempt') => {
    const autosave = new TextAutosave({
      subjectId,
      send: server.send,
      openStore: () => openDeviceStore(who),
    });
    open.push(autosave);
    return autosave;
  };
  const kept = async () => (await listTexts(await openDeviceStore(who))).map(plainText);

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    server = new DraftServer();
    who = owner();
  });
  afterEach(() => {
    for (const autosave of open.splice(0)) autosave.stop();
    jest.useRealTimers();
  });
  /** Lets IndexedDB answer all that it was asked, whatever the clock of the test says: it takes a turn for each step. */
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 200; turns += 1) await turn();
  };

  test('is sent 800 ms after the last key and not before', async () => {
    const autosave = openAutosave();
    await settle();

    autosave.write(piece, documentOf('One'));
    await pass(700);
    autosave.write(piece, documentOf('One word'));
    await pass(700);
    const early = server.received.length;
    await pass(150);
    await settle();

    expect(early).toBe(0);
    expect(server.drafts.get(piece)?.text).toBe('One word');
    expect(autosave.state().pieces.get(piece)?.state).toEqual({ kind: 'saved', copy: 'server' });
  });

  test('is sent within two seconds while somebody never pauses', async () => {
    const autosave = openAutosave();
    await settle();

    for (let key = 0; key < 7; key += 1) {
      autosave.write(piece, documentOf('x'.repeat(key + 1)));
      await pass(300);
      await settle();
    }

    expect(server.received.length).toBeGreaterThanOrEqual(1);
  });

  test('stands on the device while the server is away, and is gone from it once the server has it', async () => {
    const autosave = openAutosave();
    await settle();
    server.fault = new OfflineError(null);

    autosave.write(piece, documentOf('Written on the train'));
    await pass(900);
    await settle();
    const offline = await kept();
    server.fault = null;
    window.dispatchEvent(new Event('online'));
    await settle();

    expect(offline).toEqual(['Written on the train']);
    expect(server.drafts.get(piece)?.text).toBe('Written on the train');
    expect(await kept()).toEqual([]);
  });

  test('goes on after a reload from what the device kept', async () => {
    const before = openAutosave();
    await settle();
    server.fault = new OfflineError(null);
    before.write(piece, documentOf('Half a thought'));
    await pass(900);
    await settle();
    before.stop();
    server.fault = null;

    const after = openAutosave();
    await settle();

    expect(plainText(after.state().pieces.get(piece)?.document ?? documentOf(''))).toBe('Half a thought');
    expect(server.drafts.get(piece)?.text).toBe('Half a thought');
  });

  test('is not sent again for another attempt', async () => {
    const before = openAutosave('first');
    await settle();
    server.fault = new OfflineError(null);
    before.write(piece, documentOf('For the first'));
    await pass(900);
    await settle();
    before.stop();
    server.fault = null;

    const other = openAutosave('second');
    await settle();

    expect(other.state().pieces.size).toBe(0);
    expect(await kept()).toEqual(['For the first']);
  });

  test('of two windows is both kept, and the choice decides', async () => {
    const mine = openAutosave();
    await settle();
    await server.send(piece, { draftId: randomUUID(), baseRevision: 0, document: documentOf('Theirs') });

    mine.write(piece, documentOf('Mine'));
    await pass(900);
    await settle();
    const met = mine.state().pieces.get(piece);
    await mine.resolve(piece, 'mine');
    await settle();

    expect(met?.state).toMatchObject({ kind: 'conflict', copy: 'history', theirs: { text: 'Theirs' } });
    expect(plainText(met?.document ?? documentOf(''))).toBe('Mine');
    expect(server.history).toContain('Mine');
    expect(server.drafts.get(piece)?.text).toBe('Mine');
    expect(mine.state().pieces.get(piece)?.state.kind).toBe('saved');
  });

  test('gives way to the other text where that one is chosen', async () => {
    const mine = openAutosave();
    await settle();
    await server.send(piece, { draftId: randomUUID(), baseRevision: 0, document: documentOf('Theirs') });
    mine.write(piece, documentOf('Mine'));
    await pass(900);
    await settle();

    await mine.resolve(piece, 'theirs');

    const shown = mine.state().pieces.get(piece);
    expect(plainText(shown?.document ?? documentOf(''))).toBe('Theirs');
    expect(shown?.state.kind).toBe('saved');
    expect(await kept()).toEqual([]);
  });

  test('makes no conflict with its own save whose answer was lost', async () => {
    const autosave = openAutosave();
    await settle();
    server.dropsAnswer = true;
    autosave.write(piece, documentOf('First'));
    await pass(900);
    await settle();
    server.dropsAnswer = false;

    autosave.write(piece, documentOf('First and second'));
    await autosave.flush();
    await autosave.flush();

    expect(autosave.state().pieces.get(piece)?.state.kind).toBe('saved');
    expect(server.drafts.get(piece)?.text).toBe('First and second');
  });

  test('is tried again after a server fault, and says since when it fails', async () => {
    const autosave = openAutosave();
    await settle();
    server.fault = refusal('UNAVAILABLE');
    autosave.write(piece, documentOf('Text'));
    await pass(900);
    await settle();
    const failing = autosave.state().pieces.get(piece)?.state;
    server.fault = null;

    await pass(2500);
    await settle();

    expect(failing).toEqual({ kind: 'failing', since: expect.any(Date), copy: 'device' });
    expect(autosave.state().pieces.get(piece)?.state.kind).toBe('saved');
    expect(server.drafts.get(piece)?.text).toBe('Text');
  });

  test('stays in the editor where the piece was locked meanwhile', async () => {
    const autosave = openAutosave();
    await settle();
    server.fault = refusal('PIECE_LOCKED');

    autosave.write(piece, documentOf('Too late'));
    await pass(900);
    await settle();

    const shown = autosave.state().pieces.get(piece);
    expect(shown?.state).toEqual({ kind: 'refused', code: 'PIECE_LOCKED', copy: 'history' });
    expect(plainText(shown?.document ?? documentOf(''))).toBe('Too late');
    expect(autosave.unsentText()).toBe('Too late');
  });

  test('is not replaced by an older answer of the server', async () => {
    const autosave = openAutosave();
    await settle();
    autosave.write(piece, documentOf('New'));
    await autosave.flush();

    const old = { ...(server.drafts.get(piece) as DraftView), revision: 1, document: documentOf('Old') };
    autosave.load([old]);

    expect(plainText(autosave.state().pieces.get(piece)?.document ?? documentOf(''))).toBe('New');
  });
});
