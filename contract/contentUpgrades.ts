import { z } from 'zod';
import { PathwayContent, SCHEMA_VERSION, type ModuleContent } from './content.ts';
import { PathwayContent1, upgradeModules1, upgradePathway1, type ModuleContent1 } from './contentVersion1.ts';
import { PathwayContent2, upgradeModule2, upgradePathway2, type ModuleContent2 } from './contentVersion2.ts';
import { isNestedDeeper, NESTING_MAX } from './nesting.ts';

/**
 * Reads content as it was written before, with a pure function from each version to the next. Published content is stored as it was
 * published, so that its hash stays true; these are applied when it is read.
 */

/** Content of a pathway as it was written, in any version that can be read. */
export type WrittenPathway = PathwayContent | PathwayContent2 | PathwayContent1;

/** All modules of a pathway as they were stored, in order. @param schemaVersion  of the pathway that they were published in */
export function upgradeModules(modules: readonly unknown[], schemaVersion: number): ModuleContent[] {
  switch (schemaVersion) {
    case 1:
      return upgradeModules1(modules as ModuleContent1[]).map(upgradeModule2);
    case 2:
      return (modules as ModuleContent2[]).map(upgradeModule2);
    case SCHEMA_VERSION:
      return modules as ModuleContent[];
    default:
      throw new Error(`Content of schema version ${schemaVersion} can't be read.`);
  }
}

const Versioned = z.looseObject({ schemaVersion: z.number().int().default(1) });

/** The schema version that content says it has, or null; 1 if it says none, since the first had no such member. */
export function schemaVersionOf(content: WrittenPathway): number;
export function schemaVersionOf(content: unknown): number | null;
export function schemaVersionOf(content: unknown): number | null {
  return Versioned.safeParse(content).data?.schemaVersion ?? null;
}

// the schema of rich text recurses
const Shallow = z
  .unknown()
  .refine((content) => !isNestedDeeper(content, NESTING_MAX), { message: 'It is nested too deeply.' });

/** @throws {z.ZodError} for content that is nested too deeply to be looked at any further */
export function requireShallow(content: unknown): void {
  Shallow.parse(content);
}

function parsePathway2(content: unknown): PathwayContent2 {
  const parsed = PathwayContent2.parse(content);
  PathwayContent.parse(upgradePathway2(parsed));
  return parsed;
}

/** Content of any known version, as it was written. @throws {z.ZodError} which says what is wrong with it */
export function parsePathwayContent(content: unknown): WrittenPathway {
  requireShallow(content);
  const version = schemaVersionOf(content);
  if (version === 2) return parsePathway2(content);
  if (version !== 1) return PathwayContent.parse(content);
  const { schemaVersion: _, ...rest } = Versioned.parse(content);
  return PathwayContent1.parse(rest);
}

/** Content of any known version as the newest. */
export function upgradePathway(content: WrittenPathway): PathwayContent {
  if (!('schemaVersion' in content)) return upgradePathway2(upgradePathway1(content));
  return content.schemaVersion === 2 ? upgradePathway2(content) : content;
}

/** Both at once. @throws {z.ZodError} which says what is wrong with it */
export function readPathwayContent(content: unknown): PathwayContent {
  return upgradePathway(parsePathwayContent(content));
}
