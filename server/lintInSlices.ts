import type { PathwayContent } from '../contract/content.ts';
import type { KnownFrameworks } from '../contract/lint/alignments.ts';
import type { Finding, LintSettings } from '../contract/lint/findings.ts';
import { PathwayLinter } from '../contract/lint/pathwayLinter.ts';
import { mapInSlices } from './slices.ts';

/** The same as `lintPathway`, module by module in slices: a pathway may have hundreds. */
export async function lintInSlices(
  content: PathwayContent,
  settings: LintSettings,
  known: KnownFrameworks,
): Promise<Finding[]> {
  const linter = new PathwayLinter(settings, known);
  await mapInSlices(content.modules, (module) => linter.prepare(content, module));
  return linter.lint(content);
}
