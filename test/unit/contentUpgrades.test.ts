import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PathwayContent } from '../../contract/content.ts';
import { moduleMinutes, promptsOf, requirementsOf, unrollModule } from '../../contract/cycles.ts';
import {
  parsePathwayContent,
  readPathwayContent,
  schemaVersionOf,
  upgradeModules,
  upgradePathway,
} from '../../contract/contentUpgrades.ts';
import { PathwayContent1 } from '../../contract/contentVersion1.ts';
import { PathwayContent2, upgradePart2 } from '../../contract/contentVersion2.ts';
import { ALWAYS, holds, NO_FACTS } from '../../contract/rules.ts';
import { splitPathway } from '../../contract/studioParts.ts';
import { SAMPLE_1, SAMPLE_2 } from '../support/build.ts';

const OLD = PathwayContent1.parse(SAMPLE_1);
const NEW = readPathwayContent(SAMPLE_1);
const [FIRST] = OLD.modules;
if (!FIRST) throw new Error('the sample has no module');

/** Every `key` in a value, however deep. */
function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'key' in value && typeof value.key === 'string' ? [value.key] : [];
  return [...own, ...Object.values(value).flatMap(keysIn)];
}
const isId = (key: string): boolean => /^[0-9a-f]{8}-/.test(key);

/** The first module without anything that has a key. */
const BARE = {
  ...FIRST,
  reflect: { minutes: 0, prompts: [] },
  handIn: { minutes: 0, requirements: [] },
  criteria: [],
};

/** The sample with so many modules, whose keys are counted up from one of them. */
function counted(first: number, modules: number): PathwayContent1 {
  const keyOf = (n: number) => `00000000-0000-4000-8000-${(first + n).toString(16).padStart(12, '0')}`;
  return {
    ...OLD,
    modules: Array.from({ length: modules }, (_, n) => ({ ...BARE, key: keyOf(n) })),
  };
}

describe('content of version 1', () => {
  it('becomes content of the newest version', () => {
    expect(PathwayContent.parse(NEW)).toEqual(NEW);
  });

  it('keeps every key of its modules, criteria, levels, prompts and requirements', () => {
    const upgraded = NEW.modules.map((module) => ({
      key: module.key,
      prompts: promptsOf(unrollModule(module)).map(({ key }) => key),
      requirements: requirementsOf(unrollModule(module)).map(({ key }) => key),
      criteria: module.criteria.map(({ key, levels }) => [key, levels.map((level) => level.key)]),
    }));

    expect(upgraded).toEqual(
      OLD.modules.map(({ key, reflect, handIn, criteria }) => ({
        key,
        prompts: reflect.prompts.map((prompt) => prompt.key),
        requirements: handIn.requirements.map((requirement) => requirement.key),
        criteria: criteria.map((criterion) => [criterion.key, criterion.levels.map((level) => level.key)]),
      })),
    );
  });

  it('keeps the names of levels as their keys, so that decisions made with them stay true', () => {
    const levels = NEW.modules.flatMap(({ criteria }) =>
      criteria.map((criterion) => criterion.levels.map(({ level }) => level)),
    );

    const names = OLD.modules.flatMap(({ criteria }) =>
      criteria.map((criterion) => criterion.levels.map(({ name }) => name)),
    );
    expect(levels).toEqual(names);
  });

  it('keeps the minutes of each of its steps, under the keys by which progress is stored', () => {
    const minutes = NEW.modules.map(({ steps }) => steps.map((step) => [step.key, step.minutes]));

    expect(minutes).toEqual(
      OLD.modules.map(({ learn, try: practice, reflect, handIn }) => [
        ['learn', learn.minutes],
        ['try', practice.minutes],
        ['reflect', reflect.minutes],
        ['hand_in', handIn.minutes],
      ]),
    );
    expect(NEW.modules.map((module) => moduleMinutes(unrollModule(module)))).toEqual(
      OLD.modules.map(
        (old) => old.learn.minutes + old.try.minutes + old.reflect.minutes + old.handIn.minutes,
      ),
    );
  });

  it('opens after the same modules as before, and is complete when all of them are approved', () => {
    const approved = new Set(OLD.modules.map(({ key }) => key));

    const opens = NEW.modules.map((module) => module.opens);

    expect(opens).toEqual(
      OLD.modules.map(({ opensAfter }) =>
        opensAfter === null ? ALWAYS : { type: 'approved', module: opensAfter },
      ),
    );
    expect(holds(NEW.completes, { ...NO_FACTS, approved })).toBe(true);
    for (const { key } of OLD.modules) {
      const others = new Set([...approved].filter((other) => other !== key));
      expect(holds(NEW.completes, { ...NO_FACTS, approved: others })).toBe(false);
    }
  });

  it('that waited for a module which is not there was open, and stays so', () => {
    const dead = { ...FIRST, opensAfter: '00000000-0000-4000-8000-000000000001' };

    const [upgraded] = upgradeModules([dead], 1);

    expect(upgraded?.opens).toEqual(ALWAYS);
  });

  it('becomes the same on every run, and is not changed itself', () => {
    const before = structuredClone(SAMPLE_1);

    const again = readPathwayContent(SAMPLE_1);

    expect(again).toEqual(NEW);
    expect(SAMPLE_1).toEqual(before);
  });

  it('has a key of its own for everything that a key names, also for texts that had none', () => {
    const keys = keysIn(NEW.modules).filter(isId);

    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBe(keysIn(OLD.modules).length + 2 * OLD.modules.length);
  });

  it('has them also if the keys of its modules were counted up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 1, max: 30 }), (first, modules) => {
        const keys = keysIn(upgradePathway(counted(first, modules)).modules).filter(isId);

        expect(new Set(keys).size).toBe(3 * modules);
      }),
    );
  });
});

