import { CHANGE_NOTE } from '../../../../contract/attempts.ts';
import type { Missing, Workspace } from '../../../../contract/attempts.ts';
import { promptsOf, requirementsOf } from '../../../../contract/cycles.ts';
import type { Requirement } from '../../../../contract/content.ts';
import type { AskedPrompt } from '../../../../contract/cycles.ts';
import type { EvidenceKind } from '../../../../contract/evidence.ts';
import { countWords, plainText } from '../../../../contract/richText.ts';
import { findTooFewKinds } from '../../../../contract/submissions.ts';
import type { RubricMarks } from '../../components/rubric/rubricModel.ts';
import type { TextPiece } from '../../autosave/texts/textPiece.ts';

export const promptAnchor = (key: string) => `prompt-${key}`;
export const requirementAnchor = (key: string) => `requirement-${key}`;

/** Texts as they are on the page, by piece key. */
export type Pieces = ReadonlyMap<string, Pick<TextPiece, 'document'>>;

const isEmpty = (pieces: Pieces, pieceKey: string): boolean => {
  const piece = pieces.get(pieceKey);
  return piece === undefined || plainText(piece.document).trim() === '';
};

function wordsIn(pieces: Pieces, pieceKey: string): number {
  const piece = pieces.get(pieceKey);
  return piece ? countWords(plainText(piece.document)) : 0;
}

export const isText = ({ what }: Pick<Missing, 'what'>): boolean =>
  what === 'reflection' || what === 'change_note';

/** Criteria of this round that ask for more different kinds of evidence, with texts as they are on the page. */
function missingKinds(workspace: Workspace, pieces: Pieces): Missing[] {
  const { module, evidence } = workspace;
  const open = openCriteria(workspace);
  return findTooFewKinds({
    module,
    isOpen: (key) => open.includes(key),
    isWritten: (key) => !isEmpty(pieces, key),
    evidence,
  }).map(({ key, title }) => ({ what: 'kinds', key, title, cycle: null }));
}

/** What is missing, with texts as they are on the page: what was just typed counts before the server has it. */
export function missingNow(workspace: Workspace, pieces: Pieces): Missing[] {
  const files = workspace.missing.filter((missing) => !isText(missing) && missing.what !== 'kinds');
  const empty = promptsOf(workspace.module)
    .filter(({ key }) => isEmpty(pieces, key) && !workspace.lockedPieces.includes(key))
    .map(({ key, question, cycle }): Missing => ({ what: 'reflection', key, title: question, cycle }));
  const note: Missing[] =
    workspace.round > 1 && isEmpty(pieces, CHANGE_NOTE)
      ? [{ what: 'change_note', key: CHANGE_NOTE, title: '', cycle: null }]
      : [];
  return [...empty, ...files, ...missingKinds(workspace, pieces), ...note];
}

/** Open prompts whose text is shorter than most people's. A hint: it never blocks. */
export function shortPrompts(workspace: Workspace, pieces: Pieces): AskedPrompt[] {
  return promptsOf(workspace.module).filter(({ key, words }) => {
    const count = wordsIn(pieces, key);
    return count > 0 && count < words.from && !workspace.lockedPieces.includes(key);
  });
}

/** One's own levels and the reviewer's, for the rubric. */
export function marksOf(workspace: Pick<Workspace, 'selfLevels' | 'feedback'>): RubricMarks {
  const marks: Record<string, RubricMarks[string]> = {};
  for (const { criterionKey, level, at } of workspace.selfLevels) {
    marks[criterionKey] = [{ level, who: 'you', at }];
  }
  const { criteria = [], decidedAt: at = '', judgedAs: who = 'reviewer' } = workspace.feedback ?? {};
  for (const { criterionKey, level } of criteria) {
    marks[criterionKey] = [...(marks[criterionKey] ?? []), { level, who, at }];
  }
  return marks;
}

/** Criteria that may be worked on: all of them, or those that the reviewer asked to be revised. */
export function openCriteria({ state, feedback, module }: Workspace): string[] {
  if (state !== 'returned' || !feedback) return module.criteria.map(({ key }) => key);
  return feedback.criteria.filter(({ reopened }) => reopened).map(({ criterionKey }) => criterionKey);
}

/** "A and C" for criteria, as codes in order. */
export function codesOf(workspace: Pick<Workspace, 'module'>, criteria: readonly string[]): string[] {
  return workspace.module.criteria.filter(({ key }) => criteria.includes(key)).map(({ code }) => code);
}

/** What kind a file will be, as far as its type tells; the server decides by its content. */
export function guessKind(file: Pick<File, 'type' | 'name'>): EvidenceKind {
  const [family = ''] = file.type.split('/');
  if (family === 'image' || family === 'audio' || family === 'video') return family;
  return family === 'text' ? 'text' : 'document';
}

/** What a new piece will speak to: the first requirement that still lacks this kind, otherwise every open criterion. */
export function targetOf(
  workspace: Workspace,
  kind: EvidenceKind,
): { criteria: string[]; requirementKey: string | null } {
  const open = openCriteria(workspace);
  const waits = (requirement: Requirement) =>
    requirement.kinds.includes(kind) &&
    workspace.missing.some(({ what, key }) => what === 'artifact' && key === requirement.key);
  const requirement = requirementsOf(workspace.module).find(waits);
  const criteria = requirement?.criteria.filter((key) => open.includes(key)) ?? [];
  return criteria.length > 0 && requirement
    ? { criteria, requirementKey: requirement.key }
    : { criteria: open, requirementKey: null };
}

/** A check takes seconds; one that could not be run is repeated after minutes. */
const CHECK_POLL_MS = 3_000;
const DELAYED_POLL_MS = 30_000;

/** Milliseconds after which the page reads the state of a file's check again; false if none is being checked. */
export function checkPollInterval({ evidence }: Pick<Workspace, 'evidence'>): number | false {
  const checking = evidence.filter(({ state }) => state === 'checking');
  if (checking.length === 0) return false;
  return checking.every(({ notes }) => notes.includes('check_delayed')) ? DELAYED_POLL_MS : CHECK_POLL_MS;
}
