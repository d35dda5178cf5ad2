import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { ModulePart, PartKey } from '../../../../contract/studioParts.ts';
import { findModule, findPathway, NO_CHANGES, toChanges, withInserted } from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import { contentsOf, withModules } from './studioModel.ts';

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
