import type { Missing, Workspace } from '../../../../contract/attempts.ts';
import type { EvidenceKind } from '../../../../contract/evidence.ts';
import type { Prompt, Requirement, Step } from '../../../../contract/pathways.ts';
import { countWords, plainText } from '../../../../contract/richText.ts';
import type { RubricMarks } from '../../components/rubric/rubricModel.ts';
import type { TextPiece } from '../../autosave/texts/textPiece.ts';

/** Steps of the page in order, with their anchors. */
export const STEPS = [
  { step: 'learn', word: 'learn', anchor: 'learn' },
  { step: 'try', word: 'try', anchor: 'try' },
  { step: 'reflect', word: 'reflect', anchor: 'reflect' },
  { step: 'hand_in', word: 'handIn', anchor: 'hand-in' },
] as const satisfies readonly { step: Step; word: string; anchor: string }[];

export const promptAnchor = (key: string) => `prompt-${key}`;
export const requirementAnchor = (key: string) => `requirement-${key}`;

type Pieces = ReadonlyMap<string, Pick<TextPiece, 'document'>>;

function wordsIn(pieces: Pieces, pieceKey: string): number {
  const piece = pieces.get(pieceKey);
  return piece ? countWords(plainText(piece.document)) : 0;
}

/** What is missing, with texts as they are on the page: what was just typed counts before the server has it. */
export function missingNow(workspace: Workspace, pieces: Pieces): Missing[] {
  const isText = (missing: Missing) => missing.what === 'reflection' || missing.what === 'change_note';
  const files = workspace.missing.filter((missing) => !isText(missing));
  const empty = workspace.module.reflect.prompts
    .filter(({ key }) => wordsIn(pieces, key) === 0 && !workspace.lockedPieces.includes(key))
    .map(({ key, question }): Missing => ({ what: 'reflection', key, title: question }));
  const note: Missing[] =
    workspace.round > 1 && wordsIn(pieces, 'change-note') === 0
      ? [{ what: 'change_note', key: 'change-note', title: '' }]
      : [];
  return [...empty, ...files, ...note];
}

/** Open prompts whose text is shorter than most people's. A hint: it never blocks. */
export function shortPrompts(workspace: Workspace, pieces: Pieces): Prompt[] {
  return workspace.module.reflect.prompts.filter(({ key, words }) => {
    const count = wordsIn(pieces, key);
    return count > 0 && count < words.from && !workspace.lockedPieces.includes(key);
  });
}

/** Steps that are ready: Learn and Try it if they were marked, the others by their content; all of them once submitted. */
export function stepsReady(workspace: Workspace, pieces: Pieces): Set<Step> {
  const handedIn = ['submitted', 'in_review', 'approved'].includes(workspace.state);
  if (handedIn) return new Set(STEPS.map(({ step }) => step));
  const ready = new Set<Step>(workspace.stepsDone.filter((step) => step === 'learn' || step === 'try'));
  const missing = missingNow(workspace, pieces);
  const hasText = missing.every(({ what }) => what !== 'reflection' && what !== 'change_note');
  if (hasText && shortPrompts(workspace, pieces).length === 0) ready.add('reflect');
  if (missing.every(({ what }) => what === 'reflection' || what === 'change_note')) ready.add('hand_in');
  return ready;
}

/** The place of a missing item on the page. */
export function anchorOf({ what, key }: Pick<Missing, 'what' | 'key'>): string {
  if (what === 'reflection') return promptAnchor(key);
  if (what === 'change_note') return 'change-note';
  return what === 'artifact' ? requirementAnchor(key) : 'hand-in';
}

/** One's own levels and the reviewer's, for the rubric. */
export function marksOf(workspace: Pick<Workspace, 'selfLevels' | 'feedback'>): RubricMarks {
  const marks: Record<string, RubricMarks[string]> = {};
  for (const { criterionKey, level, at } of workspace.selfLevels) {
    marks[criterionKey] = [{ level, who: 'you', at }];
  }
  for (const { criterionKey, level } of workspace.feedback?.criteria ?? []) {
    const at = workspace.feedback?.decidedAt ?? '';
    marks[criterionKey] = [...(marks[criterionKey] ?? []), { level, who: 'reviewer', at }];
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
  const requirement = workspace.module.handIn.requirements.find(waits);
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
