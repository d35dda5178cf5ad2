import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { ModulePart, PartKey } from '../../../../contract/studioParts.ts';
import { findModule, findPathway, joinChanges, NO_CHANGES, toChanges, withInserted } from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import { contentsOf, findModuleOf, withModules } from './studioModel.ts';

/**
 * Parts that are there and that nobody lists: what one designer removed while another wrote in it. They are on no page until they are
 * put back.
 */
export function findUnlisted(parts: Parts): PartKey[] {
  const modules = new Set(findPathway(parts)?.modules);
  const listed = new Set<PartKey>([PATHWAY_PART, ...modules]);
  for (const part of parts.values())
    if (part.type === 'module' && modules.has(part.key)) for (const key of contentsOf(part)) listed.add(key);
  return [...parts.keys()].filter((key) => !listed.has(key));
}

/** Puts a block into a step: what asks for evidence into the last one, anything else into the one before it. */
function withBlock(module: ModulePart, key: string, isRequirement: boolean): ModulePart {
  const last = module.steps.length - 1;
  const place = isRequirement ? last : Math.max(0, last - 1);
  const steps = module.steps.map((step, at) =>
    at === place ? { ...step, blocks: withInserted(step.blocks, key) } : step,
  );
  return { ...module, steps };
}

/**
 * Lists a part again: a module at the end of the pathway, anything else in `moduleKey`.
 *
 * @returns no changes if that module is not there, or holds as many as it may
 */
export function listAgain(parts: Parts, key: PartKey, moduleKey: PartKey): Changes {
  const part = parts.get(key);
  const pathway = findPathway(parts);
  const module = findModule(parts, moduleKey);
  if (part?.type === 'module' && pathway)
    return toChanges(withModules(pathway, withInserted(pathway.modules, part.key)));
  if (!module) return NO_CHANGES;
  switch (part?.type) {
    case 'block':
      return toChanges(withBlock(module, part.block.key, part.block.type === 'requirement'));
    case 'criterion':
      return module.criteria.length < 8
        ? toChanges({ ...module, criteria: [...module.criteria, part.criterion.key] })
        : NO_CHANGES;
    case 'exemplar':
      return module.exemplars.length < 4
        ? toChanges({ ...module, exemplars: [...module.exemplars, part.exemplar.key] })
        : NO_CHANGES;
    default:
      return NO_CHANGES;
  }
}

/** What was removed, without what was removed together with its module. */
export function outermost(removed: ReadonlyMap<PartKey, Parts>): PartKey[] {
  return [...removed].flatMap(([key, before]) => {
    const home = findModuleOf(before, key);
    return home !== null && home !== key && removed.has(home) ? [] : [key];
  });
}

/** Puts a key back into a list, at the place that it had in an earlier one. */
function withRestored(list: readonly string[], key: string, before: readonly string[]): string[] {
  return list.includes(key) ? [...list] : withInserted(list, key, Math.min(before.indexOf(key), list.length));
}

function restoreIn(now: ModulePart, before: ModulePart, key: string): ModulePart {
  const lists = {
    criteria: before.criteria.includes(key) ? withRestored(now.criteria, key, before.criteria) : now.criteria,
    exemplars: before.exemplars.includes(key)
      ? withRestored(now.exemplars, key, before.exemplars)
      : now.exemplars,
  };
  const home = before.steps.find(({ blocks }) => blocks.includes(key));
  if (!home) return { ...now, ...lists };
  const isThere = now.steps.some((step) => step.key === home.key);
  const at = isThere ? home.key : now.steps.find(({ kind }) => kind !== 'hand_in')?.key;
  const steps = now.steps.map((step) =>
    step.key === at ? { ...step, blocks: withRestored(step.blocks, key, home.blocks) } : step,
  );
  return { ...now, ...lists, steps };
}

/**
 * Puts back what somebody else removed, where it was.
 *
 * @param before  the draft before it was removed
 * @returns no changes if the module that it was in is gone
 */
export function restore(parts: Parts, key: PartKey, before: Parts): Changes {
  const part = before.get(key);
  const pathway = findPathway(parts);
  if (!part || !pathway) return NO_CHANGES;
  if (part.type === 'module') {
    const modules = withRestored(pathway.modules, part.key, findPathway(before)?.modules ?? []);
    const contents = contentsOf(part).flatMap((one) => (parts.has(one) ? [] : (before.get(one) ?? [])));
    return joinChanges(toChanges(part, ...contents), toChanges(withModules(pathway, modules)));
  }
  const home = findModule(before, findModuleOf(before, key) ?? '');
  const module = home && findModule(parts, home.key);
  return module ? toChanges(part, restoreIn(module, home, key)) : NO_CHANGES;
}
