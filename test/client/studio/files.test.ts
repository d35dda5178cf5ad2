import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findPathFault, pathIdentity } from '../../../contract/bundle.ts';
import type { ContentUpload } from '../../../contract/contentFiles.ts';
import { applyChanges, findBlock, findModule } from '../../../client/src/features/studio/changes.ts';
import {
  placeUpload,
  blockPlace,
  stepPlace,
  toContentPath,
} from '../../../client/src/features/studio/fileModel.ts';
import { moduleAt, sampleParts } from './samples.ts';

const upload = (name: string, digit = 'a'): ContentUpload => ({
  id: 'u1',
  purpose: 'content',
  name,
  state: 'ready',
  size: 9,
  uploadedBytes: 9,
  mediaType: 'text/plain',
  sha256: digit.repeat(64),
  notes: [],
  refusal: null,
});

describe('the path of a file', () => {
  it.each([
    ['plan.md', [], 'plan.md'],
    ['plan.md', ['plan.md'], 'plan (2).md'],
    ['plan.md', ['PLAN.md', 'plan (2).md'], 'plan (3).md'],
    ['a/b\\c:d?.csv', [], 'a_b_c_d_.csv'],
    ['con.txt', [], 'file'],
    ['notes. ', [], 'notes'],
  ])('of %s beside %j is %s', (name, taken, path) => {
    expect(toContentPath(name, taken)).toBe(path);
  });

  it('fits into every bundle and is no other file’s, whatever its name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.string(), { maxLength: 5 }),
        (name, others) => {
          const taken = [...others, name, 'file'];

          const path = toContentPath(name, taken);

          expect(findPathFault(`files/${path}`)).toBeNull();
          expect(taken.map(pathIdentity)).not.toContain(pathIdentity(path));
        },
      ),
    );
  });
});

describe('a file that has arrived', () => {
  const { key, steps } = moduleAt(sampleParts(), 0);
  const step = steps[0]?.key ?? '';

  it('is added to the step that it was chosen for, with a title and a path of its own', () => {
    const once = applyChanges(
      sampleParts(),
      placeUpload(sampleParts(), stepPlace(key, step), upload('plan.md')),
    );

    const twice = applyChanges(once, placeUpload(once, stepPlace(key, step), upload('plan.md', 'b')));

    const added = findModule(twice, key)?.steps[0]?.blocks.slice(-2) ?? [];
    expect(added.map((block) => findBlock(twice, block)?.block)).toMatchObject([
      { type: 'file', title: 'plan', path: 'plan.md', sha256: 'a'.repeat(64) },
      { type: 'file', title: 'plan', path: 'plan (2).md', sha256: 'b'.repeat(64) },
    ]);
  });

  it('takes the place of another one, whose words stay', () => {
    const parts = applyChanges(
      sampleParts(),
      placeUpload(sampleParts(), stepPlace(key, step), upload('plan.md')),
    );
    const block = findModule(parts, key)?.steps[0]?.blocks.at(-1) ?? '';

    const replaced = applyChanges(parts, placeUpload(parts, blockPlace(block), upload('new.md', 'b')));

    expect(findBlock(replaced, block)?.block).toMatchObject({
      title: 'plan',
      path: 'new.md',
      sha256: 'b'.repeat(64),
    });
  });

  it('changes nothing if its step is gone', () => {
    expect(placeUpload(sampleParts(), stepPlace(key, 'gone'), upload('plan.md')).size).toBe(0);
  });
});
