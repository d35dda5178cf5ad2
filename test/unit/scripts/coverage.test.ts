import { describe, expect, it } from '@jest/globals';
import istanbul, { type BranchMapping, type FileCoverageData } from 'istanbul-lib-coverage';
import { judge } from '../../../scripts/lib/coverage.mjs';
import { inRoot } from '../../../scripts/lib/paths.mjs';
import { SLOTS, testSteps } from '../../../scripts/lib/testSteps.mjs';
import { selectFresh } from '../../support/freshCoverage.mjs';

const AT = { start: { line: 1, column: 0 }, end: { line: 1, column: 9 } };
const IF: BranchMapping = { loc: AT, type: 'if', locations: [AT, AT], line: 1 };

/** A file of this many ifs, both of whose ways were taken in so many of them, and one in the rest. */
function fileOf(name: string, ifs: number, whole: number): FileCoverageData {
  const ids = Array.from({ length: ifs }, (_, index) => String(index));
  return {
    path: inRoot(name),
    statementMap: { 0: AT },
    fnMap: {},
    branchMap: Object.fromEntries(ids.map((id) => [id, IF])),
    s: { 0: 1 },
    f: {},
    b: Object.fromEntries(ids.map((id) => [id, [1, Number(id) < whole ? 1 : 0]])),
  };
}

function judgeFiles(files: readonly FileCoverageData[], never: readonly string[] = []) {
  const map = istanbul.createCoverageMap({});
  for (const file of files) map.addFileCoverage(file);
  return judge(map, () => istanbul.createCoverageSummary(), never);
}

const CONTRACT = fileOf('contract/grades.ts', 10, 10);
const CLIENT = fileOf('client/src/app.tsx', 10, 10);

describe('the coverage of a test run', () => {
  it('is read when every step that counts has ended', () => {
    const steps = testSteps({
      rest: [],
      counting: true,
      progress: { say: () => undefined, write: () => undefined },
    });

    const coverage = steps.findIndex(({ name }) => name === 'coverage');
    const counting = ['unit', 'server', 'certification', 'client'];
    expect(steps.slice(0, coverage).map(({ name }) => name)).toEqual(expect.arrayContaining(counting));
    expect(steps[coverage]?.weight).toBe(SLOTS);
  });

  it('is a line for each part, with what was run of its files together', () => {
    const server = [fileOf('server/a.ts', 10, 10), fileOf('server/b.ts', 10, 6)];

    const { report, notes } = judgeFiles([...server, CONTRACT, CLIENT]);

    const [, ...lines] = report.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(lines).toEqual([
      ['server', '100.0 %', '90.0 %', '–', '100.0 %'],
      ['contract', '100.0 %', '100.0 %', '–', '100.0 %'],
      ['client', '100.0 %', '100.0 %', '–', '100.0 %'],
    ]);
    expect(notes).toEqual([]);
  });

  it.each([
    ['passes with 85 of 100 branches', 35, 0],
    ['fails with 84 of 100, and names the files with most left, the worst first', 34, 3],
  ])('%s', (_, whole, noted) => {
    const contract = [fileOf('contract/a.ts', 1, 0), fileOf('contract/b.ts', 49, whole)];

    const { notes } = judgeFiles([fileOf('server/a.ts', 1, 1), ...contract, CLIENT]);

    expect(notes).toHaveLength(noted);
    expect(notes.map((note) => note.trim().split(':')[0])).toEqual(
      ['contract', 'contract/b.ts', 'contract/a.ts'].slice(0, noted),
    );
  });

  it('sums over runs what each of them took', () => {
    const [left, right] = [fileOf('server/a.ts', 1, 0), fileOf('server/a.ts', 1, 0)];
    right.b = { 0: [0, 1] };

    const { notes } = judgeFiles([left, right, CONTRACT, CLIENT]);

    expect(notes).toEqual([]);
  });

  it.each(['server', 'contract', 'client'])('fails where nothing of the %s was counted', (part) => {
    const files = [fileOf('server/a.ts', 1, 1), CONTRACT, CLIENT].filter(
      ({ path }) => !path.startsWith(inRoot(part)),
    );

    const { notes } = judgeFiles(files);

    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(part);
  });

  it('fails for a file that no test loads', () => {
    const { notes } = judgeFiles([fileOf('server/a.ts', 1, 1), CONTRACT, CLIENT], ['server/new.ts']);

    expect(notes).toEqual(['no test loads server/new.ts']);
  });
});

describe('the source files that a test file hands on', () => {
  const none = { ...fileOf('server/a.ts', 2, 0), s: { 0: 0 }, b: { 0: [0, 0], 1: [0, 0] } };
  const once = { ...none, s: { 0: 1 } };

  it.each([
    ['are those that none before it has loaded', [], none, true],
    ['are those of which it ran a statement for the first time', [none], once, true],
    [
      'are those of which it took a way for the first time',
      [once],
      { ...once, b: { 0: [0, 1], 1: [0, 0] } },
      true,
    ],
    ['are those of which it called a function for the first time', [once], { ...once, f: { 0: 1 } }, true],
    ['are not those of which it ran less', [once], none, false],
    ['are not those of which it ran the same more often', [once], { ...once, s: { 0: 7 } }, false],
    ['are not those of which others before it ran the same', [none, once, none], once, false],
  ])('%s', (_, before, file, fresh) => {
    const hits = new Map<string, Set<string>>();
    for (const earlier of before) selectFresh({ 'a.ts': earlier }, hits);

    const selected = selectFresh({ 'a.ts': file }, hits);

    expect(selected).toEqual(fresh ? { 'a.ts': file } : {});
  });
});
