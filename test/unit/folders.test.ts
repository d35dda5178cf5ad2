import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** A feature, another folder of server or client, or a file that lies in none. */
function folderOf(file: string): string {
  const feature = /^(server|client\/src)\/features\/[^/]+/.exec(file)?.[0];
  return feature ?? /^(server|client\/src)\/[^/]+(?=\/)/.exec(file)?.[0] ?? file;
}

const IMPORT = /(?:from|import|import\() ?'(\.{1,2}\/[^']+)'/g;

const listSources = (): string[] =>
  ['server', 'client/src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(folder, name)),
  );

/** Which folders each folder imports from, by one import that does. */
function readImports(): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const file of listSources()) {
    for (const [, path = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)) {
      const imported = normalize(join(dirname(file), path));
      const [from, to] = [folderOf(file), folderOf(imported)];
      if (from === to) continue;
      const imports = found.get(from) ?? new Map<string, string>();
      found.set(from, imports.set(to, `${file} → ${imported}`));
    }
  }
  return found;
}

/** One way back to a folder by what it imports, as the imports that make it. */
function findCycle(imports: ReturnType<typeof readImports>): string[] {
  const done = new Set<string>();
  const walk = (folder: string, way: readonly string[], why: readonly string[]): string[] => {
    if (way.includes(folder)) return why.slice(way.indexOf(folder));
    if (done.has(folder)) return [];
    for (const [next, because] of imports.get(folder) ?? []) {
      const cycle = walk(next, [...way, folder], [...why, because]);
      if (cycle.length > 0) return cycle;
    }
    done.add(folder);
    return [];
  };
  for (const folder of imports.keys()) {
    const cycle = walk(folder, [], []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe('the folders of server and client', () => {
  test('are read with what they import', () => {
    const imports = readImports();

    expect(imports.get('server/features/attempts')?.has('server/features/enrolments')).toBe(true);
    expect(imports.size).toBeGreaterThan(40);
  });

  test('are told where two of them need each other', () => {
    const imports = new Map([
      ['a', new Map([['b', 'a/1 → b/1']])],
      ['b', new Map([['c', 'b/2 → c/1']])],
      ['c', new Map([['b', 'c/1 → b/3']])],
    ]);

    expect(findCycle(imports)).toEqual(['b/2 → c/1', 'c/1 → b/3']);
  });

  test('never need each other, directly or by others', () => {
    expect(findCycle(readImports())).toEqual([]);
  });
});
