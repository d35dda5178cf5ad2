import { describe, expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { z } from 'zod';
import { createApi } from '../../../client/src/api/createApi.ts';
import { createQueryClient, useLoad, useSend } from '../../../client/src/api/queries.ts';
import { SessionHolder } from '../../../client/src/api/session.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { endpoint } from '../../../contract/endpoint.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { renderPart } from '../gallery/renderPart.tsx';
import { key, session as info } from '../gallery/samples.ts';
import { pathOf } from '../gallery/pathOf.ts';

const count = endpoint({
  method: 'get',
  path: '/count',
  summary: 'Count',
  who: ['anyone'],
  reply: z.strictObject({ n: z.number() }),
});
const add = endpoint({
  method: 'post',
  repeats: 'found',
  path: '/add',
  summary: 'Add',
  who: ['anyone'],
  body: z.strictObject({ by: z.number() }),
  reply: z.strictObject({ n: z.number() }),
});

/** A counter that fails as often as told; remembers the keys of what it was sent. */
function counter() {
  const keys: (string | null)[] = [];
  let n = 0;
  let failures = 0;
  let failure = (): Promise<Response> => Promise.reject(new TypeError('gone'));
  const fetcher: typeof fetch = (input, init) => {
    const path = pathOf(input).replace('/api/v1', '');
    if (init?.method === 'POST') keys.push(new Headers(init.headers).get('idempotency-key'));
    if (failures > 0) {
      failures -= 1;
      return failure();
    }
    if (path === '/add') n += 1;
    return Promise.resolve(new Response(JSON.stringify(path === '/session' ? { done: true } : { n })));
  };
  const cache = createQueryClient();
  const holder = new SessionHolder({ fetch: fetcher, store: openTextStore('sessionStorage') });
  holder.grant({ key, bearer: `wm.${'b'.repeat(22)}.${'b'.repeat(43)}` });
  const api = createApi({ fetch: fetcher, session: holder, cache });
  const fail = (times: number, how = failure): void => {
    failures = times;
    failure = how;
  };
  return { api, cache, keys, fail };
}

function Counter() {
  const now = useLoad(count, {});
  const adding = useSend(add, { refreshes: [count] });
  return (
    <>
      <output>{now.data?.n}</output>
      <button type="button" onClick={() => adding.send({ body: { by: 1 } })}>
        {'add'}
      </button>
      <p>{adding.error ? 'failed' : ''}</p>
    </>
  );
}

describe('reading and sending', () => {
  it('reads anew what a send has made stale', async () => {
    const { api, cache } = counter();
    const { user } = await renderPart(<Counter />, { api, cache });
    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('0'));

    await user.click(screen.getByRole('button', { name: 'add' }));

    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('1'));
  });

  it('tries again with the same Idempotency-Key when no answer came', async () => {
    const { api, cache, keys, fail } = counter();
    const { user } = await renderPart(<Counter />, { api, cache });
    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('0'));

    fail(1);
    await user.click(screen.getByRole('button', { name: 'add' }));

    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('1'));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('waits as long as it is told to for the same action that is at work, longer than for other faults', async () => {
    const { api, cache, keys, fail } = counter();
    const { user } = await renderPart(<Counter />, { api, cache });
    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('0'));
    const body = { code: 'IDEMPOTENCY_IN_PROGRESS', message: 'Wait.', correlationId: 'c-1' };
    const headers = { 'retry-after': '0', 'content-type': 'application/json' };

    fail(4, () => Promise.resolve(new Response(JSON.stringify(body), { status: 409, headers })));
    await user.click(screen.getByRole('button', { name: 'add' }));

    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('1'));
    expect(keys).toHaveLength(5);
    expect(new Set(keys).size).toBe(1);
  });

  it('keeps the key when the person presses again after all retries failed', async () => {
    const { api, cache, keys, fail } = counter();
    const { user } = await renderPart(<Counter />, { api, cache });
    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('0'));
    fail(3);
    await user.click(screen.getByRole('button', { name: 'add' }));
    await screen.findByText('failed');

    await user.click(screen.getByRole('button', { name: 'add' }));

    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('1'));
    expect(new Set(keys).size).toBe(1);
    await user.click(screen.getByRole('button', { name: 'add' }));
    await waitFor(() => expect(document.querySelector('output')).toHaveTextContent('2'));
    expect(new Set(keys).size).toBe(2);
  });
});

describe('signing off', () => {
  it("forgets session, cache and the person's kept work, even when the server does not answer", async () => {
    const { api, cache, fail } = counter();
    const owner = { institutionId: info.institution.id, personId: info.person.id };
    const store = await openDeviceStore(owner);
    await store.put({ id: 'draft:1', kind: 'draft', value: 'text', at: '2026-11-23T10:00:00Z' });
    cache.setQueryData([sessionEndpoints.get.path, null, null], info);

    fail(1);
    await api.signOff();

    expect(await store.list('draft')).toEqual([]);
    expect(api.session.state()).toEqual({ status: 'over', why: 'signedOff' });
    expect(cache.getQueryCache().getAll()).toHaveLength(0);
  });
});
