import { z } from 'zod';
import {
  CountedModules,
  ModuleContent,
  MODULES_MAX,
  PathwayContent,
  SCHEMA_VERSION,
} from '../../contract/content.ts';
import {
  parsePathwayContent,
  requireShallow,
  schemaVersionOf,
  type WrittenPathway,
} from '../../contract/contentUpgrades.ts';
import { parseList } from '../parseList.ts';

/** A pathway of which the modules are only counted. */
const Shell = PathwayContent.extend({ modules: CountedModules });

/** The same as `parsePathwayContent`, module by module in slices. @throws {z.ZodError} which says what is wrong with it */
export async function parseContent(content: unknown): Promise<WrittenPathway> {
  if (schemaVersionOf(content) !== SCHEMA_VERSION) return parsePathwayContent(content);
  requireShallow(content);
  const shell = Shell.parse(content);
  const { data, issues } = await parseList(ModuleContent, shell.modules, {
    path: 'modules',
    max: MODULES_MAX,
  });
  if (issues.length > 0) throw new z.ZodError(issues);
  return { ...shell, modules: data };
}
