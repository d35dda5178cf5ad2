import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTE_EDITS_MAX, type NoteEdit } from '../../../contract/observationNotes.ts';
import {
  LessonNotes,
  type NotesServer,
} from '../../../client/src/features/observations/notes/lessonNotes.ts';
import { NotesDevice } from '../../../client/src/features/observations/notes/notesDevice.ts';
import { DeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { openDexieDisk } from '../../../client/src/storage/dexieDisk.ts';
import { lessonStep, LessonScript, toTexts, LESSON_DEVICES } from '../../support/lessonScript.ts';

/** The server's side in little: numbered batches, one for the same edits. */
class Batches implements NotesServer {
  readonly batches: NoteEdit[][] = [];
  begun: number | null = null;
  added = 0;

  begin(elapsedMs: number): Promise<void> {
    this.begun ??= elapsedMs;
    return Promise.resolve();
  }

  add(edits: readonly NoteEdit[]): Promise<{ n: number }> {
    this.added += 1;
    const same = this.batches.findIndex((batch) => JSON.stringify(batch) === JSON.stringify(edits));
    if (same >= 0) return Promise.resolve({ n: same + 1 });
    this.batches.push(structuredClone([...edits]));
    return Promise.resolve({ n: this.batches.length });
  }

  after(n: number) {
    // one at a time, so that there is always more to ask for
    const edits = this.batches[n] ?? [];
    const until = Math.min(n + 1, this.batches.length);
    return Promise.resolve({ edits, n: until, more: until < this.batches.length, elapsedMs: this.begun });
  }
}

let computers = 0;
/** A computer with a real IndexedDB of its own: each page opens it anew. */
function aComputer(): () => Promise<DeviceStore> {
  computers += 1;
  const owner = { institutionId: 'i-1', personId: `computer-${computers}` };
  return async () => new DeviceStore(await openDexieDisk(owner));
}

const aValue = (text: string) => ({
  text,
  stamp: { elapsedMs: 0, isEstimated: false },
  itemKeys: [],
  isInterpretation: false,
  isMarked: false,
});
const clocks = { monotonic: () => 0, wall: () => 0 };

describe('notes of a lesson', () => {
  it('are those of the script on every device, none lost and none twice, whatever becomes of pages and requests', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(lessonStep, { maxLength: 30 }), async (steps) => {
        const server = new Batches();
        const each = Array.from({ length: LESSON_DEVICES });
        const script = new LessonScript(
          'o-1',
          each.map(() => server),
          each.map(aComputer),
        );

        await script.play(steps);

        for (const lines of script.shown()) expect(toTexts(lines)).toEqual(script.expected());
        expect(script.unsent).toBe(0);
      }),
      { numRuns: 150, seed: 20261128 },
    );
  });

  it('that were made offline are still there after a reload, and go in as few requests as the server takes', async () => {
    const [computer, server] = [aComputer(), new Batches()];
    const open = async () =>
      LessonNotes.open({ device: new NotesDevice(await computer(), 'o-1'), server, clocks });
    const offline = await open();
    await offline.begin();
    for (let line = 0; line < 2 * NOTE_EDITS_MAX; line += 1)
      await offline.write(crypto.randomUUID(), aValue(`line ${line}`));

    const later = await open();
    const found = [later.unsent, later.lines().length, later.kept()];
    await later.sync();

    expect(found).toEqual([1000, 1000, 'device']);
    expect([later.unsent, server.added, (await open()).unsent]).toEqual([0, 2, 0]);
    expect((await open()).lines()).toHaveLength(1000);
  });

  it('of different lessons are apart', async () => {
    const [computer, server] = [aComputer(), new Batches()];
    const open = async (id: string) =>
      LessonNotes.open({ device: new NotesDevice(await computer(), id), server, clocks });
    await (await open('o-1')).write(crypto.randomUUID(), aValue('first lesson'));

    const other = await open('o-2');

    expect([other.unsent, other.lines()]).toEqual([0, []]);
  });

  it('tell whoever shows them that they changed', async () => {
    const server = new Batches();
    const notes = await LessonNotes.open({
      device: new NotesDevice(await aComputer()(), 'o-1'),
      server,
      clocks,
    });
    const seen: number[] = [];
    const stop = notes.subscribe(() => seen.push(notes.unsent));

    await notes.write(crypto.randomUUID(), aValue('one'));
    await notes.sync();
    stop();
    await notes.write(crypto.randomUUID(), aValue('two'));

    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(0);
  });

  it('are sent in smaller parts if they are long', async () => {
    const server = new Batches();
    const notes = await LessonNotes.open({
      device: new NotesDevice(await aComputer()(), 'o-1'),
      server,
      clocks,
    });
    for (let line = 0; line < 300; line += 1)
      await notes.write(crypto.randomUUID(), aValue('ü'.repeat(2000)));

    await notes.sync();

    expect(notes.unsent).toBe(0);
    expect(Math.max(...server.batches.map((batch) => JSON.stringify(batch).length * 2))).toBeLessThan(
      2 ** 21,
    );
    expect(server.batches.length).toBe(2);
  });
});
