import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sourcesHash } from '../../../scripts/lib/build.mjs';

describe('the digest of sources', () => {
  let root = '';
  const digest = () => sourcesHash(root, ['server', 'lock.json', 'not-there']);
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'waymark-build-'));
    await mkdir(join(root, 'server', 'http'), { recursive: true });
    await writeFile(join(root, 'server', 'http', 'a.ts'), 'one');
    await writeFile(join(root, 'server', 'b.ts'), 'two');
    await writeFile(join(root, 'lock.json'), '{}');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('does not depend on times or on the order of the paths', async () => {
    const first = await digest();

    await utimes(join(root, 'server', 'b.ts'), new Date(0), new Date(0));

    expect(await digest()).toBe(first);
    expect(await sourcesHash(root, ['lock.json', 'not-there', 'server'])).toBe(first);
  });

  it.each([
    ['a content changes', () => writeFile(join(root, 'server', 'http', 'a.ts'), 'ONE')],
    ['a lone file changes', () => writeFile(join(root, 'lock.json'), '{ }')],
    ['a file is added', () => writeFile(join(root, 'server', 'c.ts'), '')],
    ['a file is renamed', () => rename(join(root, 'server', 'b.ts'), join(root, 'server', 'd.ts'))],
    ['a file goes away', () => rm(join(root, 'server', 'b.ts'))],
  ])('changes when %s', async (_what, change) => {
    const first = await digest();

    await change();

    expect(await digest()).not.toBe(first);
  });
});
