import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NoteEdits, NOTE_EDITS_MAX, NOTE_TOTAL_MAX } from '../../../contract/observationNotes.ts';
import { observationEndpoints } from '../../../contract/observations.ts';
import { DeviceStore } from '../../../client/src/storage/deviceStore.ts';
import type { Disk, KeptEntry } from '../../../client/src/storage/kept.ts';
import { ObservationNotesModel } from '../../../server/features/observations/sealed.model.ts';
import { useApp } from '../../support/app.ts';
import { useCommandLog } from '../../support/commandLog.ts';
import { LESSON_DEVICES, lessonStep, LessonScript, toTexts } from '../../support/lessonScript.ts';
import { aNote, requestVisit, toBatches } from '../../support/observations.ts';

const world = useApp();
const commands = useCommandLog();

/** A computer whose disk outlives its pages. */
function aComputer(): () => Promise<DeviceStore> {
  const entries = new Map<string, KeptEntry>();
  const putAll = (all: readonly KeptEntry[]) => {
    for (const entry of all) entries.set(entry.id, structuredClone(entry));
    return Promise.resolve();
  };
  const disk: Disk = {
    put: (entry) => putAll([entry]),
    putAll,
    get: (id) => Promise.resolve(entries.get(id)),
    list: (kind) => Promise.resolve([...entries.values()].filter((entry) => entry.kind === kind)),
    remove: (id) => Promise.resolve(void entries.delete(id)),
    clear: () => Promise.resolve(entries.clear()),
  };
  return () => Promise.resolve(new DeviceStore(disk));
}

const aLesson = async () => (await requestVisit(world)).reach('observing');

describe('notes from several devices', () => {
  it('are those of the script, none lost and none twice, whatever becomes of pages and requests', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(lessonStep, { minLength: 10, maxLength: 25 }), async (steps) => {
        const lesson = await (await requestVisit(world)).reach('scheduled');
        const each = Array.from({ length: LESSON_DEVICES });
        const server = lesson.asServer();
        const script = new LessonScript(
          lesson.id,
          each.map(() => server),
          each.map(aComputer),
        );

        await script.play(steps);

        const stored = new NoteEdits();
        for (let n = 0, more = true; more;) {
          const reply = await server.after(n);
          for (const edit of reply.edits) stored.add(edit);
          ({ n, more } = reply);
        }
        for (const lines of [...script.shown(), stored.lines()])
          expect(toTexts(lines)).toEqual(script.expected());
        expect(script.unsent).toBe(0);
      }),
      { numRuns: 8, seed: 20261128 },
    );
  });

  it('that arrive at the same moment are all there, numbered without a gap', async () => {
    const visit = await aLesson();
    const batches = Array.from({ length: 12 }, (_, at) => [aNote(`line ${at}`, at)]);

    const replies = await Promise.all(batches.map((edits) => visit.add(edits)));

    const numbers = replies.map(({ body }) => body.n).sort((a, b) => a - b);
    expect(numbers).toEqual(batches.map((_, at) => at + 1));
  });

  it('are one batch however often and however many at a time the same request arrives', async () => {
    const visit = await aLesson();
    const edits = [aNote('one'), aNote('two')];

    const replies = await Promise.all(Array.from({ length: 6 }, () => visit.add(edits)));
    const later = await visit.add(edits);

    expect([...replies, later].map(({ body }) => body.n)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(
      await ObservationNotesModel.countDocuments({
        institutionId: world.institutionId,
        observationId: visit.id,
      }),
    ).toBe(1);
  });
});

describe('2,000 lines made offline', () => {
  it('go in four requests of two commands each, and are read again in few', async () => {
    const visit = await aLesson();
    const batches = toBatches(Array.from({ length: 2000 }, (_, at) => aNote(`line ${at}`, at)));

    const replies = [];
    for (const edits of batches) replies.push(await visit.add(edits));
    const { body } = await visit.observer.call(observationEndpoints.notesAfter, {
      params: { ...visit.params, after: '0' },
    });

    expect(batches.length).toBeLessThanOrEqual(5);
    expect(replies.map((reply) => commands.namesOf(reply))).toEqual(
      batches.map(() => ['aggregate', 'insert']),
    );
    expect(body).toMatchObject({ n: 4, more: false });
    expect(new NoteEdits(body.edits).lines()).toHaveLength(2000);
  });

  it('are refused beyond what a lesson may have, and as one request', async () => {
    const visit = await aLesson();
    await visit.add([aNote('first')]);
    await ObservationNotesModel.updateOne(
      { institutionId: world.institutionId, observationId: visit.id },
      { $set: { total: NOTE_TOTAL_MAX } },
    );

    const more = await visit.add([aNote('one more')]);
    const tooMany = await visit.add(Array.from({ length: NOTE_EDITS_MAX + 1 }, () => aNote('x')));

    expect(more).toMatchObject({ status: 413, error: { code: 'NOTES_FULL' } });
    expect(tooMany).toMatchObject({ status: 400, error: { code: 'VALIDATION_FAILED' } });
  });
});

describe('the time of a lesson', () => {
  it('began when the device says, however long the way to the server was', async () => {
    const visit = await (await requestVisit(world)).reach('scheduled');
    await visit.take(visit.observer, { action: 'begin', elapsedMs: 600_000 });

    const { elapsedMs } = await visit.asServer().after(0);

    expect(elapsedMs).toBeGreaterThanOrEqual(600_000);
  });
});
