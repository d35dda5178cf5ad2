import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';

const realStorage = Object.getOwnPropertyDescriptor(window, 'sessionStorage');

/** As in a frame whose third-party storage is blocked: the mere property throws. */
function blockStorage() {
  Object.defineProperty(window, 'sessionStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    },
  });
}

function unblockStorage() {
  if (realStorage) Object.defineProperty(window, 'sessionStorage', realStorage);
}

afterEach(() => void jest.restoreAllMocks());

describe('small texts', () => {
  it('are kept by the browser where it lets us', () => {
    openTextStore('sessionStorage').set('wm:a', '1');

    const later = openTextStore('sessionStorage');

    expect(later.real).toBe(true);
    expect(later.get('wm:a')).toBe('1');
    expect(later.keys('wm:')).toEqual(['wm:a']);
  });

  it('live in memory, and nothing throws, in a blocked frame', () => {
    blockStorage();

    const store = openTextStore('sessionStorage');
    store.set('wm:a', '1');
    const held = store.get('wm:a');
    store.remove('wm:a');
    const after = store.get('wm:a');
    unblockStorage();

    expect(store.real).toBe(false);
    expect(held).toBe('1');
    expect(after).toBeNull();
  });

  it('are read again even when the quota ran out at writing', () => {
    const store = openTextStore('sessionStorage');
    store.set('wm:a', 'old');
    jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });

    store.set('wm:a', 'new');

    expect(store.get('wm:a')).toBe('new');
    expect(store.keys('wm:')).toEqual(['wm:a']);
  });
});

describe('work that is not sent yet', () => {
  const entry = (id: string, at: string) => ({ id, kind: 'draft', value: { text: id }, at });
  let n = 0;
  const someone = () => ({ institutionId: 'i-1', personId: `p-${(n += 1)}` });

  it('is kept on the device, the oldest first, and a later text replaces an earlier one', async () => {
    const store = await openDeviceStore(someone());

    await store.put(entry('draft:b', '2026-11-23T10:02:00Z'));
    const kept = await store.put(entry('draft:a', '2026-11-23T10:01:00Z'));
    await store.put({ ...entry('draft:a', '2026-11-23T10:01:30Z'), value: { text: 'newer' } });

    expect(kept).toBe('device');
    expect(store.kept()).toBe('device');
    expect((await store.list('draft')).map((one) => one.id)).toEqual(['draft:a', 'draft:b']);
    expect((await store.get('draft:a'))?.value).toEqual({ text: 'newer' });
    expect(await store.list('upload')).toEqual([]);
  });

  it("is never seen by another person at the same computer, nor by the same one's other institution", async () => {
    const owner = someone();
    await (await openDeviceStore(owner)).put(entry('draft:a', '2026-11-23T10:00:00Z'));

    const colleague = await openDeviceStore({ ...owner, personId: 'p-else' });
    const elsewhere = await openDeviceStore({ ...owner, institutionId: 'i-2' });

    expect(await colleague.list('draft')).toEqual([]);
    expect(await elsewhere.get('draft:a')).toBeNull();
  });

  it('is gone once it is sent or forgotten', async () => {
    const store = await openDeviceStore(someone());
    await store.put(entry('draft:a', '2026-11-23T10:00:00Z'));
    await store.put(entry('draft:b', '2026-11-23T10:00:00Z'));

    await store.remove('draft:a');
    const left = await store.list('draft');
    await store.clear();

    expect(left.map((one) => one.id)).toEqual(['draft:b']);
    expect(await store.list('draft')).toEqual([]);
  });

  it('falls to memory, and says so, when the disk fails under it', async () => {
    const store = await openDeviceStore(someone());
    await store.put(entry('draft:a', '2026-11-23T10:00:00Z'));
    jest.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('gone', 'InvalidStateError');
    });

    const kept = await store.put(entry('draft:b', '2026-11-23T10:01:00Z'));

    expect(kept).toBe('memory');
    expect(store.kept()).toBe('memory');
    expect((await store.get('draft:b'))?.value).toEqual({ text: 'draft:b' });
  });
});
