import { RichDocument } from '../../../../contract/richText.ts';

/** Whether two texts can stand one after the other: texts of one kind, both with something in them. */
export function canJoin(first: unknown, second: unknown): boolean {
  if (typeof first === 'string' && typeof second === 'string') return first !== '' && second !== '';
  return RichDocument.safeParse(first).success && RichDocument.safeParse(second).success;
}

/** One text after the other: lines in one line, other texts as paragraphs of their own; the second one where they can't be joined. */
export function joinValues(first: unknown, second: unknown): unknown {
  if (typeof first === 'string' && typeof second === 'string')
    return [first, second].filter(Boolean).join(/\n/.test(first + second) ? '\n\n' : ' ');
  const documents = [first, second].map((one) => RichDocument.safeParse(one).data);
  const [before, after] = documents;
  if (!before || !after) return second;
  return { ...before, content: [...before.content, ...after.content] };
}
