import { describe, expect, it } from '@jest/globals';
import { STATUS_BY_CODE, type ErrorCode } from '../../../contract/errors.ts';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import type { Environment } from '../../../client/src/autosave/environment.ts';
import {
  LessonNotes,
  type NotesServer,
} from '../../../client/src/features/observations/notes/lessonNotes.ts';
import { NotesDevice } from '../../../client/src/features/observations/notes/notesDevice.ts';
import { NotesSync } from '../../../client/src/features/observations/notes/notesSync.ts';
import { DeviceStore } from '../../../client/src/storage/deviceStore.ts';

/** Time that is moved by hand, and a network that comes back. */
class Surroundings implements Environment {
  readonly waiting = new Map<() => void, number>();
  readonly #back = new Set<() => void>();

  now = () => new Date(0);
  after = (milliseconds: number, call: () => void) => {
    this.waiting.set(call, milliseconds);
    return () => void this.waiting.delete(call);
  };
  onReturn = (call: () => void) => {
    this.#back.add(call);
    return () => void this.#back.delete(call);
  };

  /** How long until something happens by itself; null: nothing will. */
  get next(): number | null {
    return [...this.waiting.values()][0] ?? null;
  }

  async pass(): Promise<void> {
    for (const call of [...this.waiting.keys()]) {
      this.waiting.delete(call);
      call();
    }
    await settled();
  }

  async comeBack(): Promise<void> {
    for (const call of this.#back) call();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

class Server implements NotesServer {
  mood: ErrorCode | 'offline' | 'ok' = 'ok';
  lines = 0;

  begin = () => this.#answer(undefined);
  add = async (edits: readonly unknown[]) => {
    const answer = await this.#answer({ n: 1 });
    this.lines += edits.length;
    return answer;
  };
  after = (n: number) => this.#answer({ edits: [], n, more: false, elapsedMs: null });

  #answer<T>(answer: T): Promise<T> {
    if (this.mood === 'ok') return Promise.resolve(answer);
    if (this.mood === 'offline') return Promise.reject(new OfflineError(null));
    const facts = { code: this.mood, status: STATUS_BY_CODE[this.mood], message: 'no', correlationId: null };
    return Promise.reject(new ApiError(facts));
  }
}

async function aLesson() {
  const [server, around] = [new Server(), new Surroundings()];
  const clocks = { monotonic: () => 0, wall: () => 0 };
  const device = new NotesDevice(new DeviceStore(null), 'o-1');
  const notes = await LessonNotes.open({ device, server, clocks });
  const sync = new NotesSync(notes, around);
  const write = () =>
    notes.write(crypto.randomUUID(), {
      text: 'She waited.',
      stamp: { elapsedMs: 0, isEstimated: false },
      itemKeys: [],
      isInterpretation: false,
      isMarked: false,
    });
  return { server, around, notes, sync, write };
}

describe('notes that were written', () => {
  it('are sent together soon afterwards, without anybody asking', async () => {
    const { server, around, sync, write } = await aLesson();
    await write();
    await write();
    const before = [server.lines, around.next];

    await around.pass();

    expect(before).toEqual([0, 2_000]);
    expect([server.lines, sync.state()]).toEqual([2, { kind: 'synced' }]);
    expect(around.next).toBeNull();
  });

  it('wait longer each time without a network, a minute at most, and go when it is back', async () => {
    const { server, around, sync, write, notes } = await aLesson();
    server.mood = 'offline';
    await write();
    const waits: (number | null)[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await around.pass();
      waits.push(around.next);
    }
    const offline = [sync.state(), notes.unsent];
    server.mood = 'ok';

    await around.comeBack();

    expect(waits).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(offline).toEqual([{ kind: 'waiting' }, 1]);
    expect([sync.state(), server.lines]).toEqual([{ kind: 'synced' }, 1]);
  });

  it('stay until somebody has come back through the LMS', async () => {
    const { server, around, sync, write, notes } = await aLesson();
    server.mood = 'SESSION_OVER';
    await write();
    await around.pass();
    const over = [sync.state(), around.next, notes.unsent];
    server.mood = 'ok';

    await sync.run();

    expect(over).toEqual([{ kind: 'signedOut' }, null, 1]);
    expect(server.lines).toBe(1);
  });

  it('stay on the device where the server does not take them, and it says why', async () => {
    const { server, around, sync, write, notes } = await aLesson();
    server.mood = 'CONSENT_WITHDRAWN';
    await write();

    await around.pass();
    await write();

    expect(sync.state()).toEqual({ kind: 'refused', code: 'CONSENT_WITHDRAWN' });
    expect([around.next, notes.unsent]).toEqual([null, 2]);
  });

  it('are not sent any more by a page that was left', async () => {
    const { server, around, sync, write } = await aLesson();
    let told = 0;
    sync.subscribe(() => (told += 1));
    await write();

    sync.stop();
    await around.pass();
    await around.comeBack();

    expect([server.lines, told]).toEqual([0, 0]);
  });
});
