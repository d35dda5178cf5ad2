import { Extension } from '@tiptap/core';
import type { JSONContent } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import { checkRichText } from '../../../../contract/richTextCheck.ts';
import type { TextCheck, TextFault } from '../../../../contract/richTextCheck.ts';
import type { RichDocument } from '../../../../contract/richText.ts';
import { toRichDocument } from './toRichDocument.ts';

interface Read {
  readonly document: RichDocument;
  readonly check: TextCheck;
}

const known = new WeakMap<Node, Read>();

/** An editor's document as it is sent, and the result of the shared check; computed once for each. */
export function readEditor(doc: Node): Read {
  const before = known.get(doc);
  if (before) return before;
  const document = toRichDocument(doc.toJSON() as JSONContent);
  const read = { document, check: checkRichText(document) };
  known.set(doc, read);
  return read;
}

/**
 * Lets nothing in that the server would refuse, so that the editor never contains a text that cannot be saved: a keystroke, a
 * paste or a command that would exceed a limit changes nothing and is reported. Shortening a text that is already too large
 * always works.
 */
export function textLimits(onRefused: (fault: TextFault) => void) {
  return Extension.create({
    name: 'textLimits',
    addProseMirrorPlugins() {
      return [
        new Plugin({
          filterTransaction: (transaction, state) => {
            // a text from the server or the device is shown as it is
            if (!transaction.docChanged || transaction.getMeta('preventUpdate') === true) return true;
            const { check } = readEditor(transaction.doc);
            if (check.ok) return true;
            if (!readEditor(state.doc).check.ok && transaction.doc.nodeSize < state.doc.nodeSize) return true;
            onRefused(check.fault);
            return false;
          },
        }),
      ];
    },
  });
}
