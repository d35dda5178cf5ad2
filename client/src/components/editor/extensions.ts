import { Blockquote } from '@tiptap/extension-blockquote';
import { Bold } from '@tiptap/extension-bold';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Heading } from '@tiptap/extension-heading';
import { Italic } from '@tiptap/extension-italic';
import { Link } from '@tiptap/extension-link';
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text } from '@tiptap/extension-text';
import { Gapcursor, TrailingNode, UndoRedo } from '@tiptap/extensions';
import { toAddress } from '../../../../contract/address.ts';
import type { TextFault } from '../../../../contract/richTextCheck.ts';
import { DEFAULT_TOP } from '../words/headingLevels.ts';
import { shownLevels } from './shownLevels.ts';
import { textLimits } from './textLimits.ts';

/** A link consists of its URL and nothing else: no target, class or title. */
const PlainLink = Link.extend({
  addAttributes() {
    return {
      href: {
        default: null,
        parseHTML: (element: HTMLElement) => toAddress(element.getAttribute('href') ?? ''),
      },
    };
  },
}).configure({
  openOnClick: false,
  autolink: true,
  linkOnPaste: true,
  defaultProtocol: 'https',
  isAllowedUri: (href) => toAddress(href) !== null,
});

/**
 * Nodes and marks of `contract/richText.ts`, and no others: anything unknown is pasted as its text. In the order of tiptap's
 * StarterKit, which would bring all of its other parts along.
 *
 * @param top  the level of the upper headings in the page
 */
export function reflectionExtensions(onRefused: (fault: TextFault) => void, top = DEFAULT_TOP) {
  return [
    ...[Bold, Blockquote, BulletList, Document, Gapcursor, HardBreak],
    Heading.configure({ levels: [2, 3] }),
    ...[UndoRedo, Italic, ListItem, ListKeymap, OrderedList, Paragraph, Text, TrailingNode],
    PlainLink,
    shownLevels(top),
    textLimits(onRefused),
  ];
}
