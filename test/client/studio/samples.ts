import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PathwayContent } from '../../../contract/content.ts';
import { readPathwayContent } from '../../../contract/contentUpgrades.ts';
import { keyOfPart, splitPathway } from '../../../contract/studioParts.ts';
import type { ModulePart, Part, PartKey } from '../../../contract/studioParts.ts';
import { findModule, findPathway } from '../../../client/src/features/studio/changes.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';

const FILE = new URL('../../../content/pathways/assessment-technology/pathway.json', import.meta.url);

/** The sample pathway of the product. */
export const samplePathway: PathwayContent = readPathwayContent(
  JSON.parse(readFileSync(fileURLToPath(FILE), 'utf8')),
);

function partsOf(content: PathwayContent): Map<PartKey, Part> {
  return new Map(splitPathway(content).map((part) => [keyOfPart(part), part]));
}

export const sampleParts = (): Map<PartKey, Part> => partsOf(samplePathway);

export function moduleAt(parts: Parts, at: number): ModulePart {
  const module = findModule(parts, findPathway(parts)?.modules[at] ?? '');
  if (!module) throw new Error(`there is no module ${at}`);
  return module;
}
