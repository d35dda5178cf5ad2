import type {
  Block,
  Criterion,
  Cycles,
  Exemplar,
  Prompt,
  Scale,
  StepKind,
} from '../../../../contract/content.ts';
import { allApproved } from '../../../../contract/rules.ts';
import { isSame } from '../../../../contract/studioMerge.ts';
import { fitLevels, PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { ModulePart, PartKey, PathwayPart } from '../../../../contract/studioParts.ts';
import { blankCriterion, blankExemplar, blankModule, blankStep } from './blanks.ts';
import type { StepPart } from './blanks.ts';
import {
  findBlock,
  findCriterion,
  findExemplar,
  findModule,
  findPathway,
  joinChanges,
  NO_CHANGES,
  toChanges,
  withInserted,
  withMoved,
} from './changes.ts';
import type { Changes, Parts } from './changes.ts';

/**
 * What a designer can do to a draft. Each operation is a pure function of the parts and returns what changes; one that concerns
 * something that is not there (any more) changes nothing.
 */

/** Most levels that a rubric has. */
const LEVELS_MAX = 6;
/** Most steps that a module has. */
export const STEPS_MAX = 8;

// ---- Pathway ----

type PathwayFields = Partial<Omit<PathwayPart, 'type' | 'key' | 'modules'>>;

export function setPathway(parts: Parts, fields: PathwayFields): Changes {
  const pathway = findPathway(parts);
  return pathway ? toChanges({ ...pathway, ...fields }) : NO_CHANGES;
}

// ---- Modules ----

/** The pathway with other modules; if every module completed it, every module still does. */
export function withModules(pathway: PathwayPart, modules: string[]): PathwayPart {
  const isEvery = isSame(pathway.completes, allApproved(pathway.modules));
  return { ...pathway, modules, completes: isEvery ? allApproved(modules) : pathway.completes };
}

/** Adds a module after another one; by default at the end. Its rubric has the levels of the one before it. */
export function addModule(parts: Parts, key: string, title: string, after?: string): Changes {
  const pathway = findPathway(parts);
  if (!pathway) return NO_CHANGES;
  const place = after === undefined ? -1 : pathway.modules.indexOf(after);
  const at = place < 0 ? pathway.modules.length : place + 1;
  const before = findModule(parts, pathway.modules[at - 1] ?? '');
  const module = blankModule({ key, title, scale: before?.scale ?? null });
  return toChanges(withModules(pathway, withInserted(pathway.modules, key, at)), module);
}

/** Keys of everything that a module contains. */
export function contentsOf({ steps, criteria, exemplars }: ModulePart): string[] {
  return [...steps.flatMap(({ blocks }) => blocks), ...criteria, ...exemplars];
}

/** Removes a module with everything in it. Rules of others that name it stay: what they then mean is for people to decide. */
export function removeModule(parts: Parts, key: string): Changes {
  const pathway = findPathway(parts);
  const module = findModule(parts, key);
  if (!pathway || !module) return NO_CHANGES;
  const gone: Changes = new Map([key, ...contentsOf(module)].map((one): [PartKey, null] => [one, null]));
  return joinChanges(
    toChanges(
      withModules(
        pathway,
        pathway.modules.filter((one) => one !== key),
      ),
    ),
    gone,
  );
}

/** @param to  its new place, from 0 */
export function moveModule(parts: Parts, key: string, to: number): Changes {
  const pathway = findPathway(parts);
  const from = pathway?.modules.indexOf(key) ?? -1;
  if (!pathway || from < 0 || from === to) return NO_CHANGES;
  return toChanges(withModules(pathway, withMoved(pathway.modules, from, to)));
}

type ModuleFields = Partial<Omit<ModulePart, 'type' | 'key' | 'steps' | 'criteria' | 'exemplars' | 'scale'>>;

export function setModule(parts: Parts, key: string, fields: ModuleFields): Changes {
  const module = findModule(parts, key);
  return module ? toChanges({ ...module, ...fields }) : NO_CHANGES;
}

/** Descriptors of levels that are no longer there stay with their criteria, in case the level comes back. */
export function setScale(parts: Parts, key: string, scale: Scale): Changes {
  const module = findModule(parts, key);
  return module ? toChanges({ ...module, scale }) : NO_CHANGES;
}

/** Cycles with another question between them. */
export function withChanged(cycles: Cycles, fields: Partial<Omit<Prompt, 'type' | 'key'>>): Cycles {
  return { ...cycles, changed: { ...cycles.changed, ...fields } };
}

// ---- Steps ----

/** Adds a step before the last one, which is where evidence is handed in. */
export function addStep(parts: Parts, moduleKey: string, kind: Exclude<StepKind, 'hand_in'>): Changes {
  const module = findModule(parts, moduleKey);
  if (!module || module.steps.length >= STEPS_MAX) return NO_CHANGES;
  const step = blankStep(
    kind,
    module.steps.map(({ key }) => key),
  );
  return toChanges({ ...module, steps: withInserted(module.steps, step, module.steps.length - 1) });
}

/** Removes a step with its blocks; the last one, where evidence is handed in, stays. */
export function removeStep(parts: Parts, moduleKey: string, stepKey: string): Changes {
  const module = findModule(parts, moduleKey);
  const step = module?.steps.find(({ key }) => key === stepKey);
  if (!module || !step || step.kind === 'hand_in') return NO_CHANGES;
  const gone: Changes = new Map(step.blocks.map((key): [PartKey, null] => [key, null]));
  const steps = module.steps.filter(({ key }) => key !== stepKey);
  return joinChanges(toChanges({ ...module, steps }), gone);
}

/** @param to  its new place, from 0; never after the last one */
export function moveStep(parts: Parts, moduleKey: string, stepKey: string, to: number): Changes {
  const module = findModule(parts, moduleKey);
  const from = module?.steps.findIndex(({ key }) => key === stepKey) ?? -1;
  if (!module || from < 0) return NO_CHANGES;
  const last = module.steps.length - 1;
  const place = Math.max(0, Math.min(last - 1, to));
  if (from === last || from === place) return NO_CHANGES;
  return toChanges({ ...module, steps: withMoved(module.steps, from, place) });
}

/** One change of one step, at its place. */
function withStep(module: ModulePart, stepKey: string, change: (step: StepPart) => StepPart): ModulePart {
  return { ...module, steps: module.steps.map((step) => (step.key === stepKey ? change(step) : step)) };
}

type StepFields = Partial<Pick<StepPart, 'title' | 'minutes'>>;

/** A place within a module: the step that a block is in. */
export interface StepPlace {
  module: string;
  step: string;
}

export function setStep(parts: Parts, { module: key, step }: StepPlace, fields: StepFields): Changes {
  const module = findModule(parts, key);
  return module ? toChanges(withStep(module, step, (before) => ({ ...before, ...fields }))) : NO_CHANGES;
}

// ---- Blocks ----

/** Adds a block to a step; by default at its end. */
export function addBlock(parts: Parts, { module: key, step }: StepPlace, block: Block, at?: number): Changes {
  const module = findModule(parts, key);
  if (!module?.steps.some((one) => one.key === step)) return NO_CHANGES;
  const next = withStep(module, step, (one) => ({
    ...one,
    blocks: withInserted(one.blocks, block.key, at),
  }));
  return toChanges(next, { type: 'block', block });
}

/** The step that a block is in, and its place there from 0; null for a block of another module. */
export function findBlockPlace(module: ModulePart, blockKey: string): { step: StepPart; at: number } | null {
  const step = module.steps.find(({ blocks }) => blocks.includes(blockKey));
  return step ? { step, at: step.blocks.indexOf(blockKey) } : null;
}

export function removeBlock(parts: Parts, moduleKey: string, blockKey: string): Changes {
  const module = findModule(parts, moduleKey);
  const place = module && findBlockPlace(module, blockKey);
  if (!module || !place) return NO_CHANGES;
  const next = withStep(module, place.step.key, (step) => ({
    ...step,
    blocks: step.blocks.filter((key) => key !== blockKey),
  }));
  return joinChanges(toChanges(next), new Map([[blockKey, null]]));
}

/** Moves a block within its step. @param to  its new place, from 0 */
export function moveBlock(parts: Parts, moduleKey: string, blockKey: string, to: number): Changes {
  const module = findModule(parts, moduleKey);
  const place = module && findBlockPlace(module, blockKey);
  if (!module || !place || place.at === to) return NO_CHANGES;
  const { step, at } = place;
  return toChanges(withStep(module, step.key, (one) => ({ ...one, blocks: withMoved(one.blocks, at, to) })));
}

/** Replaces what a block holds; its type stays. */
export function setBlock(parts: Parts, block: Block): Changes {
  const before = findBlock(parts, block.key);
  return before?.block.type === block.type ? toChanges({ type: 'block', block }) : NO_CHANGES;
}

// ---- Criteria ----

export function addCriterion(parts: Parts, moduleKey: string, key: string): Changes {
  const module = findModule(parts, moduleKey);
  if (!module || module.criteria.length >= 8) return NO_CHANGES;
  const taken = module.criteria.flatMap((one) => findCriterion(parts, one)?.criterion.code ?? []);
  const next = { ...module, criteria: [...module.criteria, key] };
  return toChanges(next, blankCriterion(key, module.scale, taken));
}

/** What of a module names a criterion, without it. */
function withoutCriterion(parts: Parts, module: ModulePart, key: string): Changes {
  const blocks = module.steps.flatMap((step) => step.blocks.flatMap((one) => findBlock(parts, one) ?? []));
  const named = blocks.flatMap(({ type, block }) => {
    if (block.type !== 'prompt' && block.type !== 'requirement') return [];
    if (!block.criteria.includes(key)) return [];
    return [{ type, block: { ...block, criteria: block.criteria.filter((one) => one !== key) } }];
  });
  const exemplars = module.exemplars.flatMap((one) => {
    const exemplar = findExemplar(parts, one)?.exemplar;
    if (!exemplar?.criteria.some(({ criterion }) => criterion === key)) return [];
    const criteria = exemplar.criteria.filter(({ criterion }) => criterion !== key);
    return [{ type: 'exemplar' as const, exemplar: { ...exemplar, criteria } }];
  });
  return toChanges(...named, ...exemplars);
}

/** Removes a criterion, and from prompts, requirements and exemplars that they speak to it. */
export function removeCriterion(parts: Parts, moduleKey: string, key: string): Changes {
  const module = findModule(parts, moduleKey);
  if (!module?.criteria.includes(key)) return NO_CHANGES;
  const isOther = (one: string): boolean => one !== key;
  const { cycles } = module;
  const between = cycles && withChanged(cycles, { criteria: cycles.changed.criteria.filter(isOther) });
  return joinChanges(
    withoutCriterion(parts, module, key),
    toChanges({ ...module, cycles: between, criteria: module.criteria.filter(isOther) }),
    new Map([[key, null]]),
  );
}

/** @param to  its new place, from 0 */
export function moveCriterion(parts: Parts, moduleKey: string, key: string, to: number): Changes {
  const module = findModule(parts, moduleKey);
  const from = module?.criteria.indexOf(key) ?? -1;
  if (!module || from < 0 || from === to) return NO_CHANGES;
  return toChanges({ ...module, criteria: withMoved(module.criteria, from, to) });
}

export function setCriterion(parts: Parts, key: string, fields: Partial<Omit<Criterion, 'key'>>): Changes {
  const before = findCriterion(parts, key);
  if (!before) return NO_CHANGES;
  return toChanges({ type: 'criterion', criterion: { ...before.criterion, ...fields } });
}

/** Writes the descriptor of one level. */
export function setDescriptor(
  parts: Parts,
  { criterion: key, scale }: { criterion: string; scale: Scale },
  level: string,
  descriptor: string,
): Changes {
  const before = findCriterion(parts, key);
  if (!before) return NO_CHANGES;
  const written = fitLevels(before.criterion, scale).map((one) =>
    one.level === level ? { ...one, descriptor } : one,
  );
  const others = before.criterion.levels.filter((one) => !written.some(({ key: same }) => same === one.key));
  return setCriterion(parts, key, { levels: [...written, ...others].slice(0, LEVELS_MAX) });
}

// ---- Exemplars ----

export function addExemplar(parts: Parts, moduleKey: string, key: string): Changes {
  const module = findModule(parts, moduleKey);
  if (!module || module.exemplars.length >= 4) return NO_CHANGES;
  return toChanges({ ...module, exemplars: [...module.exemplars, key] }, blankExemplar(key));
}

export function removeExemplar(parts: Parts, moduleKey: string, key: string): Changes {
  const module = findModule(parts, moduleKey);
  if (!module?.exemplars.includes(key)) return NO_CHANGES;
  const next = { ...module, exemplars: module.exemplars.filter((one) => one !== key) };
  return joinChanges(toChanges(next), new Map([[key, null]]));
}

/** @param to  its new place, from 0 */
export function moveExemplar(parts: Parts, moduleKey: string, key: string, to: number): Changes {
  const module = findModule(parts, moduleKey);
  const from = module?.exemplars.indexOf(key) ?? -1;
  if (!module || from < 0 || from === to) return NO_CHANGES;
  return toChanges({ ...module, exemplars: withMoved(module.exemplars, from, to) });
}

export function setExemplar(parts: Parts, key: string, fields: Partial<Omit<Exemplar, 'key'>>): Changes {
  const before = findExemplar(parts, key);
  if (!before) return NO_CHANGES;
  return toChanges({ type: 'exemplar', exemplar: { ...before.exemplar, ...fields } });
}

// ---- Places ----

/** The module that a part belongs to, itself included; null for the pathway's own and for what no module lists. */
export function findModuleOf(parts: Parts, key: PartKey): string | null {
  if (key === PATHWAY_PART) return null;
  if (findModule(parts, key)) return key;
  const modules = [...parts.values()].flatMap((part) => (part.type === 'module' ? [part] : []));
  return modules.find((module) => contentsOf(module).includes(key))?.key ?? null;
}
