import type { Part } from '../../../../contract/studioParts.ts';
import {
  findBlock,
  findCriterion,
  findExemplar,
  findForm,
  findItemPart,
  findModule,
  findPathway,
  findSection,
  NO_CHANGES,
  toChanges,
} from './changes.ts';
import type { Changes, Parts } from './changes.ts';

/**
 * Makes a part again what it was before. Which other parts it contains, and in which order, stays as it is now: those have histories of
 * their own, and one that was removed since would be missing. A part that is not there any more stays away.
 */
export function putBack(parts: Parts, before: Part): Changes {
  switch (before.type) {
    case 'block':
      return findBlock(parts, before.block.key)?.block.type === before.block.type
        ? toChanges(before)
        : NO_CHANGES;
    case 'criterion':
      return findCriterion(parts, before.criterion.key) ? toChanges(before) : NO_CHANGES;
    case 'exemplar':
      return findExemplar(parts, before.exemplar.key) ? toChanges(before) : NO_CHANGES;
    case 'module': {
      const now = findModule(parts, before.key);
      if (!now) return NO_CHANGES;
      const { criteria, exemplars } = now;
      const steps = now.steps.map((step) => {
        const was = before.steps.find(({ key, kind }) => key === step.key && kind === step.kind);
        return was ? { ...was, blocks: step.blocks } : step;
      });
      return toChanges({ ...before, steps, criteria, exemplars });
    }
    case 'pathway': {
      const now = findPathway(parts);
      return now ? toChanges({ ...before, modules: now.modules }) : NO_CHANGES;
    }
    case 'form': {
      const now = findForm(parts);
      return now ? toChanges({ ...before, sections: now.sections }) : NO_CHANGES;
    }
    case 'section': {
      const now = findSection(parts, before.key);
      return now ? toChanges({ ...before, items: now.items }) : NO_CHANGES;
    }
    case 'item':
      return findItemPart(parts, before.item.key)?.item.type === before.item.type
        ? toChanges(before)
        : NO_CHANGES;
  }
}
