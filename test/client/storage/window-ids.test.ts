import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import { createApi } from '../../../client/src/api/createApi.ts';
import { SessionHolder } from '../../../client/src/api/session.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { REMEMBERED, windowIds } from '../../../client/src/storage/windowIds.ts';

const KINDS = Object.keys(REMEMBERED) as (keyof typeof REMEMBERED)[];

/** Other names in web storage, and why signing off leaves them. */
const OTHERS: Readonly<Record<string, string>> = {
  'wm:session:': 'the bearer, which the session removes itself',
  'wm:signed-off:': 'keeps a session ended that the server could not be told of',
  'wm:theme': 'how this device looks',
  'wm:text': 'how this device looks',
  'wm:single-keys': 'how this device is used',
  'wm:probe': 'is removed at once',
  'wm:renewed-at': 'when the client was last loaded anew',
};

beforeEach(() => sessionStorage.clear());

describe('what a window remembers about work', () => {
  it.each(KINDS)('is kept by kind and subject: %s', (kind) => {
    const ids = windowIds(kind, 'one');

    ids.write(['a', 'b']);

    expect(windowIds(kind, 'one').read()).toEqual(['a', 'b']);
    expect(windowIds(kind, 'other').isKnown()).toBe(false);
  });

  it('tells an empty list from none', () => {
    windowIds('approved', 'one').write([]);

    expect(windowIds('approved', 'one').isKnown()).toBe(true);
    expect(windowIds('approved', 'one').read()).toEqual([]);
  });

  it('is forgotten when somebody signs off, even if the server does not answer', async () => {
    const fetch = () => Promise.reject(new TypeError('offline'));
    const session = new SessionHolder({ fetch, store: openTextStore('sessionStorage') });
    for (const kind of KINDS) windowIds(kind, 'one').write(['a']);

    await createApi({ fetch, session, cache: new QueryClient() }).signOff();

    expect(KINDS.filter((kind) => windowIds(kind, 'one').isKnown())).toEqual([]);
    expect(Object.keys(sessionStorage)).toEqual([]);
  });

  it('is all on one list: no other file names a key for web storage', () => {
    const source = 'client/src';
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/.test(name),
    );

    const names = files.flatMap((name) => [
      ...readFileSync(join(source, name), 'utf8').matchAll(/['"`](wm:[a-z-]+:?)/g),
    ]);

    const known = new Set([...Object.values(REMEMBERED), ...Object.keys(OTHERS)]);
    expect([...new Set(names.map(([, name = '']) => name))].sort()).toEqual([...known].sort());
  });
});
