import { z } from 'zod';
import { DraftConflict } from '../../../../contract/attempts.ts';
import type { DraftView, SaveDraft } from '../../../../contract/attempts.ts';
import { EMPTY_DOCUMENT, plainText, RichDocument } from '../../../../contract/richText.ts';
import { checkRichText } from '../../../../contract/richTextCheck.ts';
import type { KeptEntry } from '../../storage/kept.ts';
import type { Adapter } from '../adapter.ts';
import type { Draft, ServerCopy } from '../machine.ts';
import { refusalOf } from '../saveFailure.ts';
import { isSameDocument } from './textPiece.ts';

/** The kind of the entries of texts on the device. */
export const TEXT_KIND = 'draft';

/** Saves one text to the server. @throws {ApiError | OfflineError} */
export type SendText = (pieceKey: string, body: SaveDraft) => Promise<DraftView>;

/** A text that the server does not have yet, as it is stored on the device. */
const TextEntryValue = z.object({
  subjectId: z.string(),
  pieceKey: z.string(),
  draftId: z.uuid(),
  baseRevision: z.number().int().min(0),
  /** The number of the change under its draft id; entries of an older version of the page have none. */
  sequence: z.number().int().min(0).default(0),
  document: RichDocument,
});

/**
 * The subject to which an entry on the device belongs; null for entries that an older version of the page wrote in another
 * format.
 */
export function subjectOf(value: unknown): string | null {
  return TextEntryValue.safeParse(value).data?.subjectId ?? null;
}

/** The documents among the texts stored on the device, oldest first. */
export async function listTexts(store: {
  list(kind: string): Promise<KeptEntry[]>;
}): Promise<RichDocument[]> {
  const entries = await store.list(TEXT_KIND);
  return entries.flatMap(({ value }) => TextEntryValue.safeParse(value).data?.document ?? []);
}

export function copyOf({ document, revision, savedAt, draftId }: DraftView): ServerCopy<RichDocument> {
  return { value: document, revision, savedAt, lineage: draftId };
}

function toBody({ lineage, baseRevision, sequence, value }: Draft<RichDocument>): SaveDraft {
  return { draftId: lineage, baseRevision, sequence, document: value };
}

/** The texts of one subject by piece: with revisions and a history on the server. */
export function textAdapter(subjectId: string, send: SendText): Adapter<RichDocument, DraftView> {
  return {
    kind: TEXT_KIND,
    same: isSameDocument,
    hasHistory: true,
    keepsRefused: true,
    isFinal: () => false,
    words: plainText,
    empty: () => ({ value: EMPTY_DOCUMENT, revision: 0, savedAt: null, lineage: null }),
    // each window writes under its own draft id, so that two windows never replace each other's entry
    toEntry: (pieceKey, draft, at) => ({
      id: `${TEXT_KIND}:${subjectId}:${pieceKey}:${draft.lineage}`,
      kind: TEXT_KIND,
      value: { subjectId, pieceKey, ...toBody(draft) },
      at,
    }),
    fromEntry: ({ value }) => {
      const { data } = TextEntryValue.safeParse(value);
      if (data?.subjectId !== subjectId) return null;
      const { pieceKey, draftId, baseRevision, sequence, document } = data;
      return {
        key: pieceKey,
        draft: { value: document, baseRevision, lineage: draftId, sequence, builtOn: [] },
      };
    },
    send: (pieceKey, draft) => send(pieceKey, toBody(draft)),
    check: (document) => {
      const check = checkRichText(document);
      return check.ok ? null : refusalOf(check.fault);
    },
    readConflict: (details) => {
      const { data } = DraftConflict.safeParse(details);
      return data
        ? { theirs: data.theirs, copy: copyOf(data.theirs), inHistory: data.mineVersionId !== null }
        : null;
    },
  };
}
