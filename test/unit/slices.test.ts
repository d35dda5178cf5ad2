import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toCanonicalJson, toCanonicalText } from '../../server/canonicalJson.ts';
import { parseFramework } from '../../server/features/frameworks/parseFramework.ts';
import { writeCase, writeCaseText } from '../../server/features/frameworks/case/writeCase.ts';
import { mapInSlices } from '../../server/slices.ts';
import { FrameworkContent } from '../../contract/frameworks.ts';
import { arbitraryCore, buildCore } from '../support/frameworks.ts';

const keyOf = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** Occupies the process for as long as a slice may take. */
function occupy(): void {
  for (const since = performance.now(); performance.now() - since < 11;);
}

describe('long work in slices', () => {
  it('gives everything that waits a turn, and keeps its order', async () => {
    const seen: (number | string)[] = [];
    setImmediate(() => seen.push('another request'));

    const doubled = await mapInSlices([1, 2, 3], (n) => {
      occupy();
      seen.push(n);
      return 2 * n;
    });

    expect(doubled).toEqual([2, 4, 6]);
    expect(seen).toEqual([1, 'another request', 2, 3]);
  });

  it('fails with what fails in it', async () => {
    const failing = mapInSlices([1], () => {
      throw new Error('no');
    });

    await expect(failing).rejects.toThrow('no');
  });

  it('writes the same canonical text as in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
        expect(await toCanonicalText(value)).toBe(toCanonicalJson(value));
      }),
    );
  });
});

describe('a framework that is written in slices', () => {
  const CHANGED_AT = '2026-03-01T08:00:00.000Z';

  it('is the same text as the one that is written in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCore, async (core) => {
        const text = await writeCaseText(core, CHANGED_AT);

        expect(text).toBe(JSON.stringify(writeCase(core, CHANGED_AT), null, 2));
      }),
      { numRuns: 60 },
    );
  });

  it('has what came with its package, too', async () => {
    const came = { document: { note: 'two\nlines' }, definitions: { CFConcepts: [{ title: 'Check' }] } };
    const extra = { ...came, associations: [{ associationType: 'exemplar' }], package: { CFRubrics: [] } };
    const core = { ...buildCore(), extra };

    const text = await writeCaseText(core, CHANGED_AT);

    expect(text).toBe(JSON.stringify(writeCase(core, CHANGED_AT), null, 2));
  });

  it('gives everything that waits a turn', async () => {
    const [item] = buildCore().items;
    const items = Array.from({ length: 5000 }, (_, at) => ({ ...item, key: keyOf(at), code: `C${at}` }));
    const core = FrameworkContent.parse({ ...buildCore(), items, crosswalk: [] });
    let turns = 0;
    const count = () => {
      turns += 1;
      waiting = setImmediate(count);
    };
    let waiting = setImmediate(count);

    await writeCaseText(core, CHANGED_AT);

    clearImmediate(waiting);
    expect(turns).toBeGreaterThan(2);
  });
});

describe('a framework that is parsed in slices', () => {
  it('is the same as one that is parsed in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCore, async (core) => {
        expect(await parseFramework(core)).toEqual({ data: FrameworkContent.parse(core) });
      }),
      { numRuns: 30 },
    );
  });

  const core = buildCore();
  const [item, ...others] = core.items;
  it.each<[string, unknown]>([
    ['a text', 'framework'],
    ['null', null],
    ['without items', { ...core, items: undefined }],
    ['with items that are no list', { ...core, items: {} }],
    ['with an item that is none', { ...core, items: [...others, { ...item, key: 'one' }] }],
    ['with an unknown member of an item', { ...core, items: [...others, { ...item, rank: 1 }] }],
    ['with too many items', { ...core, items: Array.from({ length: 5001 }, () => item) }],
    ['with a broken crosswalk', { ...core, crosswalk: [{ item: 'one' }] }],
    ['with faults in several places', { ...core, title: '', items: [{}], crosswalk: [{}] }],
    ['with a member too many', { ...core, rank: 1 }],
  ])('%s is refused for the same reasons', async (_, value) => {
    const whole = FrameworkContent.safeParse(value);

    const { data, issues } = await parseFramework(value);

    const told = (list: readonly { path: PropertyKey[]; message: string }[] = []) =>
      list.map(({ path, message }) => `${path.join('.')}: ${message}`).sort();
    expect(data).toBeUndefined();
    expect(told(issues)).toEqual(told(whole.error?.issues));
  });
});
