import { CHANGE_NOTE } from './attempts.ts';
import type { Criterion } from './content.ts';
import type { CycleNumber } from './cycleNumber.ts';
import { promptsOf, type AskedPrompt, type UnrolledModule } from './cycles.ts';
import type { EvidenceKind, ShownPiece, TextPieceKind } from './evidence.ts';
import type { ArtifactState } from './states.ts';

/** What a text, a file and a link must provide to be part of a submission. */
export interface TextSource {
  readonly pieceKey: string;
  /** As plain text. */
  readonly text: string;
  readonly revision: number;
}
export interface LinkSource {
  readonly id: string;
  readonly name: string;
  readonly criteria: readonly string[];
}
export interface FileSource extends LinkSource {
  readonly state: ArtifactState;
}

interface Named {
  readonly id: string;
  readonly title: string;
  readonly question: string | null;
  /** In which a reflection was written; null for anything else. */
  readonly cycle: CycleNumber;
  readonly criteria: readonly string[];
}

/** One piece of a submission with what it is made from. */
export type SubmissionPiece<T, F, L> =
  | (Named & { readonly kind: TextPieceKind; readonly from: T })
  | (Named & { readonly kind: 'artifact'; readonly from: F })
  | (Named & { readonly kind: 'link'; readonly from: L });

interface Sources<T, F, L> {
  readonly prompts: readonly Pick<AskedPrompt, 'key' | 'question' | 'cycle' | 'criteria'>[];
  readonly round: number;
  readonly texts: readonly T[];
  readonly files: readonly F[];
  readonly links: readonly L[];
}

function textsOf<T extends TextSource>({ prompts, round, texts }: Sources<T, unknown, unknown>) {
  const note = { kind: 'change_note' as const, key: CHANGE_NOTE, question: null, cycle: null, criteria: [] };
  const places = [
    ...prompts.map((prompt) => ({ ...prompt, kind: 'reflection' as const })),
    ...(round > 1 ? [note] : []),
  ];
  return places.flatMap(({ kind, key, question, cycle, criteria }) => {
    const from = texts.find(({ pieceKey }) => pieceKey === key);
    return from && from.text.trim() !== ''
      ? [{ kind, id: key, title: '', question, cycle, criteria, from }]
      : [];
  });
}

/**
 * The pieces of a submission, in the order in which its reviewer reads them: texts in the order of the module, then the note of
 * what changed, files, links. The check page shows them and the server freezes them, both with this function: neither can show or
 * submit a piece that the other does not.
 *
 * @param files  all of the attempt, in the order in which they were started; only those that are ready are included
 */
export function submissionPieces<T extends TextSource, F extends FileSource, L extends LinkSource>(
  sources: Sources<T, F, L>,
): SubmissionPiece<T, F, L>[] {
  const named = ({ id, name, criteria }: LinkSource) => ({
    id,
    title: name,
    question: null,
    cycle: null,
    criteria,
  });
  const ready = sources.files.filter(({ state }) => state === 'ready');
  return [
    ...textsOf(sources),
    ...ready.map((from) => ({ ...named(from), kind: 'artifact' as const, from })),
    ...sources.links.map((from) => ({ ...named(from), kind: 'link' as const, from })),
  ];
}

/** Revision of the draft that a text was made from; null for files and links, which have none. */
function revisionOf(piece: SubmissionPiece<TextSource, unknown, unknown>): number | null {
  switch (piece.kind) {
    case 'reflection':
    case 'change_note':
      return piece.from.revision;
    case 'artifact':
    case 'link':
      return null;
  }
}

/**
 * What somebody has seen of these pieces, as a submit request states it: any change in what the reviewer would get changes it.
 */
export function shownPieces<T extends TextSource>(
  pieces: readonly SubmissionPiece<T, unknown, unknown>[],
): ShownPiece[] {
  return pieces.map((piece) => ({
    kind: piece.kind,
    id: piece.id,
    title: piece.title,
    criteria: [...piece.criteria],
    revision: revisionOf(piece),
  }));
}

interface KindSources {
  readonly module: Pick<UnrolledModule, 'steps' | 'criteria'>;
  /** Whether this round asks for a criterion. */
  readonly isOpen: (criterionKey: string) => boolean;
  /** Whether a prompt has been answered. */
  readonly isWritten: (promptKey: string) => boolean;
  readonly evidence: readonly {
    readonly kind: EvidenceKind | null;
    readonly criteria: readonly string[];
    readonly state: ArtifactState;
  }[];
}

/**
 * Criteria of this round that ask for more than one kind of evidence, and have too few: kinds of files and links that are ready, and
 * one more for a reflection. The page says so and the server refuses, both with this function.
 */
export function findTooFewKinds({ module, isOpen, isWritten, evidence }: KindSources): Criterion[] {
  const countKinds = (key: string): number => {
    const ready = evidence.filter(({ state, criteria }) => state === 'ready' && criteria.includes(key));
    const kinds = new Set(ready.flatMap(({ kind }) => kind ?? []));
    const isReflected = promptsOf(module).some(
      (prompt) => prompt.criteria.includes(key) && isWritten(prompt.key),
    );
    return kinds.size + (isReflected ? 1 : 0);
  };
  return module.criteria.filter(
    ({ key, kindsNeeded }) => kindsNeeded > 1 && isOpen(key) && countKinds(key) < kindsNeeded,
  );
}
