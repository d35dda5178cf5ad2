import type { ContentChange } from './contentDiff.ts';
import {
  diffParts,
  partOfBlock,
  partsOfCriterion,
  partsOfExemplar,
  partsOfModule,
  partsOfPathway,
  type DiffedPart,
} from './diffContent.ts';
import { partOfSection, partsOfFormHead, partsOfItem } from './diffForms.ts';
import { SCHEMA_VERSION } from './content.ts';
import { FORM_SCHEMA_VERSION } from './observationForms.ts';
import type { Part } from './studioParts.ts';

function toDiffed(part: Part): DiffedPart[] {
  switch (part.type) {
    case 'block':
      return [partOfBlock(part.block, '')];
    case 'criterion':
      return partsOfCriterion(part.criterion, {});
    case 'exemplar':
      return partsOfExemplar(part.exemplar, {});
    case 'module': {
      const { type: _, ...own } = part;
      const steps = part.steps.map((step) => ({ ...step, blocks: [] }));
      return partsOfModule({ ...own, steps, criteria: [], exemplars: [] });
    }
    case 'pathway': {
      const { type: _, ...own } = part;
      return partsOfPathway({ ...own, schemaVersion: SCHEMA_VERSION, modules: [] });
    }
    case 'form': {
      const { type: _, ...own } = part;
      return partsOfFormHead({ ...own, schemaVersion: FORM_SCHEMA_VERSION, sections: [] });
    }
    case 'section': {
      const { type: _, ...own } = part;
      return [partOfSection({ ...own, items: [] })];
    }
    case 'item':
      return partsOfItem(part.item, {}, '');
  }
}

/**
 * What differs between two states of one part of a draft. Which other parts it lists, and in which order, is not compared: those have
 * histories of their own.
 */
export function diffPart(before: Part, after: Part): ContentChange[] {
  return diffParts(toDiffed(before), toDiffed(after));
}
