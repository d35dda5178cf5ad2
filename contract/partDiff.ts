import type { ContentChange } from './contentDiff.ts';
import {
  diffParts,
  partOfBlock,
  partsOfCriterion,
  partsOfExemplar,
  partsOfModule,
  partsOfPathway,
} from './diffContent.ts';
import { SCHEMA_VERSION } from './content.ts';
import type { Part } from './studioParts.ts';

function toDiffed(part: Part): ReturnType<typeof partsOfModule> {
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
  }
}

/**
 * What differs between two states of one part of a draft. Which other parts it lists, and in which order, is not compared: those have
 * histories of their own.
 */
export function diffPart(before: Part, after: Part): ContentChange[] {
  return diffParts(toDiffed(before), toDiffed(after));
}
