import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import { ReviewAutosave } from '../../../client/src/features/reviews/reviewAutosave.ts';
import type { ReviewDraft } from '../../../client/src/features/reviews/reviewModel.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { listUnsent } from '../../../client/src/storage/listUnsent.ts';
import { reviewId, startedPage } from './reviewWork.ts';

type Save = ReviewDraft & { baseRevision: number };

/** The server's side of a review that was started. */
class ReviewServer {
  revision = startedPage().draft.revision;
  draft: ReviewDraft = startedPage().draft;
  /** Takes the words and loses the answer, or does not even get them. */
  fault: 'answer lost' | 'away' | null = null;

  save = ({ baseRevision, judgements, summary }: Save) => {
    if (this.fault === 'away') return Promise.reject(new OfflineError(null));
    if (baseRevision !== this.revision) {
      const details = { theirs: { revision: this.revision, ...this.draft } };
      return Promise.reject(
        new ApiError({ code: 'DRAFT_CONFLICT', status: 409, message: 'no', correlationId: 'x', details }),
      );
    }
    this.revision += 1;
    this.draft = { judgements, summary };
    return this.fault === 'answer lost'
      ? Promise.reject(new OfflineError(null))
      : Promise.resolve({ revision: this.revision, savedAt: new Date().toISOString() });
  };
}

const TOO_LONG = 'x'.repeat(4_001);
const autosaves: ReviewAutosave[] = [];

/** Windows of one reviewer at one review, on one device. */
function windowsAt(server: ReviewServer) {
  const owner = { institutionId: randomUUID(), personId: randomUUID() };
  const open = () => {
    const { judgements, summary } = server.draft;
    const draft = { revision: server.revision, judgements: [...judgements], summary, savedAt: null };
    const autosave = new ReviewAutosave(
      {
        reviewId,
        start: () => Promise.resolve(startedPage()),
        save: server.save,
        openStore: () => openDeviceStore(owner),
      },
      startedPage({ draft }),
    );
    autosaves.push(autosave);
    return autosave;
  };
  /** Summaries that wait on the device. */
  const onDevice = async () => {
    const entries = await listUnsent(await openDeviceStore(owner));
    return entries.map(({ value }) => (value as ReviewDraft).summary);
  };
  return { open, onDevice };
}

/** Lets time pass, with turns for the device's store in between. */
async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 100) {
    await jest.advanceTimersByTimeAsync(100);
    await turn();
  }
}
const settle = () => pass(5_000);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
});
afterEach(() => {
  for (const autosave of autosaves.splice(0)) autosave.stop();
  jest.useRealTimers();
});

describe('words of a review in one window', () => {
  test('that the server refuses stay on the device, whatever another window saves', async () => {
    const { open, onDevice } = windowsAt(new ReviewServer());
    const [one, other] = [open(), open()];
    await settle();

    one.summarise(TOO_LONG);
    await settle();
    other.summarise('Short.');
    await settle();

    expect(one.texts()).toMatchObject([{ kind: 'refused', copy: 'device' }]);
    expect(other.texts()).toMatchObject([{ kind: 'saved' }]);
    expect(await onDevice()).toEqual([TOO_LONG]);
  });

  test('typed in a conflict stay on the device while another window goes on', async () => {
    const { open, onDevice } = windowsAt(new ReviewServer());
    const [one, other] = [open(), open()];
    await settle();
    other.summarise('Theirs.');
    await settle();

    one.summarise('Mine.');
    await settle();
    one.summarise('Mine, and more.');
    other.summarise('Theirs, and more.');
    await settle();

    expect(one.texts()).toMatchObject([{ kind: 'conflict', copy: 'device' }]);
    expect(await onDevice()).toEqual(['Mine, and more.']);
  });

  test('are no conflict with what was sent before, of which only the answer was lost', async () => {
    const server = new ReviewServer();
    const { open, onDevice } = windowsAt(server);
    const one = open();
    await settle();

    server.fault = 'answer lost';
    one.summarise('First.');
    await pass(1_000);
    server.fault = null;
    one.summarise('First, and second.');
    await pass(60_000);

    expect(one.state().phase).toEqual({ kind: 'saved' });
    expect(server.draft.summary).toBe('First, and second.');
    expect(await onDevice()).toEqual([]);
  });

  test('do not replace what an earlier page left, though they come before it was read', async () => {
    const server = new ReviewServer();
    const { open, onDevice } = windowsAt(server);
    server.fault = 'away';
    const earlier = open();
    await settle();
    earlier.summarise('Left.');
    await settle();
    earlier.stop();

    const later = open();
    later.summarise('Typed at once.');
    await settle();

    expect((await onDevice()).sort()).toEqual(['Left.', 'Typed at once.']);
  });

  test('that go on from what earlier pages left take it along', async () => {
    const server = new ReviewServer();
    const { open, onDevice } = windowsAt(server);
    server.fault = 'away';
    for (const words of ['One.', 'One. Two.', 'One. Two. Three.']) {
      const page = open();
      await settle();
      page.summarise(words);
      await settle();
      page.stop();
    }

    server.fault = null;
    const last = open();
    await pass(60_000);

    expect(last.state().draft.summary).toBe('One. Two. Three.');
    expect(server.draft.summary).toBe('One. Two. Three.');
    expect(await onDevice()).toEqual([]);
  });

  test('stay where they are when the review is decided in another one', async () => {
    const { open, onDevice } = windowsAt(new ReviewServer());
    const [one, other] = [open(), open()];
    await settle();
    one.summarise(TOO_LONG);
    other.summarise('Decided.');
    await settle();

    await other.decided();

    expect(await onDevice()).toEqual([TOO_LONG]);
  });
});
