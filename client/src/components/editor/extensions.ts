import { Link } from '@tiptap/extension-link';
import { StarterKit } from '@tiptap/starter-kit';
import { toAddress } from '../../../../contract/address.ts';
import type { TextFault } from '../../../../contract/richTextCheck.ts';
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

/** Nodes and marks of `contract/richText.ts`, and no others: anything unknown is pasted as its text. */
export function reflectionExtensions(onRefused: (fault: TextFault) => void) {
  return [
    StarterKit.configure({
      code: false,
      codeBlock: false,
      dropcursor: false,
      horizontalRule: false,
      strike: false,
      underline: false,
      link: false,
      heading: { levels: [2, 3] },
    }),
    PlainLink,
    textLimits(onRefused),
  ];
}
