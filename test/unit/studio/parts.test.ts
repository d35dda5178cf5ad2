import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PathwayContent, type ModuleContent } from '../../../contract/content.ts';
import {
  assemblePathway,
  keyOfPart,
  Part,
  PATHWAY_PART,
  splitPathway,
  type PartKey,
} from '../../../contract/studioParts.ts';
import { SAMPLE } from '../../support/build.ts';

const partsOf = (content: PathwayContent): Map<PartKey, Part> =>
  new Map(splitPathway(content).map((part) => [keyOfPart(part), part]));

function firstModule({ modules: [first] }: PathwayContent): ModuleContent {
  if (!first) throw new Error('the sample has no module');
  return first;
}

describe('the parts of a draft', () => {
  it('make the same pathway again', () => {
    const parts = splitPathway(SAMPLE);

    expect(parts.every((part) => Part.safeParse(part).success)).toBe(true);
    expect(new Set(parts.map(keyOfPart)).size).toBe(parts.length);
    expect(assemblePathway(partsOf(SAMPLE))).toEqual(SAMPLE);
  });

  it('make no pathway without its own part', () => {
    const parts = partsOf(SAMPLE);
    parts.delete(PATHWAY_PART);

    expect(assemblePathway(parts)).toBeNull();
  });

  it('are left out where nobody lists them, and come back when they are listed again', () => {
    const parts = partsOf(SAMPLE);
    const { key } = firstModule(SAMPLE);
    const head = parts.get(PATHWAY_PART);
    if (head?.type !== 'pathway') throw new Error('the sample has no part of its own');

    parts.set(PATHWAY_PART, { ...head, modules: head.modules.filter((one) => one !== key) });
    const without = assemblePathway(parts);
    parts.set(PATHWAY_PART, head);

    expect(without?.modules.map((module) => module.key)).not.toContain(key);
    expect(assemblePathway(parts)).toEqual(SAMPLE);
  });

  it('are left out where they are listed and not there, or listed twice', () => {
    const parts = partsOf(SAMPLE);
    const head = parts.get(PATHWAY_PART);
    if (head?.type !== 'pathway') throw new Error('the sample has no part of its own');

    parts.set(PATHWAY_PART, { ...head, modules: [...head.modules, ...head.modules, randomUUID()] });

    expect(assemblePathway(parts)).toEqual(SAMPLE);
  });

  it('describe the levels that the module has now, with every descriptor that was written', () => {
    const parts = partsOf(SAMPLE);
    const { key, scale, criteria } = firstModule(SAMPLE);
    const part = parts.get(key);
    if (part?.type !== 'module') throw new Error('the sample has no module');
    const added = { key: 'outstanding', name: 'Outstanding' };

    parts.set(key, { ...part, scale: { ...scale, levels: [...scale.levels.slice(1), added] } });
    const content = assemblePathway(parts);
    const [criterion] = content?.modules[0]?.criteria ?? [];

    expect(PathwayContent.safeParse(content).error).toBeUndefined();
    expect(criterion?.levels.slice(0, -1)).toEqual(criteria[0]?.levels.slice(1));
    expect(criterion?.levels.at(-1)).toMatchObject({ level: 'outstanding', descriptor: '' });
    expect(assemblePathway(parts)).toEqual(content);
  });
});
