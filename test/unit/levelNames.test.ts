import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');

/** Folders whose code takes levels from content only. */
const FOLDERS = ['contract', 'server', 'client/src', 'demo-lms'];
/**
 * What content was like before, and the migrations that change it, are a record of that time. The levels that a new rubric begins with
 * are content.
 */
const RECORDS =
  /^(contract\/(contentUpgrades\.ts|contentVersion\d\.ts|defaultScale\.json)|server\/migrations\/)/;

/** The levels that every rubric once had, as a text or as a member of something. */
const LEVEL = /(['"`])(emerging|approaching|meets|extends)\1|\b(emerging|approaching)\b\s*[:?]/i;
/** A scale names the level that an approval needs in a member of this name: in a place, in a list of members, and in words for it. */
const MEMBER_OF_SCALE = /path: \['meets'\]|^\s*'meets',$|"meets": "Level that approval needs"/;
const COMMENT = /^\s*(\/\/|\/?\*)/;

/** Lines of code, with their place, that name a level. */
function findLevelNames(path: string, code: string): string[] {
  return code.split('\n').flatMap((line, at) => {
    const isCode = !COMMENT.test(line) && !MEMBER_OF_SCALE.test(line);
    return isCode && LEVEL.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [];
  });
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|css|json)$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => !RECORDS.test(path));

describe('the names of levels', () => {
  it.each(FOLDERS)('are in content, not in the code of %s', (folder) => {
    const found = filesIn(folder).flatMap((path) =>
      findLevelNames(path, readFileSync(join(ROOT, path), 'utf8')),
    );

    expect(found).toEqual([]);
  });

  it.each([
    ["if (level === 'meets') settle();", 1],
    ['"Approaching": "Nearly there"', 1],
    ['const TONES = { emerging: 1 };', 1],
    ['class Scale extends Base {', 0],
    ['// a level below meets', 0],
    ['isAtLeastMeets(scale, level)', 0],
    ["    path: ['meets'],", 0],
  ])('are recognised: %s', (line, expected) => {
    expect(findLevelNames('some.ts', line)).toHaveLength(expected);
  });
});
