import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { ModulePart, Part } from '../../../../contract/studioParts.ts';
import {
  findBlock,
  findCriterion,
  findExemplar,
  findModule,
  findPathway,
  NO_CHANGES,
  toChanges,
  withInserted,
} from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import { addBlock, findBlockPlace, withModules } from './studioModel.ts';

/** What a module lists, as parts. */
function contentsOf(parts: Parts, { steps, criteria, exemplars }: ModulePart): Part[] {
  return [
    ...steps.flatMap(({ blocks }) => blocks.flatMap((key) => findBlock(parts, key) ?? [])),
    ...criteria.flatMap((key) => findCriterion(parts, key) ?? []),
    ...exemplars.flatMap((key) => findExemplar(parts, key) ?? []),
  ];
}

/** A value with some of the keys in it replaced by others, at any depth. */
function withKeys<T>(value: T, keys: ReadonlyMap<string, string>): T;
function withKeys(value: unknown, keys: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return keys.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one: unknown) => withKeys(one, keys));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withKeys(one, keys)]));
}

/** Every key that belongs to a part: its own, those of its entries, and of its levels. */
function ownKeys(part: Part): string[] {
  switch (part.type) {
    case 'pathway':
      return [PATHWAY_PART];
    case 'module':
      return [part.key, ...(part.cycles ? [part.cycles.changed.key] : [])];
    case 'block':
      return [
        part.block.key,
        ...(part.block.type === 'checklist' ? part.block.items.map(({ key }) => key) : []),
      ];
    case 'criterion':
      return [part.criterion.key, ...part.criterion.levels.map(({ key }) => key)];
    case 'exemplar':
      return [part.exemplar.key];
    case 'form':
    case 'section':
      return [part.key];
    case 'item':
      return [part.item.key];
  }
}

/**
 * A copy of a module right after it, with keys of its own throughout.
 *
 * @param newKey  a key that nothing has yet
 * @param title  what the copy is called
 */
export function duplicateModule(parts: Parts, key: string, title: string, newKey: () => string): Changes {
  const pathway = findPathway(parts);
  const module = findModule(parts, key);
  if (!pathway || !module) return NO_CHANGES;
  const all: Part[] = [module, ...contentsOf(parts, module)];
  const keys = new Map(all.flatMap(ownKeys).map((one) => [one, newKey()]));
  const copies = all.map((part) => withKeys(part, keys));
  const titled = copies.map((part) => (part.type === 'module' ? { ...part, title } : part));
  const at = pathway.modules.indexOf(key) + 1;
  const modules = withInserted(pathway.modules, keys.get(key) ?? key, at);
  return toChanges(withModules(pathway, modules), ...titled);
}

/** A copy of a block right after it, with keys of its own. */
export function duplicateBlock(
  parts: Parts,
  moduleKey: string,
  blockKey: string,
  newKey: () => string,
): Changes {
  const module = findModule(parts, moduleKey);
  const part = findBlock(parts, blockKey);
  const place = module && findBlockPlace(module, blockKey);
  if (!part || !place) return NO_CHANGES;
  const copy = withKeys(part.block, new Map(ownKeys(part).map((one) => [one, newKey()])));
  return addBlock(parts, { module: moduleKey, step: place.step.key }, copy, place.at + 1);
}
