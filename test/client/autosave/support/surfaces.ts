import { randomUUID } from 'node:crypto';
import type { DraftView, SaveDraft } from '../../../../contract/attempts.ts';
import { documentOf, EMPTY_DOCUMENT, plainText, RichDocument } from '../../../../contract/richText.ts';
import { TextAutosave } from '../../../../client/src/autosave/texts/textAutosave.ts';
import type { TextState } from '../../../../client/src/autosave/textState.ts';
import { ReviewAutosave } from '../../../../client/src/features/reviews/reviewAutosave.ts';
import type { ReviewDraft } from '../../../../client/src/features/reviews/reviewModel.ts';
import type { DeviceStore } from '../../../../client/src/storage/deviceStore.ts';
import type { KeptEntry } from '../../../../client/src/storage/kept.ts';
import { reviewId, startedPage } from '../../reviews/reviewWork.ts';
import { meetFate } from './fates.ts';
import { refusal } from './world.ts';
import type { Fate, World } from './world.ts';

const PIECE = 'a1b2c3d4-0000-4000-8000-000000000001';

/** What a person does and sees in one window. */
export interface Surface {
  type(text: string): void;
  shown(): string;
  /** Whether what is shown was brought by the device and is not changed yet. */
  state(): TextState;
  /** The other window's words in a conflict. */
  theirs(): string | null;
  resolve(keep: 'mine' | 'theirs'): Promise<void>;
  flush(): Promise<boolean>;
  /** The page reads anew what the server holds. */
  refetch(): void;
  texts(): readonly TextState[];
  subscribe(changed: () => void): () => void;
  stop(): void;
}

export interface WindowDeps {
  readonly world: World;
  /** Which window it is. */
  readonly id: number;
  readonly openStore: () => Promise<DeviceStore>;
}

/** A kind of thing that saves by itself, with its server. */
export interface Kind {
  readonly hasHistory: boolean;
  isHistoryFull: boolean;
  /** Whether the server has these words, in the draft or in the history. */
  has(text: string): boolean;
  wordsOf(entry: KeptEntry): string;
  open(deps: WindowDeps): Surface;
}

/** Texts of an attempt: the server's side as `drafts.service.ts` has it, with revisions, sequences and a history. */
export function textKind(): Kind {
  const history = new Set<string>();
  let draft: (DraftView & { sequence: number }) | null = null;
  const kind = { hasHistory: true, isHistoryFull: false };

  const save = (body: SaveDraft, fate: Fate): DraftView => {
    const document = RichDocument.parse(body.document);
    const text = plainText(document);
    meetFate(fate, text, history);
    const { draftId, sequence = 0 } = body;
    const write = () => {
      if (draft && draft.draftId !== draftId) {
        if (kind.isHistoryFull) throw refusal('RATE_LIMITED');
        history.add(draft.text);
      }
      const revision = (draft?.revision ?? 0) + 1;
      const savedAt = new Date(Date.UTC(2026, 10, 27) + revision).toISOString();
      draft = { pieceKey: PIECE, draftId, sequence, revision, document, text, savedAt };
      return viewOf(draft);
    };
    if ((draft?.revision ?? 0) === body.baseRevision || !draft) return write();
    if (draft.draftId === draftId && draft.text === text) return viewOf(draft);
    if (draft.draftId === draftId && sequence > draft.sequence) return write();
    if (!kind.isHistoryFull) history.add(text);
    const mineVersionId = kind.isHistoryFull ? null : randomUUID();
    throw refusal('DRAFT_CONFLICT', { theirs: viewOf(draft), mineVersionId });
  };
  const viewOf = ({ sequence: _sequence, ...view }: DraftView & { sequence: number }): DraftView => view;

  return Object.assign(kind, {
    has: (text: string) => draft?.text === text || history.has(text),
    wordsOf: ({ value }: KeptEntry) => plainText((value as { document: RichDocument }).document),
    open: ({ world, openStore }: WindowDeps): Surface => {
      const send = (_key: string, body: SaveDraft) => world.request((fate) => save(body, fate));
      const { environment } = world;
      const autosave = new TextAutosave({ subjectId: 'attempt', send, openStore, environment });
      const refetch = () => {
        if (draft) autosave.load([viewOf(draft)]);
      };
      refetch();
      const piece = () => autosave.state().pieces.get(PIECE);
      const state = (): TextState => piece()?.state ?? { kind: 'saved', copy: 'server' };
      return {
        type: (text) => autosave.write(PIECE, documentOf(text)),
        shown: () => plainText(piece()?.document ?? EMPTY_DOCUMENT),
        state,
        theirs: () => {
          const now = piece()?.state;
          return now?.kind === 'conflict' ? now.theirs.text : null;
        },
        resolve: (keep) => autosave.resolve(PIECE, keep),
        flush: () => autosave.flush(),
        refetch,
        texts: autosave.texts,
        subscribe: autosave.subscribe,
        stop: () => autosave.stop(),
      };
    },
  });
}

/**
 * The reviewer's words: revisions, and no history.
 *
 * @param onReplaced  told which words of the draft a window's save replaced
 */
export function reviewKind(onReplaced: (window: number, before: string) => void): Kind {
  let revision = startedPage().draft.revision;
  let draft: ReviewDraft = { judgements: [], summary: '' };
  const took = new Set<string>();

  const save = (id: number, body: ReviewDraft & { baseRevision: number }, fate: Fate) => {
    meetFate(fate, body.summary, new Set());
    if (body.baseRevision !== revision) throw refusal('DRAFT_CONFLICT', { theirs: { revision, ...draft } });
    onReplaced(id, draft.summary);
    revision += 1;
    draft = { judgements: body.judgements, summary: body.summary };
    took.add(body.summary);
    return { revision, savedAt: new Date(Date.UTC(2026, 10, 27) + revision).toISOString() };
  };
  const page = () => {
    const judgements = [...draft.judgements];
    return startedPage({ draft: { revision, judgements, summary: draft.summary, savedAt: null } });
  };
  return {
    hasHistory: false,
    isHistoryFull: false,
    has: (text) => took.has(text),
    wordsOf: ({ value }) => (value as ReviewDraft).summary,
    open: ({ world, id, openStore }) => {
      const { environment } = world;
      const start = () => Promise.reject(new Error('it is begun'));
      const send = (body: ReviewDraft & { baseRevision: number }) =>
        world.request((fate) => save(id, body, fate));
      const autosave = new ReviewAutosave({ reviewId, start, save: send, openStore, environment }, page());
      return {
        type: (text) => autosave.summarise(text),
        shown: () => autosave.state().draft.summary,
        state: () => autosave.texts()[0] ?? { kind: 'saved', copy: 'server' },
        theirs: () => {
          const { phase } = autosave.state();
          return phase.kind === 'conflict' ? phase.theirs.summary : null;
        },
        resolve: (keep) => autosave.resolve(keep),
        flush: () => autosave.flush(),
        refetch: () => autosave.load(page()),
        texts: autosave.texts,
        subscribe: autosave.subscribe,
        stop: () => autosave.stop(),
      };
    },
  };
}
