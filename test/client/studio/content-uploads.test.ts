import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@testing-library/react';
import { ApiError } from '../../../client/src/api/errors.ts';
import { FarEnd, PLACE, plan, ready } from './farEnd.ts';

let far = new FarEnd();
afterEach(() => {
  far.uploads.stop();
  far = new FarEnd();
});

describe('a file for content', () => {
  it('is ready once it has arrived and was checked', async () => {
    const transfer = await far.start();
    transfer.onProgress(4);
    const sending = far.item;

    transfer.onDone();

    expect(sending).toMatchObject({ phase: 'sending', sent: 4, size: plan.size });
    await waitFor(() => expect(far.item).toMatchObject({ phase: 'ready', upload: ready }));
  });

  it('goes on under the same id after the connection broke', async () => {
    const transfer = await far.start();
    transfer.onFault({ kind: 'broken' });
    const broken = far.item?.phase;

    window.dispatchEvent(new Event('online'));

    await waitFor(() => expect(far.transfers).toHaveLength(2));
    expect(broken).toBe('broken');
    expect(far.item?.phase).toBe('sending');
    expect(far.begun).toHaveLength(1);
  });

  it('is removed at the server if it is cancelled on its way, and what it still reports is not heard', async () => {
    const transfer = await far.start();
    await waitFor(() => expect(far.item?.phase).toBe('sending'));

    far.uploads.cancel(PLACE);
    transfer.onDone();

    await waitFor(() => expect(far.removed).toEqual(['u1']));
    expect(far.item).toBeUndefined();
  });

  it('says why the server refuses it, before and after it was sent', async () => {
    const message = 'This is a program, not a document.';
    far.shown = { ...ready, state: 'refused', sha256: null, refusal: { code: 'program', message } };
    const transfer = await far.start();

    transfer.onDone();

    await waitFor(() => expect(far.item).toMatchObject({ phase: 'refused', problem: { message } }));
  });

  it('says that the role was lost if the server does', async () => {
    far.fault = new ApiError({
      code: 'FORBIDDEN',
      status: 403,
      message: 'Only course designers can add files to content.',
      correlationId: null,
    });

    far.uploads.start(PLACE, plan);

    await waitFor(() => expect(far.item).toMatchObject({ phase: 'refused', problem: { code: 'FORBIDDEN' } }));
  });
});
