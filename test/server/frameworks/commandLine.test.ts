import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError } from '../../../server/errors.ts';
import { writeCase } from '../../../server/features/frameworks/case/writeCase.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { useApp } from '../../support/app.ts';
import { runCommand } from '../../support/commandLine.ts';
import { versionsIn } from '../../support/frameworkPlaces.ts';
import { buildCore, CORE_KEY } from '../../support/frameworks.ts';

const world = useApp();
const NAME = 'Framework District';

let folder = '';
let institutionId = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frameworks-'));
  institutionId = (await ensureInstitution(world.deps, NAME))._id;
});
afterAll(() => rm(folder, { recursive: true }));

const framework = (...words: string[]): Promise<string[]> =>
  runCommand(world.deps, ['framework', ...words, '--institution', NAME]);

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const packageFile = (): Promise<string> =>
  write('core.json', JSON.stringify(writeCase(buildCore(), '2026-03-01T08:00:00.000Z')));

describe('the framework verbs', () => {
  it('try, import, list and export a CASE package', async () => {
    const path = await packageFile();

    const tried = await framework('import', path, '--dry-run');
    const before = await versionsIn(institutionId);
    const imported = await framework('import', path);
    const again = await framework('import', path);

    expect(tried).toEqual([
      'Practice Core: would be version 1, with items 4 added, 0 changed, 0 removed, 0 as before.',
    ]);
    expect(before).toEqual([]);
    expect(imported).toEqual([
      'Practice Core: published as version 1, with items 4 added, 0 changed, 0 removed, 0 as before.',
    ]);
    expect(again).toEqual(['Practice Core: version 1 already says this.']);
    expect(await framework('list')).toEqual([`practice-core\tPractice Core\t1\t4\t${CORE_KEY}`]);
    const output = join(folder, 'out.csv');
    expect(await framework('export', 'practice-core', '--format', 'csv', '--output', output)).toEqual([
      `Version 1 is in ${output}.`,
    ]);
    expect(await readFile(output, 'utf8')).toContain('A1,Quick checks');
    const printed = (await framework('export', CORE_KEY)).join('\n');
    expect(JSON.parse(printed)).toMatchObject({ CFDocument: { identifier: CORE_KEY } });
  });

  it('import a table with what it does not say itself', async () => {
    const path = await write('own.csv', 'code,title,level\nA,One,Start\nB,Two,Lead\n');
    const about = ['--slug', 'own', '--title', 'Own', '--source', 'Teacher 14', '--levels', 'Start, Lead'];

    const imported = await framework('import', path, ...about);

    expect(imported).toEqual([
      'Own: published as version 1, with items 2 added, 0 changed, 0 removed, 0 as before.',
    ]);
  });

  const ABOUT = ['--slug', 'bad', '--title', 'T', '--source', 'S'];
  it.each([
    {
      what: 'lists the faults of rows',
      text: 'code,title\nA,\n',
      about: ABOUT,
      lines: ['row 2: title: The item needs a title.'],
      message: 'Nothing was imported',
    },
    {
      what: 'asks for what is missing',
      text: 'code,title\nA,One\n',
      about: ['--slug', 'bad'],
      lines: [],
      message: '--title, --source',
    },
    {
      what: 'knows no such core',
      text: 'code,title\nA,One\n',
      about: [...ABOUT, '--core', `${CORE_KEY}@7`],
      lines: [expect.stringContaining('not here in this version')],
      message: 'Nothing was imported',
    },
  ])('refuse a table that cannot be imported: it $what', async ({ text, about, lines, message }) => {
    const path = await write('bad.csv', text);
    const printed: string[] = [];
    const words = ['framework', 'import', path, '--institution', NAME, ...about];

    const run = runCommand(world.deps, words, printed);

    await expect(run).rejects.toBeInstanceOf(AppError);
    await expect(run).rejects.toThrow(message);
    expect(printed).toEqual(lines);
  });

  it.each([
    ['a file that is not there', ['import', '/nowhere/core.json'], /can't be read/],
    ['a framework that is not there', ['export', 'nothing'], /no framework "nothing"/],
    ['a version that is not there', ['export', 'practice-core', '--version-number', '9'], /not here/],
  ])('say what is wrong with %s', async (_what, words, message) => {
    await framework('import', await packageFile());

    await expect(framework(...words)).rejects.toThrow(message);
  });
});