/** A value without the members that version 2 did not have. */
function without3(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without3);
  if (typeof value !== 'object' || value === null) return value;
  const since3 = new Set(['cycles', 'reviewedBy', 'visitRecord']);
  const members = Object.entries(value).filter(([name]) => !since3.has(name));
  return Object.fromEntries(members.map(([name, one]) => [name, without3(one)]));
}

describe('content of version 2', () => {
  const OLD_2 = PathwayContent2.parse(SAMPLE_2);
  const NEW_2 = readPathwayContent(SAMPLE_2);

  it('becomes content of the newest version, and is not changed itself', () => {
    const before = structuredClone(SAMPLE_2);

    expect(PathwayContent.parse(NEW_2)).toEqual(NEW_2);
    expect(SAMPLE_2).toEqual(before);
  });

  it('says what it said before', () => {
    expect(without3({ ...NEW_2, schemaVersion: 2 })).toEqual(OLD_2);
  });

  it('has no cycles, is judged by reviewers and asks for no record of a visit', () => {
    const { modules } = NEW_2;

    expect(modules.map(({ cycles }) => cycles)).toEqual(modules.map(() => null));
    expect(modules.map(({ reviewedBy }) => reviewedBy)).toEqual(modules.map(() => 'reviewer'));
    expect(
      modules
        .map(unrollModule)
        .flatMap(requirementsOf)
        .map(({ visitRecord }) => visitRecord),
    ).toEqual([false, false]);
  });

  it('is refused where its members do not agree, as newer content is', () => {
    const [module] = OLD_2.modules;
    const withoutHandIn = { ...OLD_2, modules: [{ ...module, steps: module?.steps.slice(0, -1) }] };

    expect(() => parsePathwayContent(withoutHandIn)).toThrow('A module ends with one step');
  });

  it('in parts of a draft becomes parts of the newest version, and those stay as they are', () => {
    const parts = splitPathway(NEW_2);

    expect(parts.map(without3).map(upgradePart2)).toEqual(parts);
    expect(parts.map(upgradePart2)).toEqual(parts);
  });
});

describe('content of any version', () => {
  it.each([
    ['no schema version', SAMPLE_1, 1],
    ['schema version 1', { ...OLD, schemaVersion: 1 }, 1],
    ['the newest', NEW, 3],
  ])('with %s is parsed as it was written', (_which, content, version) => {
    const written = parsePathwayContent(content);

    expect(schemaVersionOf(written)).toBe(version);
    expect(upgradePathway(written)).toEqual(NEW);
  });

  it.each([
    ['a version that nobody knows', { ...NEW, schemaVersion: 99 }],
    ['members of another version', { ...OLD, schemaVersion: 2 }],
    ['members of a later version', { ...NEW, schemaVersion: 2 }],
    ['no content at all', null],
    ['a step of its own in version 1', { ...OLD, modules: [{ ...FIRST, steps: [] }] }],
  ])('with %s is refused', (_which, content) => {
    expect(() => parsePathwayContent(content)).toThrow(expect.objectContaining({ name: 'ZodError' }));
  });

  it('that is stored in a version that nobody knows cannot be read', () => {
    expect(() => upgradeModules([], 99)).toThrow('schema version 99');
  });
});
