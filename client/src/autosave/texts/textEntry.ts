import { z } from 'zod';
import type { SaveDraft } from '../../../../contract/attempts.ts';
import { RichDocument } from '../../../../contract/richText.ts';
import type { KeptEntry } from '../../storage/kept.ts';
import { isSameDocument } from './textPiece.ts';

const KIND = 'draft';

/** A text that the server does not have yet, as the device keeps it. */
const TextEntryValue = z.object({
  subjectId: z.string(),
  pieceKey: z.string(),
  draftId: z.uuid(),
  baseRevision: z.number().int().min(0),
  /** Which change under its draft id it is; entries of an older version of the page have none. */
  sequence: z.number().int().min(0).default(0),
  document: RichDocument,
});

export interface TextEntry extends z.infer<typeof TextEntryValue> {
  readonly id: string;
  readonly at: string;
}

/** Each window writes under its own draft id, so that two windows never replace each other's entry. */
export function textEntryId(subjectId: string, pieceKey: string, draftId: string): string {
  return `${KIND}:${subjectId}:${pieceKey}:${draftId}`;
}

export function toKeptEntry(value: z.input<typeof TextEntryValue>, at: Date): KeptEntry {
  const id = textEntryId(value.subjectId, value.pieceKey, value.draftId);
  return { id, kind: KIND, value, at: at.toISOString() };
}

/** What is sent of an entry. */
export function bodyOf({ draftId, baseRevision, sequence, document }: TextEntry): SaveDraft {
  return { draftId, baseRevision, sequence, document };
}

/** Entries of drafts among what the device keeps, oldest first; what an older version of the page wrote otherwise is left alone. */
export async function listTextEntries(store: {
  list(kind: string): Promise<KeptEntry[]>;
}): Promise<TextEntry[]> {
  const entries = await store.list(KIND);
  return entries.flatMap((entry) => {
    const value = TextEntryValue.safeParse(entry.value);
    return value.success ? [{ ...value.data, id: entry.id, at: entry.at }] : [];
  });
}

/** True where an entry holds this very text. */
export function isEntryOf(entry: KeptEntry, document: RichDocument): boolean {
  const value = TextEntryValue.safeParse(entry.value);
  return value.success && isSameDocument(value.data.document, document);
}
