import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NoteEdits, type NoteEdit, type NoteValue } from '../../contract/observationNotes.ts';

const aValue = (text: string, elapsedMs = 0): NoteValue => ({
  text,
  stamp: { elapsedMs, isEstimated: false },
  itemKeys: [],
  isInterpretation: false,
  isMarked: false,
});

const DEVICES = 3;
const device = fc.integer({ min: 0, max: DEVICES - 1 });
const line = fc.integer({ min: 0, max: 4 });
/** What happens on the devices of one observer. `learn`: one is told all that another one knows. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('write' as const), device, line, at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('remove' as const), device, line }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('learn' as const), device, from: device }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The script itself: who knew what when they wrote. It knows nothing of how edits are merged. */
class Script {
  readonly edits: NoteEdit[] = [];
  readonly #devices = Array.from({ length: DEVICES }, () => new NoteEdits());
  readonly #knownBy = Array.from({ length: DEVICES }, () => new Set<NoteEdit>());
  readonly #seenBefore = new Map<NoteEdit, ReadonlySet<NoteEdit>>();

  play(steps: readonly Step[]): this {
    for (const one of steps) {
      if (one.what === 'learn') this.#learn(one.device, one.from);
      else this.#write(one.device, `line-${one.line}`, one.what === 'write' ? one.at : null);
    }
    return this;
  }

  /** Of each line, the texts that nobody who wrote it later had seen. */
  expected(): Map<string, string[]> {
    const standing = this.edits.filter(
      (edit) =>
        !this.edits.some(
          (later) => later.lineId === edit.lineId && this.#seenBefore.get(later)?.has(edit) === true,
        ),
    );
    const lines = new Map<string, string[]>();
    for (const { lineId, value } of standing)
      if (value) lines.set(lineId, [...(lines.get(lineId) ?? []), value.text].sort());
    return lines;
  }

  #write(at: number, lineId: string, elapsedMs: number | null): void {
    const id = `edit-${this.edits.length}`;
    const replaces = this.#devices[at]?.headsOf(lineId).map((head) => head.id) ?? [];
    const edit = { id, lineId, replaces, value: elapsedMs === null ? null : aValue(id, elapsedMs) };
    this.#seenBefore.set(edit, new Set(this.#knownBy[at]));
    this.edits.push(edit);
    this.#know(at, edit);
  }

  #learn(at: number, from: number): void {
    for (const edit of [...(this.#knownBy[from] ?? [])]) this.#know(at, edit);
  }

  #know(at: number, edit: NoteEdit): void {
    this.#devices[at]?.add(edit);
    this.#knownBy[at]?.add(edit);
  }
}

const textsOf = (notes: NoteEdits): Map<string, string[]> =>
  new Map(notes.lines().map(({ lineId, values }) => [lineId, values.map(({ text }) => text).sort()]));
const sorted = (lines: Map<string, string[]>) => [...lines].sort(([a], [b]) => (a < b ? -1 : 1));

const steps = fc.array(step, { maxLength: 40 });
/** The edits of a script as they arrive: in any order, some of them again. */
const arriving = steps.chain((all) => {
  const script = new Script().play(all);
  const { edits } = script;
  const again = fc.subarray(edits);
  return again.chain((repeated) =>
    fc
      .shuffledSubarray([...edits, ...repeated], { minLength: edits.length + repeated.length })
      .map((order) => ({ script, order })),
  );
});

describe('the lines of a lesson', () => {
  it('are those of the script in whatever order and however often its edits arrive: none lost, none twice', () => {
    fc.assert(
      fc.property(arriving, ({ script, order }) => {
        const notes = new NoteEdits(order);

        expect(sorted(textsOf(notes))).toEqual(sorted(script.expected()));
        expect(notes.size).toBe(script.edits.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('stand in the same order everywhere', () => {
    fc.assert(
      fc.property(arriving, ({ script, order }) => {
        expect(new NoteEdits(order).lines()).toEqual(new NoteEdits(script.edits).lines());
      }),
      { numRuns: 1000 },
    );
  });

  it('show both texts of a line that was edited on two devices, and what was written into one removed elsewhere', () => {
    const first = { id: 'a', lineId: 'l', replaces: [], value: aValue('one') };
    const [left, right] = ['b', 'c'].map((id) => ({ id, lineId: 'l', replaces: ['a'], value: aValue(id) }));
    const removal = { id: 'd', lineId: 'l', replaces: ['a'], value: null };

    const both = new NoteEdits([first, left, right].filter((edit) => edit !== undefined));
    const kept = new NoteEdits([first, removal, left].filter((edit) => edit !== undefined));

    expect(textsOf(both).get('l')).toEqual(['b', 'c']);
    expect(textsOf(kept).get('l')).toEqual(['b']);
    expect(new NoteEdits([first, removal]).lines()).toEqual([]);
  });

  it('take an edit for what it is where the one that it replaces has not arrived', () => {
    const [first, second] = [
      { id: 'a', lineId: 'l', replaces: [], value: aValue('one') },
      { id: 'b', lineId: 'l', replaces: ['a'], value: aValue('two') },
    ];

    const notes = new NoteEdits([second]);
    const isNew = notes.add(first);

    expect(isNew).toBe(true);
    expect(textsOf(notes).get('l')).toEqual(['two']);
  });
});
