import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import { UNDO_MS } from '../../../client/src/features/attempts/uploads/removals.ts';
import { settle, upload, useFarEnds } from './uploadFarEnd.ts';

describe('removals', () => {
  const openFarEnd = useFarEnds();
  let far: ReturnType<typeof openFarEnd>;
  beforeEach(() => {
    far = openFarEnd();
  });

  test('what is taken out of the list can come back, and goes for good after ten seconds', async () => {
    const gone: string[] = [];
    const remove = (id: string) => () => {
      gone.push(id);
      return Promise.resolve();
    };
    far.manager.takeOut({ id: 'kept', name: 'Kept' }, remove('kept'));
    far.manager.takeOut({ id: 'gone', name: 'Gone' }, remove('gone'));

    far.manager.undoTakeOut('kept');
    await jest.advanceTimersByTimeAsync(UNDO_MS + 10);

    expect(gone).toEqual(['gone']);
    expect(far.manager.state().removals).toEqual([]);
  });

  test('what is taken out goes at once when the page goes away within the ten seconds', async () => {
    const left: boolean[] = [];
    const remove = (leaving: boolean) => Promise.resolve(left.push(leaving));
    far.manager.takeOut({ id: 'piece', name: 'Piece' }, remove);
    far.manager.add([upload('one')]);
    await settle();
    far.manager.cancel(far.manager.state().items[0]?.clientId ?? '');

    window.dispatchEvent(new Event('pagehide'));
    await settle();

    expect(left).toEqual([true]);
    expect(far.removed).toEqual(['artifact-one']);
    await jest.advanceTimersByTimeAsync(UNDO_MS + 10);
    expect(left).toHaveLength(1);
  });

  describe('what was being taken out when the page was left', () => {
    const piece = (id: string, clientId: string | null = null) => ({ id, clientId, name: id });
    const nowhere = () => Promise.reject(new OfflineError(null));

    /** Takes out a piece, an upload and one that has not begun, and leaves. @returns what the next page finds noted */
    async function leave(): Promise<{ noted: readonly string[]; unbegun: string }> {
      far.manager.takeOut({ id: 'piece', name: 'Piece' }, nowhere);
      far.manager.add([upload('one')]);
      await settle();
      far.slowly = new Promise(() => undefined);
      far.manager.add([upload('two')]);
      const unbegun = far.idOf('two');
      far.manager.cancel(far.idOf('one'));
      far.manager.cancel(unbegun);
      window.dispatchEvent(new Event('pagehide'));
      await settle();
      far.manager.stop();
      return { noted: far.left, unbegun };
    }

    test('is not shown by the next page, and taken out again: its request may still be on the way, or lost', async () => {
      const { noted, unbegun } = await leave();
      far = openFarEnd(noted);
      const shown = far.manager.state();
      const removed: string[] = [];
      const remove = ({ id }: { id: string }) => Promise.resolve(removed.push(id));

      far.manager.completeLeft([piece('piece'), piece('other'), piece('artifact-two', unbegun)], remove);
      const meanwhile = far.manager.state();
      await settle();

      expect(shown.left).toEqual(['piece', 'artifact-one', unbegun]);
      expect(removed).toEqual(['piece', 'artifact-two']);
      expect(meanwhile).toMatchObject({
        removals: [],
        left: expect.arrayContaining(['piece', 'artifact-two']),
      });
      expect(far.manager.state()).toMatchObject({ removals: [], left: ['artifact-one'], stayed: [] });
    });

    test('is shown where the server refuses, and waits where it can’t be reached', async () => {
      far = openFarEnd(['locked', 'far']);
      const refused = new ApiError({
        code: 'PIECE_LOCKED',
        status: 409,
        message: 'This file was just submitted and stays as it is.',
        correlationId: null,
      });

      far.manager.completeLeft([piece('locked'), piece('far')], ({ id }) =>
        id === 'locked' ? Promise.reject(refused) : nowhere(),
      );
      await settle();

      const removals = [{ id: 'far', name: 'far', waiting: true }];
      expect(far.manager.state()).toEqual({ items: [], removals, left: [], stayed: ['locked'] });
    });

    test('is noted anew when the next page is left too early', async () => {
      const { noted } = await leave();
      far = openFarEnd(noted);

      window.dispatchEvent(new Event('pagehide'));

      expect(far.left).toEqual(noted);
    });

    test('is no longer noted once the same page is shown again: what is undone there stays', async () => {
      far.manager.takeOut({ id: 'piece', name: 'Piece' }, nowhere);
      window.dispatchEvent(new Event('pagehide'));
      await settle();

      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      far.manager.undoTakeOut('piece');

      expect(far.left).toEqual([]);
      expect(far.manager.state()).toMatchObject({ removals: [], left: [] });
    });
  });

  test('what could not be taken out for want of a network goes by itself later, and before a submit', async () => {
    let reachable = false;
    const tries: boolean[] = [];
    const remove = () => {
      tries.push(reachable);
      return reachable ? Promise.resolve() : Promise.reject(new OfflineError(null));
    };
    far.manager.takeOut({ id: 'piece', name: 'Piece' }, remove);

    await jest.advanceTimersByTimeAsync(UNDO_MS + 10);
    const waiting = far.manager.state();
    const settledOffline = await far.manager.settle();
    reachable = true;
    const settled = await far.manager.settle();

    expect(waiting).toMatchObject({ removals: [{ id: 'piece', waiting: true }], stayed: [] });
    expect([settledOffline, settled]).toEqual([false, true]);
    expect(tries).toEqual([false, false, true]);
    expect(far.manager.state()).toMatchObject({ removals: [], stayed: [] });
  });

  test('what could not be taken out is still there, and said so', async () => {
    far.manager.takeOut({ id: 'piece', name: 'Piece' }, () => Promise.reject(new Error('no network')));

    await jest.advanceTimersByTimeAsync(UNDO_MS + 10);

    expect(far.manager.state()).toMatchObject({ removals: [], stayed: ['piece'] });
  });
});
