import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parsePathwayContent, type WrittenPathway } from '../../../contract/contentUpgrades.ts';
import { readBundle } from '../../../server/bundles/readBundle.ts';
import { createProgram } from '../../../server/cli/program.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { PathwayVersionModel } from '../../../server/features/catalog/pathway.model.ts';
import { ContentFileModel } from '../../../server/features/contentFiles/contentFile.model.ts';
import { openContentFile } from '../../../server/features/contentFiles/contentFiles.service.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { writeCase } from '../../../server/features/frameworks/case/writeCase.ts';
import { useApp } from '../../support/app.ts';
import { SAMPLE_1 } from '../../support/build.ts';
import {
  pathwayWithFile,
  pathwayWithFiles,
  PLAN,
  plainBundle,
  zipFiles,
  type BundleFiles,
} from '../../support/bundles/sampleBundle.ts';
import { runCommand } from '../../support/commandLine.ts';
import { buildCore, CORE_KEY } from '../../support/frameworks.ts';
import { samplePathway } from '../../support/sampleContent.ts';

const CORE_1 = { key: CORE_KEY, title: 'Practice Core', version: 1 };

const world = useApp();
const run = (...words: readonly string[]): Promise<string[]> => runCommand(world.deps, words);

let folder: string;
let names: { here: string; there: string };
beforeEach(async () => {
  names = { here: `Here ${randomUUID()}`, there: `There ${randomUUID()}` };
  folder = await mkdtemp(join(tmpdir(), 'waymark-bundle-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeFiles(files: BundleFiles): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

const hashesOf = async (institutionId: string): Promise<string[]> =>
  (await PathwayVersionModel.find({ institutionId }).lean()).map(({ contentHash }) => contentHash);

/** The bytes of all files of an institution. */
async function storedBytes(institutionId: string): Promise<Buffer[]> {
  const files = await ContentFileModel.find({ institutionId, state: 'stored' }).sort({ size: 1 }).lean();
  return Promise.all(files.map(({ sha256 }) => buffer(openContentFile(institutionId, sha256))));
}

/** Two institutions, the first with a pathway. */
async function openTwo(content: WrittenPathway) {
  const [here, there] = [
    await ensureInstitution(world.deps, names.here),
    await ensureInstitution(world.deps, names.there),
  ];
  await publishPathway(world.deps, here._id, content);
  return { here: here._id, there: there._id, zip: join(folder, 'pathway.zip') };
}

describe('a pathway that is exported and imported elsewhere', () => {
  it.each<[string, WrittenPathway]>([
    ['of the newest schema version', samplePathway(3)],
    ['of schema version 1', parsePathwayContent(SAMPLE_1)],
  ])('%s is published there under the same hash', async (_which, content) => {
    const { here, there, zip } = await openTwo(content);

    await run('bundle', 'export', zip, '--institution', names.here, '--pathway', content.key);
    const lines = await run('bundle', 'import', zip, '--institution', names.there);

    expect(await hashesOf(there)).toEqual(await hashesOf(here));
    expect(lines).toEqual([expect.stringContaining('is published as version 1')]);
  });

  it('takes its files along, byte for byte', async () => {
    const { there, zip } = await openTwo(samplePathway(1));
    await writeFiles(plainBundle());
    await run('bundle', 'import', folder, '--institution', names.here);
    const { key } = pathwayWithFile();

    await run('bundle', 'export', zip, '--institution', names.here, '--pathway', key);
    await run('bundle', 'import', zip, '--institution', names.there);
    await run('bundle', 'export', `${zip}.again`, '--institution', names.there, '--pathway', key);

    expect(await storedBytes(there)).toEqual([PLAN]);
    expect(await readFile(`${zip}.again`)).toEqual(await readFile(zip));
  });

  it('has the framework that it is aligned to in it, as CASE', async () => {
    const core = buildCore();
    const framework = { key: core.key, title: core.title, version: 1 };
    const { here, zip } = await openTwo(samplePathway(1, { framework }));
    await publishFramework(world.deps, operatorOf(here), core);

    await run('bundle', 'export', zip, '--institution', names.here, '--pathway', samplePathway(1).key);
    const exported = await readBundle(zip, (bundle) => bundle.framework);

    expect(exported).toMatchObject({ CFDocument: { identifier: core.key, title: core.title } });
  });

  it('is not exported without its files, and leaves no zip behind', async () => {
    const { zip } = await openTwo(pathwayWithFile());

    const exported = run(
      ...['bundle', 'export', zip, '--institution', names.here, '--pathway', pathwayWithFile().key],
    );

    await expect(exported).rejects.toMatchObject({
      code: 'CONTENT_FILE_MISSING',
      message: expect.stringContaining('“A lesson plan”'),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('is published once, however often it is imported', async () => {
    const { there } = await openTwo(samplePathway(1));
    await writeFiles({ 'pathway.json': JSON.stringify(samplePathway(2)) });

    for (let time = 0; time < 2; time += 1)
      await run('bundle', 'import', folder, '--institution', names.there);

    expect(await hashesOf(there)).toHaveLength(1);
  });
});

describe('an import', () => {
  it('of content with errors names all of them and publishes nothing', async () => {
    const { there } = await openTwo(samplePathway(1));
    await writeFiles({ 'pathway.json': JSON.stringify(samplePathway(2, { title: '', licence: '' })) });

    const imported = run('bundle', 'import', folder, '--institution', names.there);

    await expect(imported).rejects.toThrow(/pathway\.json title: .*\npathway\.json licence: /);
    expect(await hashesOf(there)).toEqual([]);
  });

  it('of a module that takes longer than the institution allows publishes nothing', async () => {
    const { there } = await openTwo(samplePathway(1));
    await run('settings', 'set', 'moduleMinutesMax', '30', '--institution', names.there);
    await writeFiles({ 'pathway.json': JSON.stringify(samplePathway(2)) });

    const imported = run('bundle', 'import', folder, '--institution', names.there);

    await expect(imported).rejects.toThrow(/This module takes 45 minutes; your institution allows 30\./);
    expect(await hashesOf(there)).toEqual([]);
  });

  it('that is aligned to a framework which is not there says so and publishes nothing', async () => {
    const { there } = await openTwo(samplePathway(1));
    await writeFiles({ 'pathway.json': JSON.stringify(samplePathway(2, { framework: CORE_1 })) });

    const imported = run('bundle', 'import', folder, '--institution', names.there);

    await expect(imported).rejects.toThrow(/does not have version 1 of the framework Practice Core/);
    expect(await hashesOf(there)).toEqual([]);
  });

  it('of a hostile zip says why it is refused and publishes nothing', async () => {
    const { there, zip } = await openTwo(samplePathway(1));
    await writeFile(zip, zipFiles(plainBundle(), { name: '../evil.txt', data: 'x' }));

    const imported = run('bundle', 'import', zip, '--institution', names.there);

    await expect(imported).rejects.toMatchObject({ code: 'BUNDLE_REFUSED', details: { fault: 'bad_path' } });
    expect(await hashesOf(there)).toEqual([]);
  });
});

describe('the files of an import', () => {
  const filesOf = (institutionId: string) => ContentFileModel.find({ institutionId }).lean();

  it('stay with a version that was published before without them', async () => {
    const { here } = await openTwo(pathwayWithFile());
    await writeFiles(plainBundle());

    await run('bundle', 'import', folder, '--institution', names.here);

    expect(await hashesOf(here)).toHaveLength(1);
    expect(await filesOf(here)).toMatchObject([{ state: 'stored', published: true, sweepAt: null }]);
  });

  it('that no module offers are checked and not kept', async () => {
    const { there } = await openTwo(samplePathway(1));
    await writeFiles(plainBundle({ 'files/notes.txt': 'Nobody offers this.' }));

    await run('bundle', 'import', folder, '--institution', names.there);

    expect(await storedBytes(there)).toEqual([PLAN]);
  });

  it('are not published, and swept later, if the version is not', async () => {
    const { there } = await openTwo(samplePathway(1));
    await run('settings', 'set', 'quotaBytes', '2000', '--institution', names.there);
    const small = Buffer.from('Small.\n');
    const large = Buffer.alloc(3000, 'a long line of text\n');
    await writeFiles({
      'pathway.json': JSON.stringify(pathwayWithFiles({ 'a.txt': small, 'b.txt': large })),
      'files/a.txt': small,
      'files/b.txt': large,
    });

    const imported = run('bundle', 'import', folder, '--institution', names.there);

    await expect(imported).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await hashesOf(there)).toEqual([]);
    expect(await filesOf(there)).toMatchObject([
      { size: small.length, published: false, sweepAt: expect.any(Date) },
    ]);
  });
});

describe('bundle lint', () => {
  /** Without a database. @returns what it prints, and the message that it ends with */
  async function lint(...words: readonly string[]): Promise<{ lines: string[]; fault: string | null }> {
    const lines: string[] = [];
    const program = createProgram({
      deps: () => Promise.reject(new Error('it asked for a database')),
      print: (line) => lines.push(line),
    });
    const run = program.parseAsync(['bundle', 'lint', ...words], { from: 'user' });
    return run.then(
      () => ({ lines, fault: null }),
      (error: Error) => ({ lines, fault: error.message }),
    );
  }

  it('says where a bundle has which fault, and ends with how many there are', async () => {
    await writeFiles({ 'pathway.json': JSON.stringify(samplePathway(2, { title: '', vision: '' })) });

    const { lines, fault } = await lint(folder);

    expect(lines).toEqual([
      `${folder}/pathway.json title: error: Give this a title: it is how people refer to it.`,
      `${folder}/pathway.json vision: warning: Describe what success looks like.`,
    ]);
    expect(fault).toBe('1 error and 1 warning in 1 bundle.');
  });

  it('checks the strand and the items that it names against the framework of the bundle', async () => {
    const strand = { key: 'leading', title: 'Leading', art: 'flag' } as const;
    const content = samplePathway(1, { framework: CORE_1, strand });
    await writeFiles({
      'pathway.json': JSON.stringify(content),
      'framework.json': JSON.stringify(writeCase(buildCore(), '2026-03-01T08:00:00.000Z')),
    });

    const { lines } = await lint(folder);

    expect(lines[0]).toBe(
      `${folder}/pathway.json strand: error: Version 1 of Practice Core has no strand “Leading”. Choose one of its strands.`,
    );
  });

  it('refuses a bundle whose framework is none', async () => {
    await writeFiles({
      'pathway.json': JSON.stringify(samplePathway(1)),
      'framework.json': '{"CFItems":[]}',
    });

    const { lines } = await lint(folder);

    expect(lines).toEqual([expect.stringContaining('framework.json does not have the form')]);
  });

  it('reads all bundles, also those after one that is refused', async () => {
    await writeFiles({ 'good/pathway.json': JSON.stringify(samplePathway(1)), 'bad.zip': 'x' });

    const { lines, fault } = await lint(join(folder, 'bad.zip'), join(folder, 'good'));

    expect(lines).toEqual([expect.stringContaining('bad.zip: error: This is not a zip file')]);
    expect(fault).toBe('1 error and 0 warnings in 2 bundles.');
  });

  it('succeeds where there are warnings only, and lists them as JSON if asked', async () => {
    await writeFiles({ 'pathway.json': JSON.stringify(samplePathway(1, { vision: '' })) });

    const { lines, fault } = await lint(folder, '--json');

    expect(JSON.parse(lines.join(''))).toMatchObject([{ code: 'missing_summary', severity: 'warning' }]);
    expect(fault).toBeNull();
  });
});
