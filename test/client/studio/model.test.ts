import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ModuleKind } from '../../../contract/content.ts';
import { assemblePathway, keyOfPart, Part } from '../../../contract/studioParts.ts';
import type { PartKey } from '../../../contract/studioParts.ts';
import { moveBlockTo } from '../../../client/src/features/studio/blockMoves.ts';
import { blankBlock } from '../../../client/src/features/studio/blanks.ts';
import {
  applyChanges,
  findBlock,
  findCriterion,
  findPathway,
  NO_CHANGES,
} from '../../../client/src/features/studio/changes.ts';
import type { Changes, Parts } from '../../../client/src/features/studio/changes.ts';
import { duplicateBlock, duplicateModule } from '../../../client/src/features/studio/duplicate.ts';
import { setKind } from '../../../client/src/features/studio/practiceModel.ts';
import * as model from '../../../client/src/features/studio/studioModel.ts';
import { EMPTY_LOG, record, redo, undo } from '../../../client/src/features/studio/undoLog.ts';
import type { UndoLog } from '../../../client/src/features/studio/undoLog.ts';
import { moduleAt, sampleParts } from './samples.ts';

interface Operation {
  readonly name: string;
  readonly at: number;
  readonly to: number;
  readonly text: string;
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

/** Everything that can be done, on whatever the numbers point at. */
const OPERATIONS: Readonly<Record<string, (parts: Parts, module: string, operation: Operation) => Changes>> =
  {
    setPathway: (parts, _, { text }) => model.setPathway(parts, { title: text }),
    addModule: (parts, module, { text }) => model.addModule(parts, randomUUID(), text, module),
    removeModule: (parts, module) => model.removeModule(parts, module),
    moveModule: (parts, module, { to }) => model.moveModule(parts, module, to),
    duplicateModule: (parts, module, { text }) => duplicateModule(parts, module, text, randomUUID),
    setModule: (parts, module, { text }) => model.setModule(parts, module, { summary: text }),
    setKind: (parts, module, { at, text }) => {
      const kind = pick(ModuleKind.options, at) ?? 'learn';
      const words = { changed: text, plan: text, refine: text, record: text };
      return setKind(parts, { key: module, kind }, words, randomUUID);
    },
    setScale: (parts, module, { at }) => {
      const { scale } = moduleOf(parts, module);
      const levels = scale.levels.filter((_, place) => place !== at % scale.levels.length);
      return levels.length < 3
        ? NO_CHANGES
        : model.setScale(parts, module, { levels, meets: levels[1]?.key ?? '' });
    },
    addStep: (parts, module) => model.addStep(parts, module, 'observe'),
    removeStep: (parts, module, { at }) => model.removeStep(parts, module, stepOf(parts, module, at)),
    moveStep: (parts, module, { at, to }) => model.moveStep(parts, module, stepOf(parts, module, at), to),
    setStep: (parts, module, { at, to }) =>
      model.setStep(parts, { module, step: stepOf(parts, module, at) }, { minutes: to }),
    addBlock: (parts, module, { at }) =>
      model.addBlock(
        parts,
        { module, step: stepOf(parts, module, at) },
        blankBlock('checklist', randomUUID()),
      ),
    removeBlock: (parts, module, { at }) => model.removeBlock(parts, module, blockOf(parts, module, at)),
    moveBlock: (parts, module, { at, to }) => model.moveBlock(parts, module, blockOf(parts, module, at), to),
    moveBlockTo: (parts, module, { at, to }) => {
      const target = pick(findPathway(parts)?.modules ?? [], to) ?? module;
      const place = { module: target, step: stepOf(parts, target, to), at: 0 };
      return moveBlockTo(parts, blockOf(parts, module, at), place);
    },
    duplicateBlock: (parts, module, { at }) =>
      duplicateBlock(parts, module, blockOf(parts, module, at), randomUUID),
    setBlock: (parts, module, { at, text }) => {
      const block = findBlock(parts, blockOf(parts, module, at))?.block;
      return block?.type === 'prompt' ? model.setBlock(parts, { ...block, question: text }) : NO_CHANGES;
    },
    addCriterion: (parts, module) => model.addCriterion(parts, module, randomUUID()),
    removeCriterion: (parts, module, { at }) =>
      model.removeCriterion(parts, module, criterionOf(parts, module, at)),
    moveCriterion: (parts, module, { at, to }) =>
      model.moveCriterion(parts, module, criterionOf(parts, module, at), to),
    setDescriptor: (parts, module, { at, text }) => {
      const { scale } = moduleOf(parts, module);
      const level = pick(scale.levels, at)?.key ?? '';
      return model.setDescriptor(parts, { criterion: criterionOf(parts, module, at), scale }, level, text);
    },
    addExemplar: (parts, module) => model.addExemplar(parts, module, randomUUID()),
    moveExemplar: (parts, module, { at, to }) =>
      model.moveExemplar(parts, module, pick(moduleOf(parts, module).exemplars, at) ?? '', to),
    removeExemplar: (parts, module, { at }) =>
      model.removeExemplar(parts, module, pick(moduleOf(parts, module).exemplars, at) ?? ''),
  };

function moduleOf(parts: Parts, key: string) {
  const part = parts.get(key);
  if (part?.type !== 'module') throw new Error(`${key} is no module`);
  return part;
}
const stepOf = (parts: Parts, module: string, at: number) =>
  pick(moduleOf(parts, module).steps, at)?.key ?? '';
const criterionOf = (parts: Parts, module: string, at: number) =>
  pick(moduleOf(parts, module).criteria, at) ?? '';
const blockOf = (parts: Parts, module: string, at: number) =>
  pick(
    moduleOf(parts, module).steps.flatMap(({ blocks }) => blocks),
    at,
  ) ?? '';

function changesOf(parts: Parts, operation: Operation): Changes {
  const module = pick(findPathway(parts)?.modules ?? [], operation.at);
  if (module === undefined && operation.name !== 'addModule' && operation.name !== 'setPathway')
    return NO_CHANGES;
  return OPERATIONS[operation.name]?.(parts, module ?? '', operation) ?? NO_CHANGES;
}

const anyOperation: fc.Arbitrary<Operation> = fc.record({
  name: fc.constantFrom(...Object.keys(OPERATIONS)),
  at: fc.nat(6),
  to: fc.nat(6),
  text: fc.string({ minLength: 1, maxLength: 5 }).map((text) => `t${text.trim()}`),
});
const anyOperations = fc.array(anyOperation, { maxLength: 25 });

interface Run {
  parts: Parts;
  log: UndoLog;
}

/** A run of operations, each a minute after the other. */
function run(operations: readonly Operation[], first: Parts = sampleParts()): Run {
  return operations.reduce<Run>(
    ({ parts, log }, operation, n) => {
      const changes = changesOf(parts, operation);
      const done = { parts, changes, joins: null, at: n * 60_000 };
      return { parts: applyChanges(parts, changes), log: record(log, done) };
    },
    { parts: first, log: EMPTY_LOG },
  );
}

function runAll({ parts, log }: Run, act: typeof undo): Run {
  const step = act(log, parts);
  return step ? runAll({ parts: applyChanges(parts, step.changes), log: step.log }, act) : { parts, log };
}

const toObject = (parts: Parts): Record<string, Part> =>
  Object.fromEntries([...parts].sort(([a], [b]) => a.localeCompare(b)));

/** Keys that the draft lists, each as often as it is listed. */
function listedKeys(parts: Parts): PartKey[] {
  const modules = findPathway(parts)?.modules ?? [];
  return modules.flatMap((key) => {
    const { steps, criteria, exemplars } = moduleOf(parts, key);
    return [key, ...steps.flatMap(({ blocks }) => blocks), ...criteria, ...exemplars];
  });
}

describe('operations on a draft', () => {
  it('list every part once, leave none over, and keep each valid under its own key', () => {
    fc.assert(
      fc.property(anyOperations, (operations) => {
        const { parts } = run(operations);

        expect(listedKeys(parts).sort()).toEqual([...parts.keys()].filter((key) => key !== 'pathway').sort());
        for (const [key, part] of parts) {
          expect(keyOfPart(part)).toBe(key);
          expect(Part.safeParse(part).error).toBeUndefined();
        }
      }),
    );
  });

  it('make a pathway in which no two descriptors of a criterion have the same key', () => {
    fc.assert(
      fc.property(anyOperations, (operations) => {
        const content = assemblePathway(run(operations).parts);

        for (const { levels } of content?.modules.flatMap(({ criteria }) => criteria) ?? [])
          expect(new Set(levels.map(({ key }) => key)).size).toBe(levels.length);
      }),
    );
  });

  it('change nothing where what they concern is not there', () => {
    const parts = sampleParts();
    const nobody = randomUUID();
    const operation = { at: 0, to: 1, text: 'text' };

    expect(model.removeModule(parts, nobody)).toEqual(NO_CHANGES);
    expect(model.addStep(parts, nobody, 'try')).toEqual(NO_CHANGES);
    expect(model.removeCriterion(parts, nobody, nobody)).toEqual(NO_CHANGES);
    expect(duplicateModule(parts, nobody, 'Copy', randomUUID)).toEqual(NO_CHANGES);
    expect(changesOf(new Map(), { name: 'setPathway', ...operation })).toEqual(NO_CHANGES);
  });

  it('remove a criterion from the prompts and requirements that speak to it', () => {
    const parts = sampleParts();
    const { key, criteria } = moduleAt(parts, 0);
    const [first = ''] = criteria;

    const after = applyChanges(parts, model.removeCriterion(parts, key, first));

    expect(findCriterion(after, first)).toBeNull();
    expect(JSON.stringify(toObject(after))).not.toContain(first);
  });

  it('copy a module with keys of its own that refer to each other, and with the same framework items', () => {
    const parts = sampleParts();
    const { key } = moduleAt(parts, 0);

    const after = applyChanges(parts, duplicateModule(parts, key, 'Second time', randomUUID));
    const content = assemblePathway(after);
    const [original, copy] = content?.modules ?? [];

    expect(copy?.title).toBe('Second time');
    expect(copy?.criteria.map(({ title }) => title)).toEqual(original?.criteria.map(({ title }) => title));
    const keysOf = (value: unknown) => new Set(JSON.stringify(value).match(/"[0-9a-f-]{36}"/g));
    const { opens: _, ...own } = copy ?? { opens: null };
    const ofFrameworks = keysOf(original?.criteria.map(({ alignments }) => alignments));
    const shared = [...keysOf(own)].filter((one) => keysOf(original).has(one) && !ofFrameworks.has(one));
    expect(shared).toEqual([]);
  });

  it('keep the step in which evidence is handed in last', () => {
    const parts = sampleParts();
    const { key, steps } = moduleAt(parts, 0);

    expect(model.moveStep(parts, key, 'hand_in', 0)).toEqual(NO_CHANGES);
    expect(model.removeStep(parts, key, 'hand_in')).toEqual(NO_CHANGES);
    const after = applyChanges(parts, model.moveStep(parts, key, steps[0]?.key ?? '', 9));
    expect(moduleAt(after, 0).steps.at(-1)?.kind).toBe('hand_in');
  });
});

describe('undo and redo', () => {
  it('give the first state and the last one again, whatever was done', () => {
    fc.assert(
      fc.property(anyOperations, (operations) => {
        const first = sampleParts();
        const last = run(operations, first);

        const undone = runAll(last, undo);
        const redone = runAll(undone, redo);

        expect(toObject(undone.parts)).toEqual(toObject(first));
        expect(toObject(redone.parts)).toEqual(toObject(last.parts));
      }),
    );
  });

  it('leave what somebody else changed in the same part since', () => {
    const parts = sampleParts();
    const { key } = moduleAt(parts, 0);
    const mine = run([{ name: 'setModule', at: 0, to: 0, text: 'mine' }], parts);

    const theirs = applyChanges(mine.parts, model.setModule(mine.parts, key, { label: 'Theirs' }));
    const undone = applyChanges(theirs, undo(mine.log, theirs)?.changes ?? NO_CHANGES);

    expect(moduleAt(undone, 0)).toEqual({ ...moduleAt(parts, 0), label: 'Theirs' });
  });

  it('take back what was typed in one field at once, and separately after a pause', () => {
    const parts = sampleParts();
    const { key } = moduleAt(parts, 0);
    const type = (before: Run, text: string, at: number): Run => {
      const changes = model.setModule(before.parts, key, { label: text });
      const done = { parts: before.parts, changes, joins: `${key}/label`, at };
      return { parts: applyChanges(before.parts, changes), log: record(before.log, done) };
    };

    const typed = type(type(type({ parts, log: EMPTY_LOG }, 'T', 0), 'Tr', 500), 'Try', 9000);
    const once = undo(typed.log, typed.parts);
    const before = applyChanges(typed.parts, once?.changes ?? NO_CHANGES);

    expect(typed.log.done).toHaveLength(2);
    expect(moduleAt(before, 0).label).toBe('Tr');
  });
});
