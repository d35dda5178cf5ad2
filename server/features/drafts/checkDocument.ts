import {
  DOCUMENT_MAX_BYTES,
  DOCUMENT_MAX_DEPTH,
  plainText,
  RichDocument,
  TEXT_MAX,
} from '../../../contract/richText.ts';
import { AppError } from '../../errors.ts';

/** Depth of nested objects and arrays, found without recursion, so that a tower of brackets can't overflow the stack. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let layer: unknown[] = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > limit) return true;
    layer = layer.flatMap((item): unknown[] =>
      item !== null && typeof item === 'object' ? Object.values(item) : [],
    );
  }
  return false;
}

export interface CheckedDocument {
  document: RichDocument;
  text: string;
}

/**
 * Holds what a person wrote against the allow-list: size first, then depth, then every node and mark.
 *
 * @throws {AppError} TEXT_TOO_LONG, or VALIDATION_FAILED for anything that is not on the list
 */
export function checkDocument(raw: unknown): CheckedDocument {
  if (Buffer.byteLength(JSON.stringify(raw) ?? '') > DOCUMENT_MAX_BYTES) {
    throw new AppError(
      'TEXT_TOO_LONG',
      'This text is too large to keep. Shorten it, or hand it in as a file.',
    );
  }
  // each level of the document is an object in an array
  const parsed = isDeeperThan(raw, DOCUMENT_MAX_DEPTH * 2 + 4) ? null : RichDocument.safeParse(raw);
  if (!parsed?.success) {
    throw new AppError(
      'VALIDATION_FAILED',
      'The text holds something that can’t be kept here. Paste it as plain text.',
      {
        fields: [{ path: 'body.document', message: parsed?.error.issues[0]?.message ?? 'nested too deeply' }],
      },
    );
  }
  const text = plainText(parsed.data);
  if (text.length > TEXT_MAX) {
    throw new AppError(
      'TEXT_TOO_LONG',
      `A text may have up to ${TEXT_MAX} characters; this one has ${text.length}.`,
    );
  }
  return { document: parsed.data, text };
}
