import { useMemo } from 'react';
import type { PathwayContent } from '../../../../contract/content.ts';
import type { Finding } from '../../../../contract/lint/findings.ts';
import { PathwayLinter } from '../../../../contract/lint/pathwayLinter.ts';
import type { StudioDraft } from '../../../../contract/studio.ts';
import type { DraftFrameworks } from './draftFrameworks.ts';

/** What the check finds in a draft as it is now. After a change only what it touches is checked again. */
export function useFindings(
  content: PathwayContent | null,
  caps: StudioDraft['caps'],
  { known }: DraftFrameworks,
): readonly Finding[] {
  const linter = useMemo(() => new PathwayLinter(caps, known), [caps, known]);
  return useMemo(() => (content ? linter.lint(content) : []), [linter, content]);
}
