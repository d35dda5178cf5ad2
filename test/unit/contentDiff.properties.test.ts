import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PathwayContent } from '../../contract/content.ts';
import { isEmptyDiff, type ContentDiff } from '../../contract/contentDiff.ts';
import { diffContent, findMoved } from '../../contract/diffContent.ts';
import { sampleCycles, sampleModule, samplePathway } from '../support/sampleContent.ts';

const BEFORE = samplePathway(3, {
  modules: [sampleModule(1), sampleModule(2), sampleModule(3, { cycles: sampleCycles(2) })],
});

type Path = readonly (string | number)[];

/** Paths of everything in a value that holds nothing else. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value);
  return entries.flatMap(([name, one]) =>
    leavesOf(one, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

function withLeaf(value: unknown, [name, ...rest]: Path, change: (leaf: unknown) => unknown): unknown {
  if (name === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((one: unknown, at) => (at === name ? withLeaf(one, rest, change) : one));
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([key, one]) => [
      key,
      key === name ? withLeaf(one, rest, change) : one,
    ]),
  );
}

/** Another value of the same kind. */
function otherLeaf(leaf: unknown): unknown {
  if (typeof leaf === 'string') return `${leaf}x`;
  return typeof leaf === 'number' ? leaf + 1 : 'x';
}

function shuffledMembers<T>(value: T): T {
  if (Array.isArray(value)) return value.map(shuffledMembers) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, shuffledMembers<unknown>(one)]),
  ) as T;
}

/** What says of which shape the rest is can't change alone. */
const isOfShape = (path: Path): boolean =>
  path[0] === 'schemaVersion' ||
  path.at(-1) === 'cycles' ||
  (path.at(-1) === 'type' && !path.includes('opens') && !path.includes('completes'));
const LEAVES = leavesOf(BEFORE).filter((path) => !isOfShape(path));
/** Each run compares whole pathways. */
const RUNS = { numRuns: 25 };
const anyLeaf = fc.constantFrom(...LEAVES);

/** Versions that differ in some modules, blocks and words. */
const anyVersion: fc.Arbitrary<PathwayContent> = fc
  .record({
    numbers: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
    title: fc.constantFrom('One', 'Two'),
    criteria: fc.nat(2),
    dropped: fc.nat(4),
  })
  .map(({ numbers, title, criteria, dropped }) =>
    samplePathway(1, {
      title,
      modules: numbers.map((number) => {
        const { steps, criteria: all } = sampleModule(number);
        return sampleModule(number, {
          criteria: all.slice(0, criteria),
          steps: steps.map((step) => ({ ...step, blocks: step.blocks.filter((_, at) => at !== dropped) })),
        });
      }),
    }),
  );

/** What a diff calls added or removed, by where it is. */
function namesOf({ pathway, modules }: ContentDiff, what: 'added' | 'removed'): string[] {
  const inside = modules.flatMap(({ key, changes }) => changes.map((change) => ({ in: key, ...change })));
  return [
    ...modules.filter((one) => one.what === what).map(({ key }) => key),
    ...[...pathway.map((change) => ({ in: '', ...change })), ...inside]
      .filter((change) => change.what === what)
      .map((change) => `${change.in}:${change.part}:${change.key}`),
  ].sort();
}

/** Keys of what contains a leaf, from the outside in, with its own name. */
function namesOnPath(content: PathwayContent, path: Path): string[] {
  const names: string[] = [];
  let value: unknown = content;
  for (const name of path) {
    if (typeof value === 'object' && value !== null && 'key' in value) names.push(String(value.key));
    if (typeof name === 'string') names.push(name);
    value = (value as Record<string | number, unknown>)[name];
  }
  return names;
}

describe('a diff', () => {
  it('of a version with itself is empty', () => {
    fc.assert(
      fc.property(anyVersion, (version) => {
        expect(isEmptyDiff(diffContent(version, structuredClone(version)))).toBe(true);
      }),
      RUNS,
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (a, b) => {
        expect(isEmptyDiff(diffContent(a, shuffledMembers(a)))).toBe(true);
        expect(namesOf(diffContent(a, shuffledMembers(b)), 'added')).toEqual(
          namesOf(diffContent(a, b), 'added'),
        );
      }),
      RUNS,
    );
  });

  it('calls removed what the other direction calls added', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (a, b) => {
        const [there, back] = [diffContent(a, b), diffContent(b, a)];

        expect(namesOf(there, 'added')).toEqual(namesOf(back, 'removed'));
        expect(namesOf(there, 'removed')).toEqual(namesOf(back, 'added'));
      }),
      RUNS,
    );
  });

  it('finds a change of anything, and names the part that it is in', () => {
    fc.assert(
      fc.property(anyLeaf, (path) => {
        const after = withLeaf(BEFORE, path, otherLeaf) as PathwayContent;

        const { pathway, modules } = diffContent(BEFORE, after);

        const named = namesOnPath(BEFORE, path);
        const changes = [...pathway, ...modules.flatMap((module) => module.changes)];
        const isNamed = changes.some(({ key, field }) => {
          const [own = ''] = key.split('/');
          return (
            named.includes(own) && (field === null || named.includes(field === 'itemKeys' ? 'items' : field))
          );
        });
        const isWhole = modules.some(({ key, what }) => what === 'removed' && named.includes(key));
        expect(isNamed || isWhole).toBe(true);
      }),
      { numRuns: LEAVES.length },
    );
  });
});

describe('what moved', () => {
  it('is as little as possible', () => {
    expect([...findMoved(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'])]).toEqual(['d']);
    expect([...findMoved(['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd'])]).toEqual([]);
  });

  it('leaves the others in their order', () => {
    const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
    fc.assert(
      fc.property(fc.shuffledSubarray(letters, { minLength: 6 }), (after) => {
        const moved = findMoved(letters, after);

        expect(after.filter((one) => !moved.has(one))).toEqual(letters.filter((one) => !moved.has(one)));
      }),
    );
  });
});
