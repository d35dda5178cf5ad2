import { Extension } from '@tiptap/core';
import { Link } from '@tiptap/extension-link';
import { Plugin } from '@tiptap/pm/state';
import { StarterKit } from '@tiptap/starter-kit';
import { LinkHref, plainText, TEXT_MAX } from '../../../../../contract/richText.ts';
import { toRichDocument } from './toRichDocument.ts';

/** A link is its address and nothing else: no target, class or title travels with it. */
const PlainLink = Link.extend({
  addAttributes() {
    return { href: { default: null } };
  },
}).configure({
  openOnClick: false,
  autolink: true,
  linkOnPaste: true,
  defaultProtocol: 'https',
  isAllowedUri: (href) => LinkHref.safeParse(href).success,
});

/** Length of a document as it counts against the limit. */
export function lengthOf(doc: { toJSON: () => unknown; textContent: string }): number {
  const json = doc.toJSON() as Parameters<typeof toRichDocument>[0];
  return plainText(toRichDocument(json, doc.textContent)).length;
}

/** Refuses what would grow the text beyond its limit, and says so; shortening always works. */
function lengthLimit(onRefused: () => void) {
  return Extension.create({
    name: 'lengthLimit',
    addProseMirrorPlugins() {
      return [
        new Plugin({
          filterTransaction: (transaction, state) => {
            // cheap first: only near the limit is the exact length counted
            if (!transaction.docChanged || transaction.doc.content.size <= TEXT_MAX) return true;
            const after = lengthOf(transaction.doc);
            if (after <= TEXT_MAX || after <= lengthOf(state.doc)) return true;
            onRefused();
            return false;
          },
        }),
      ];
    },
  });
}

/** Nodes and marks of `contract/richText.ts`, and no others: what is not known is pasted as its text. */
export function reflectionExtensions(onTooLong: () => void) {
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
    lengthLimit(onTooLong),
  ];
}
