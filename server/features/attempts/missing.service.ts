import { CHANGE_NOTE, type Missing } from '../../../contract/attempts.ts';
import { promptsOf, requirementsOf, type UnrolledModule } from '../../../contract/cycles.ts';
import { findTooFewKinds } from '../../../contract/submissions.ts';
import { coversOpenPiece } from '../enrolments/attempts.service.ts';
import { meets, type HandedIn } from '../submissions/evidenceKinds.service.ts';

/** What belongs to no cycle. */
const once = { cycle: null } as const;

export interface ToCheck {
  module: UnrolledModule;
  round: number;
  /** What this round asks to revise; null in the first round: everything. */
  openCriteria: readonly string[] | null;
  /** Texts by piece key. */
  texts: ReadonlyMap<string, string>;
  handedIn: readonly HandedIn[];
}

/**
 * What a submission still lacks, in the order of the page. Word counts never block; an empty reflection, a missing artifact, too few
 * kinds of evidence for a criterion, an unfinished file and (after a return) a missing note of what changed do. Only what is open
 * in this round is required: what was settled stays settled, even if its evidence is not submitted again.
 */
export function findMissing({ module, round, openCriteria, texts, handedIn }: ToCheck): Missing[] {
  const isEmpty = (key: string): boolean => (texts.get(key) ?? '').trim() === '';
  const isAsked = ({ criteria }: { criteria: readonly string[] }) =>
    coversOpenPiece({ openCriteria }, criteria);
  const reflections = promptsOf(module)
    .filter((prompt) => isAsked(prompt) && isEmpty(prompt.key))
    .map((prompt): Missing => ({
      what: 'reflection',
      key: prompt.key,
      title: prompt.question,
      cycle: prompt.cycle,
    }));
  const artifacts = requirementsOf(module)
    .filter((requirement) => isAsked(requirement) && !handedIn.some((piece) => meets(requirement, piece)))
    .map((requirement): Missing => ({
      ...once,
      what: 'artifact',
      key: requirement.key,
      title: requirement.title,
    }));
  const kinds = findTooFewKinds({
    module,
    isOpen: (key) => isAsked({ criteria: [key] }),
    isWritten: (key) => !isEmpty(key),
    evidence: handedIn,
  }).map(({ key, title }): Missing => ({ ...once, what: 'kinds', key, title }));
  const pending = handedIn
    .filter((piece) => piece.state === 'uploading' || piece.state === 'checking')
    .map((piece): Missing => ({
      ...once,
      what: 'artifact_not_ready',
      key: piece.name,
      title: piece.name,
    }));
  const note: Missing[] =
    round > 1 && isEmpty(CHANGE_NOTE) ? [{ ...once, what: 'change_note', key: CHANGE_NOTE, title: '' }] : [];
  return [...reflections, ...artifacts, ...kinds, ...pending, ...note];
}
