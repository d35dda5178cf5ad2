import type { ReactNode } from 'react';

/** `<b>`: what counts in the sentence; `<k>`: a key of the keyboard. */
const MARKED = /<([bk])>(.*?)<\/\1>/s;

/**
 * A message with some of its words marked, as `t` returns it; any other tag is text. i18next's own `Trans` would bring a parser of
 * HTML to the first page.
 */
export function Marked({ text }: { text: string }): ReactNode {
  // what is outside, the name of a mark, what is inside it, and so on
  const parts = text.split(MARKED);
  return parts.map((part, at) => {
    if (at % 3 === 0) return part;
    if (at % 3 === 1) return null;
    return parts[at - 1] === 'k' ? <kbd key={at}>{part}</kbd> : <strong key={at}>{part}</strong>;
  });
}
