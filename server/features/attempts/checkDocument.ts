import type { RichDocument } from '../../../contract/richText.ts';
import { checkRichText, isTooMuch, type TextFault } from '../../../contract/richTextCheck.ts';
import { AppError } from '../../errors.ts';

export interface CheckedDocument {
  document: RichDocument;
  text: string;
}

function sentenceOf(fault: TextFault): string {
  switch (fault.code) {
    case 'too_long':
      return `A text may have up to ${fault.max} characters; this one has more. Shorten it, or add it as a file.`;
    case 'too_large':
      return 'This text has more formatting than can be kept. Remove some of it, or add it as a file.';
    case 'too_deep':
      return `Lists and quotes can be nested up to ${fault.max} levels deep; these go deeper.`;
    case 'address':
      return 'A link in the text is not the address of a page. Change or remove it.';
    case 'not_allowed':
      return 'The text holds something that can’t be kept here. Paste it as plain text.';
  }
}

/**
 * Validates what a person wrote with the same check that its editor uses (`checkRichText`).
 *
 * @throws {AppError} TEXT_TOO_LONG, or VALIDATION_FAILED for anything else; `details` is the fault with its position
 */
export function checkDocument(raw: unknown): CheckedDocument {
  const check = checkRichText(raw);
  if (check.ok) return { document: check.document, text: check.text };
  const { fault } = check;
  throw new AppError(isTooMuch(fault) ? 'TEXT_TOO_LONG' : 'VALIDATION_FAILED', sentenceOf(fault), {
    fields: [{ path: ['body.document', fault.place.path].filter(Boolean).join('.'), message: fault.code }],
    details: fault,
  });
}
