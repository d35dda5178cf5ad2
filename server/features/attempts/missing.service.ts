import { CHANGE_NOTE, type Missing } from '../../../contract/attempts.ts';
import { promptsOf, requirementsOf, type Criterion, type ModuleContent } from '../../../contract/content.ts';
import { coversOpenPiece } from '../enrolments/attempts.service.ts';
import { meets, type HandedIn } from '../submissions/evidenceKinds.service.ts';

export interface ToCheck {
  module: ModuleContent;
  round: number;
  /** What this round asks to revise; null in the first round: everything. */
  openCriteria: readonly string[] | null;
  /** Texts by piece key. */
  texts: ReadonlyMap<string, string>;
  handedIn: readonly HandedIn[];
}

/** How many different kinds of evidence there are for a criterion: those of its files and links, and one more for a reflection. */
function countKinds({ key }: Criterion, { module, texts, handedIn }: ToCheck): number {
  const kinds = handedIn
    .filter(({ state, criteria }) => state === 'ready' && criteria.includes(key))
    .flatMap(({ kind }) => kind ?? []);
  const isReflected = promptsOf(module).some(
    (prompt) => prompt.criteria.includes(key) && (texts.get(prompt.key) ?? '').trim() !== '',
  );
  return new Set(kinds).size + (isReflected ? 1 : 0);
}

/** Criteria of this round that ask for more than one kind of evidence, and have too few. */
function findTooFewKinds(check: ToCheck): Missing[] {
  const { module, openCriteria } = check;
  return module.criteria
    .filter(({ key, kindsNeeded }) => kindsNeeded > 1 && coversOpenPiece({ openCriteria }, [key]))
    .filter((criterion) => countKinds(criterion, check) < criterion.kindsNeeded)
    .map(({ key, title }): Missing => ({ what: 'kinds', key, title }));
}

/**
 * What a submission still lacks, in the order of the page. Word counts never block; an empty reflection, a missing artifact, too few
 * kinds of evidence for a criterion, an unfinished file and (after a return) a missing note of what changed do. Only what is open
 * in this round is required: what was settled stays settled, even if its evidence is not submitted again.
 */
export function findMissing(check: ToCheck): Missing[] {
  const { module, round, openCriteria, texts, handedIn } = check;
  const isEmpty = (key: string): boolean => (texts.get(key) ?? '').trim() === '';
  const isAsked = ({ criteria }: { criteria: readonly string[] }) =>
    coversOpenPiece({ openCriteria }, criteria);
  const reflections = promptsOf(module)
    .filter((prompt) => isAsked(prompt) && isEmpty(prompt.key))
    .map((prompt): Missing => ({ what: 'reflection', key: prompt.key, title: prompt.question }));
  const artifacts = requirementsOf(module)
    .filter((requirement) => isAsked(requirement) && !handedIn.some((piece) => meets(requirement, piece)))
    .map((requirement): Missing => ({ what: 'artifact', key: requirement.key, title: requirement.title }));
  const pending = handedIn
    .filter((piece) => piece.state === 'uploading' || piece.state === 'checking')
    .map((piece): Missing => ({ what: 'artifact_not_ready', key: piece.name, title: piece.name }));
  const note: Missing[] =
    round > 1 && isEmpty(CHANGE_NOTE) ? [{ what: 'change_note', key: CHANGE_NOTE, title: '' }] : [];
  return [...reflections, ...artifacts, ...findTooFewKinds(check), ...pending, ...note];
}
