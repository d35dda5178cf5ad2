import { z } from 'zod';
import { Id } from './common.ts';
import {
  Block,
  Criterion,
  Exemplar,
  MODULES_MAX,
  ModuleContent,
  PathwayContent,
  SCHEMA_VERSION,
  Step,
  type RubricLevel,
  type Scale,
} from './content.ts';
import { FormPart, FORM_PART, ItemPart, SectionPart } from './formParts.ts';
import { keyBeside } from './keyBeside.ts';

/**
 * A draft is kept in parts, each with a revision of its own: two designers who write in different places never meet, and who meet do
 * so over one block and not over the whole pathway. A part that contains others lists them by their keys, in order.
 */

/** Key of the part that holds what is the pathway's own. Every other part has the key of what it holds. */
export const PATHWAY_PART = 'pathway';
export const PartKey = z.union([Id, z.literal(PATHWAY_PART), z.literal(FORM_PART)]);
export type PartKey = z.infer<typeof PartKey>;

const { schemaVersion: _version, modules: _modules, ...pathwayShape } = PathwayContent.shape;
export const PathwayPart = z.strictObject({
  type: z.literal('pathway'),
  ...pathwayShape,
  modules: z.array(Id).max(MODULES_MAX),
});
export type PathwayPart = z.infer<typeof PathwayPart>;

const StepPart = z.strictObject({ ...Step.shape, blocks: z.array(Id).max(60) });
export const ModulePart = z.strictObject({
  type: z.literal('module'),
  ...ModuleContent.shape,
  steps: z.array(StepPart).min(1).max(8),
  criteria: z.array(Id).max(8),
  exemplars: z.array(Id).max(4),
});
export type ModulePart = z.infer<typeof ModulePart>;

export const Part = z.discriminatedUnion('type', [
  PathwayPart,
  ModulePart,
  z.strictObject({ type: z.literal('block'), block: Block }),
  z.strictObject({ type: z.literal('criterion'), criterion: Criterion }),
  z.strictObject({ type: z.literal('exemplar'), exemplar: Exemplar }),
  FormPart,
  SectionPart,
  ItemPart,
]);
export type Part = z.infer<typeof Part>;

/** What a draft is of. */
export const DraftKind = z.enum(['pathway', 'form']);
export type DraftKind = z.infer<typeof DraftKind>;

/** Key of the part that holds what is the content's own. */
export const HEAD_PARTS = { pathway: PATHWAY_PART, form: FORM_PART } as const;

/** What a part belongs in. */
export function kindOfPart({ type }: Part): DraftKind {
  return type === 'form' || type === 'section' || type === 'item' ? 'form' : 'pathway';
}

/** The key under which a part is kept. */
export function keyOfPart(part: Part): PartKey {
  switch (part.type) {
    case 'pathway':
      return PATHWAY_PART;
    case 'module':
      return part.key;
    case 'block':
      return part.block.key;
    case 'criterion':
      return part.criterion.key;
    case 'exemplar':
      return part.exemplar.key;
    case 'form':
      return FORM_PART;
    case 'section':
      return part.key;
    case 'item':
      return part.item.key;
  }
}

function splitModule(module: ModuleContent): Part[] {
  const { steps, criteria, exemplars, ...own } = module;
  const keysOf = (things: readonly { key: string }[]): string[] => things.map(({ key }) => key);
  const head: ModulePart = {
    type: 'module',
    ...own,
    steps: steps.map((step) => ({ ...step, blocks: keysOf(step.blocks) })),
    criteria: keysOf(criteria),
    exemplars: keysOf(exemplars),
  };
  return [
    head,
    ...steps.flatMap(({ blocks }) => blocks.map((block): Part => ({ type: 'block', block }))),
    ...criteria.map((criterion): Part => ({ type: 'criterion', criterion })),
    ...exemplars.map((exemplar): Part => ({ type: 'exemplar', exemplar })),
  ];
}

/** The parts of a pathway, the pathway's own first. */
export function splitPathway({ schemaVersion: _, modules, ...own }: PathwayContent): Part[] {
  const head: PathwayPart = { type: 'pathway', ...own, modules: modules.map(({ key }) => key) };
  return [head, ...modules.flatMap(splitModule)];
}

/** Most levels of a scale: no two of its places are this far apart. */
const LEVELS_MAX = 6;

/** A key for the descriptor of a level that has none yet: the same on every run, and none that the criterion has already. */
function freeKey(criterion: Criterion, place: number): string {
  const key = keyBeside(criterion.key, place);
  return criterion.levels.some((level) => level.key === key) ? freeKey(criterion, place + LEVELS_MAX) : key;
}
/** The descriptors of a criterion for the levels that the module's scale has now; one that was never written is empty. */
export function fitLevels(criterion: Criterion, { levels }: Scale): RubricLevel[] {
  return levels.map(
    ({ key }, place) =>
      criterion.levels.find(({ level }) => level === key) ?? {
        key: freeKey(criterion, place + 1),
        level: key,
        descriptor: '',
      },
  );
}

type Parts = ReadonlyMap<PartKey, Part>;

function partsOf<T extends Part['type']>(
  parts: Parts,
  type: T,
  keys: readonly string[],
): Extract<Part, { type: T }>[] {
  const isOf = (part: Part | undefined): part is Extract<Part, { type: T }> => part?.type === type;
  return [...new Set(keys)].map((key) => parts.get(key)).filter(isOf);
}

/** The module that these parts make; what is listed and not there is left out. */
export function assembleModule(parts: Parts, { type: _, ...own }: ModulePart): ModuleContent {
  return {
    ...own,
    steps: own.steps.map((step) => ({
      ...step,
      blocks: partsOf(parts, 'block', step.blocks).map(({ block }) => block),
    })),
    criteria: partsOf(parts, 'criterion', own.criteria).map(({ criterion }) => ({
      ...criterion,
      levels: fitLevels(criterion, own.scale),
    })),
    exemplars: partsOf(parts, 'exemplar', own.exemplars).map(({ exemplar }) => exemplar),
  };
}

/**
 * The pathway that these parts make, null without the pathway's own. What is listed and not there is left out, and so is what nobody
 * lists: a block that one designer removed while another wrote in it stays among the parts and comes back when it is listed again.
 */
export function assemblePathway(parts: Parts): PathwayContent | null {
  const head = parts.get(PATHWAY_PART);
  if (head?.type !== 'pathway') return null;
  const { type: _, ...own } = head;
  const modules = partsOf(parts, 'module', own.modules).map((part) => assembleModule(parts, part));
  return { schemaVersion: SCHEMA_VERSION, ...own, modules };
}
