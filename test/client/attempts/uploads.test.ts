import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import { UNDO_MS } from '../../../client/src/features/attempts/uploads/removals.ts';
import type { UploadManager } from '../../../client/src/features/attempts/uploads/uploadManager.ts';
import { encodeMetadata } from '../../../client/src/uploads/beginUpload.ts';
import { attemptId, idOf } from '../support/teacherWork.ts';
import { settle, upload, useFarEnds } from './uploadFarEnd.ts';

const passing = { message: '', correlationId: null, retryAfterSeconds: null };

describe('uploads', () => {
  const openFarEnd = useFarEnds();
  let far: ReturnType<typeof openFarEnd>;
  beforeEach(() => {
    far = openFarEnd();
  });

  test('go two at a time, and the next follows when one is there', async () => {
    far.manager.add([upload('one'), upload('two'), upload('three')]);
    await settle();
    const atFirst = far.phase('three');

    far.events('one').onDone();
    await settle();

    expect(atFirst).toBe('waiting');
    expect(far.phase('three')).toBe('sending');
    expect(far.begun).toEqual(['one', 'two', 'three']);
  });

  test('can be paused and go on with the same artifact', async () => {
    far.manager.add([upload('one')]);
    await settle();
    far.events('one').onProgress(4);

    far.manager.pause(far.idOf('one'));
    await settle();
    const paused = far.phase('one');
    far.manager.resume(far.idOf('one'));
    await settle();

    expect(paused).toBe('paused');
    expect(far.stopped).toEqual(['artifact-one']);
    expect(far.phase('one')).toBe('sending');
    expect(far.begun).toEqual(['one']);
  });

  test('are checked once all bytes are there, and leave the list when the page has them', async () => {
    far.state = 'checking';
    far.manager.add([upload('one')]);
    await settle();

    far.events('one').onDone();
    await settle();
    const checking = far.phase('one');
    far.state = 'ready';
    await jest.advanceTimersByTimeAsync(600);

    expect(checking).toBe('checking');
    expect(far.manager.state().items).toEqual([]);
    expect(far.refreshed).toBe(1);
  });

  test('whose check has to wait leave the list too: their row on the page says so', async () => {
    far.state = 'checking';
    far.notes = ['check_delayed'];
    far.manager.add([upload('one')]);
    await settle();

    far.events('one').onDone();
    await settle();

    expect(far.manager.state().items).toEqual([]);
    expect(far.refreshed).toBe(1);
  });

  test('that are cancelled come back within ten seconds', async () => {
    far.manager.add([upload('one')]);
    await settle();

    far.manager.cancel(far.idOf('one'));
    await jest.advanceTimersByTimeAsync(UNDO_MS - 100);
    far.manager.undoCancel(far.idOf('one'));
    await jest.advanceTimersByTimeAsync(UNDO_MS);

    expect(far.phase('one')).toBe('sending');
    expect(far.removed).toEqual([]);
  });

  test('that are cancelled are taken out at the server after ten seconds', async () => {
    far.manager.add([upload('one')]);
    await settle();

    far.manager.cancel(far.idOf('one'));
    await jest.advanceTimersByTimeAsync(UNDO_MS + 10);

    expect(far.removed).toEqual(['artifact-one']);
    expect(far.manager.state().items).toEqual([]);
  });

  test('say why the server does not take one, and let the next go', async () => {
    far.manager.add([upload('one'), upload('two'), upload('three')]);
    await settle();

    const problem = { code: 'ARTIFACT_REFUSED', message: 'This is a program, not a document.' };
    far.events('one').onFault({ kind: 'refused', problem });
    await settle();

    expect(far.manager.state().items.find(({ name }) => name === 'one')?.problem).toEqual(problem);
    expect(far.phase('three')).toBe('sending');
  });

  test('that can’t even begin say the server’s reason', async () => {
    far.refuses = new ApiError({
      code: 'ARTIFACT_TOO_LARGE',
      status: 413,
      message: 'This file is larger than 2 GB.',
      correlationId: null,
    });

    far.manager.add([upload('one')]);
    await settle();

    expect(far.phase('one')).toBe('refused');
    expect(far.manager.state().items[0]?.problem?.message).toBe('This file is larger than 2 GB.');
  });

  test('go on by themselves when the connection is back', async () => {
    far.manager.add([upload('one')]);
    await settle();
    far.events('one').onFault({ kind: 'broken' });
    const broken = far.phase('one');

    window.dispatchEvent(new Event('online'));
    await settle();

    expect(broken).toBe('broken');
    expect(far.phase('one')).toBe('sending');
  });

  test.each([
    ['a server that is busy for a moment', new ApiError({ ...passing, status: 503, code: 'UNAVAILABLE' })],
    ['an error of the server', new ApiError({ ...passing, status: 500, code: 'INTERNAL' })],
    ['a connection that broke off', new OfflineError(null)],
  ])(
    'that could not begin because of %s are tried again by themselves, later each time',
    async (_, fault) => {
      far.refuses = fault;
      far.manager.add([upload('one')]);
      await settle();
      const first = far.phase('one');
      await jest.advanceTimersByTimeAsync(2_000 + 5_000);
      const third = far.phase('one');

      far.refuses = null;
      await jest.advanceTimersByTimeAsync(9_900);
      const before = far.phase('one');
      await jest.advanceTimersByTimeAsync(200);

      expect([first, third, before]).toEqual(['broken', 'broken', 'broken']);
      expect(far.phase('one')).toBe('sending');
      expect(far.begun).toEqual(['one']);
    },
  );

  test('that broke off and were paused or taken out meanwhile are not tried again', async () => {
    far.manager.add([upload('one'), upload('two')]);
    await settle();
    for (const name of ['one', 'two']) far.events(name).onFault({ kind: 'broken' });
    far.manager.pause(far.idOf('one'));
    far.manager.cancel(far.idOf('two'));

    await jest.advanceTimersByTimeAsync(5_000);
    const meanwhile = [far.phase('one'), far.phase('two')];
    far.manager.undoCancel(far.idOf('two'));
    await settle();

    expect(meanwhile).toEqual(['paused', 'removing']);
    expect(far.phase('two')).toBe('sending');
  });

  test('of an earlier visit go on at the same artifact', async () => {
    far.manager.goOnWith({ id: 'artifact-old', clientId: idOf(9) }, upload('old'));
    await settle();

    expect(far.begun).toEqual([]);
    expect([...far.running.keys()]).toEqual(['artifact-old']);
  });

  test('that are stopped before they have begun are taken out once the server has them', async () => {
    let begin = (): void => undefined;
    far.slowly = new Promise((go) => (begin = go));
    far.manager.add([upload('one')]);
    far.manager.cancel(far.idOf('one'));
    await jest.advanceTimersByTimeAsync(UNDO_MS + 10);
    const early = [...far.removed];

    begin();
    await settle();

    expect(early).toEqual([]);
    expect(far.removed).toEqual(['artifact-one']);
    expect([...far.running.keys()]).toEqual([]);
    expect(far.manager.state().items).toEqual([]);
  });

  test.each<[string, (manager: UploadManager, id: string) => void]>([
    ['stopped and undone', (manager, id) => (manager.cancel(id), manager.undoCancel(id))],
    ['paused and continued', (manager, id) => (manager.pause(id), manager.resume(id))],
  ])('that are %s before they have begun are sent once', async (_, act) => {
    let begin = (): void => undefined;
    far.slowly = new Promise((go) => (begin = go));
    far.manager.add([upload('one')]);
    act(far.manager, far.idOf('one'));

    begin();
    await settle();
    const sent = far.transfers;
    far.manager.pause(far.idOf('one'));
    await settle();

    expect(far.begun).toEqual(['one']);
    expect(sent).toEqual(['artifact-one']);
    expect([...far.running.keys()]).toEqual([]);
  });
});

test('names with any letters travel in the upload’s metadata', () => {
  const metadata = encodeMetadata({
    attemptId,
    filename: 'Übung „Brüche“ 数学.pdf',
    clientId: idOf(7),
    criteria: '',
  });

  const name = /filename ([^,]+)/.exec(metadata)?.[1] ?? '';

  expect(Buffer.from(name, 'base64').toString('utf8')).toBe('Übung „Brüche“ 数学.pdf');
});
