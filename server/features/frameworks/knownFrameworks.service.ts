import type { Alignment, PathwayContent } from '../../../contract/content.ts';
import {
  toFrameworkWords,
  type FrameworkWords,
  type KnownFramework,
  type KnownFrameworks,
} from '../../../contract/lint/alignments.ts';
import type { FormContent } from '../../../contract/observationForms.ts';
import { FrameworkModel } from './framework.model.ts';
import { getFramework } from './frameworks.service.ts';

/** Everything that content is aligned to. */
function alignmentsOf(content: PathwayContent | FormContent): Alignment[] {
  if ('modules' in content)
    return content.modules.flatMap(({ criteria }) => criteria.flatMap(({ alignments }) => alignments));
  return content.sections.flatMap(({ items }) =>
    items.flatMap((item) => ('alignments' in item ? item.alignments : [])),
  );
}

/** Keys of the frameworks that content names. */
function keysOf(content: PathwayContent | FormContent): string[] {
  const { framework } = content;
  const aligned = alignmentsOf(content);
  const own = framework ? [framework.key] : [];
  return [...new Set([...own, ...aligned.map((alignment) => alignment.framework)])];
}

async function readWords(institutionId: string, key: string, n: number): Promise<FrameworkWords> {
  const { content, applied } = await getFramework(institutionId, key, n);
  return toFrameworkWords(applied ?? content);
}

/** The published frameworks that the alignments of a pathway or form are checked against: its own in the version it names, others in the newest. */
export async function listKnownFrameworks(
  institutionId: string,
  content: PathwayContent | FormContent,
): Promise<KnownFrameworks> {
  const rows = await FrameworkModel.find({ institutionId, key: { $in: keysOf(content) } }).lean();
  const byKey = new Map<string, KnownFramework>();
  for (const { key, title, version: newest } of rows) {
    const n = content.framework?.key === key ? content.framework.version : newest;
    const words = n <= newest ? [[n, await readWords(institutionId, key, n)] as const] : [];
    byKey.set(key, { title, newest, versions: new Map(words) });
  }
  return { complete: true, byKey };
}
