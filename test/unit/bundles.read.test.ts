import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BundleFault } from '../../contract/bundle.ts';
import { readPathwayContent } from '../../contract/contentUpgrades.ts';
import { NO_CAPS } from '../../contract/lint/findings.ts';
import { lintPathway } from '../../contract/lint/pathwayLinter.ts';
import { findingPath, findingText } from '../../server/bundles/findingText.ts';
import { readBundle } from '../../server/bundles/readBundle.ts';
import { writeBundle, type BundleParts } from '../../server/bundles/writeBundle.ts';
import {
  listed,
  listedBundle,
  pathwayWithFile,
  PLAN,
  plainBundle,
  zipFiles,
  type BundleFiles,
} from '../support/bundles/sampleBundle.ts';
import { RULES, TEXTS } from '../support/lint/contentFaults.ts';
import { ALIGNED, KNOWN } from '../support/lint/frameworkFaults.ts';
import { RUBRIC } from '../support/lint/rubricFaults.ts';
import { samplePathway } from '../support/sampleContent.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waymark-bundle-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeFiles(files: BundleFiles): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

const parts = (changes: Partial<BundleParts> = {}): BundleParts => ({
  kind: 'pathway',
  content: pathwayWithFile(),
  framework: null,
  files: [{ ...listed('files/plan.md', PLAN), open: () => Readable.from([PLAN]) }],
  ...changes,
});
const bytesOf = (zip: Readable): Promise<Buffer> => buffer(zip);

/** The same with the members of every object in the opposite order. */
function turned<T>(value: T): T;
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => turned(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, one]) => [name, turned(one)]),
  );
}

describe('a folder', () => {
  test('with only a pathway is a bundle', async () => {
    await writeFiles({ 'pathway.json': JSON.stringify(samplePathway(2)) });

    const read = await readBundle(folder, ({ content, manifest, files }) => ({ content, manifest, files }));

    expect(read).toEqual({ content: samplePathway(2), manifest: null, files: [] });
  });

  test('gives its files, their kinds by their bytes', async () => {
    await writeFiles(plainBundle());

    const read = await readBundle(folder, async ({ files, openFile }) => ({
      files,
      plan: await buffer(openFile('files/plan.md')),
    }));

    expect(read).toEqual({
      files: [{ ...listed('files/plan.md', PLAN), mediaType: 'text/plain' }],
      plan: PLAN,
    });
  });

  test.each<readonly [string, BundleFault, () => Promise<void>]>([
    ['a link to a file', 'not_a_file', () => symlink('/etc/hostname', join(folder, 'files', 'a.txt'))],
    ['a link to a folder', 'not_a_file', () => symlink('..', join(folder, 'files', 'up'))],
    ['a name for one system only', 'bad_path', () => writeFile(join(folder, 'files', 'a\\b.txt'), 'x')],
    ['a file of another program', 'unexpected_file', () => writeFile(join(folder, '.DS_Store'), 'x')],
    [
      '2,001 files',
      'too_many_files',
      async () => {
        for (let at = 0; at < 2001; at += 1) await writeFile(join(folder, 'files', `${at}.txt`), 'x');
      },
    ],
  ])('with %s is refused as %s', async (_what, fault, add) => {
    await writeFiles(plainBundle());
    await add();

    const read = readBundle(folder, () => 'used');

    await expect(read).rejects.toMatchObject({ code: 'BUNDLE_REFUSED', details: { fault } });
  });

  test('that is not there is refused', async () => {
    const read = readBundle(join(folder, 'elsewhere'), () => 'used');

    await expect(read).rejects.toMatchObject({ details: { fault: 'not_found' } });
  });

  test('of which a file has changed since it was checked fails instead of giving the other file', async () => {
    await writeFiles(plainBundle());

    const read = readBundle(folder, async ({ openFile }) => {
      await writeFiles({ 'files/plan.md': 'Something else' });
      return buffer(openFile('files/plan.md'));
    });

    await expect(read).rejects.toMatchObject({ details: { fault: 'digest', path: 'files/plan.md' } });
  });
});

describe('a zip', () => {
  test('gives what the folder gives that it was made of', async () => {
    const zip = join(folder, 'bundle.zip');
    await writeFile(zip, zipFiles(listedBundle()));

    const read = await readBundle(zip, ({ content, manifest, framework }) => ({
      content,
      manifest,
      framework,
    }));

    expect(read.content).toEqual(pathwayWithFile());
    expect(read.manifest?.files.map(({ path }) => path)).toEqual(['pathway.json', 'files/plan.md']);
    expect(read.framework).toBeNull();
  });

  test('keeps a framework as it is', async () => {
    const framework = { CFDocument: { title: 'Core', unknown: [1, { a: null }] } };

    const read = await readBundle(
      zipFiles(listedBundle({ 'framework.json': JSON.stringify(framework) })),
      (bundle) => bundle.framework,
    );

    expect(read).toEqual(framework);
  });
});

describe('a bundle that is written', () => {
  test('reads as what it was made of', async () => {
    const zip = await bytesOf(writeBundle(parts({ framework: { CFDocument: {} } })));

    const read = await readBundle(zip, async ({ written, framework, manifest, openFile }) => ({
      written,
      framework,
      manifest,
      plan: await buffer(openFile('files/plan.md')),
    }));

    expect(read).toMatchObject({ written: pathwayWithFile(), framework: { CFDocument: {} }, plan: PLAN });
    expect(read.manifest).toMatchObject({ title: 'Checks for understanding', licence: 'CC BY 4.0' });
  });

  test('has the same bytes for the same content, whatever order it is given in', async () => {
    const more = Buffer.from('More words.\n');
    const files = [
      { ...listed('files/plan.md', PLAN), open: () => Readable.from([PLAN]) },
      { ...listed('files/more.txt', more), open: () => Readable.from([more]) },
    ];

    const one = await bytesOf(writeBundle(parts({ files })));
    const other = await bytesOf(
      writeBundle(parts({ content: turned(pathwayWithFile()), files: files.toReversed() })),
    );

    expect(other.equals(one)).toBe(true);
  });

  test('fails if a file is not what was announced', async () => {
    const files = [{ ...listed('files/plan.md', PLAN), open: () => Readable.from([Buffer.from('other')]) }];

    await expect(bytesOf(writeBundle(parts({ files })))).rejects.toThrow(/files\/plan\.md/);
  });

  test('fails if a file cannot be read', async () => {
    const open = (): Readable => new Readable({ read: (): void => undefined }).destroy(new Error('gone'));
    const files = [{ ...listed('files/plan.md', PLAN), open }];

    await expect(bytesOf(writeBundle(parts({ files })))).rejects.toThrow('gone');
  });
});

describe('where something was found', () => {
  test.each([...RULES, ...TEXTS, ...RUBRIC, ...ALIGNED])(
    'is told for %s (%s) by a path that is there',
    (code, _what, content) => {
      const finding = lintPathway(content, NO_CAPS, KNOWN).find((one) => one.code === code);

      const path = finding ? findingPath(content, finding.place) : '';

      const found = path.split('.').reduce<unknown>((value, name) => {
        expect(value).toHaveProperty([name]);
        return (value as Record<string, unknown>)[name];
      }, content);
      expect(found).toBeDefined();
    },
  );

  test('is told in words with the facts', () => {
    const content = samplePathway(2, { completes: { type: 'atLeast', n: 2, of: [] } });

    const [finding] = lintPathway(readPathwayContent(content), NO_CAPS);

    expect(finding && findingText(finding)).toBe(
      'This rule asks for 2 conditions and names only 0. Lower the number or add conditions.',
    );
  });
});
