import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { headingLevels } from '../words/headingLevels.ts';

function decorate(doc: Node, top: number): DecorationSet {
  const headings: { from: number; to: number; kind: 2 | 3 }[] = [];
  doc.descendants((node, at) => {
    if (node.type.name === 'heading')
      headings.push({ from: at, to: at + node.nodeSize, kind: node.attrs['level'] === 3 ? 3 : 2 });
    return !node.isTextblock;
  });
  const levels = headingLevels(
    headings.map(({ kind }) => kind),
    top,
  );
  const decorations = headings.map(({ from, to }, n) =>
    Decoration.node(from, to, { 'aria-level': String(levels[n]) }),
  );
  return DecorationSet.create(doc, decorations);
}

/**
 * Says to screen readers at which levels the headings of the text stand in the page around it; its tags stay as they are, since
 * they are what is copied and pasted.
 *
 * @param top  the level of the text's upper headings
 */
export function shownLevels(top: number) {
  const key = new PluginKey<DecorationSet>('shownLevels');
  return Extension.create({
    name: 'shownLevels',
    addProseMirrorPlugins() {
      return [
        new Plugin<DecorationSet>({
          key,
          state: {
            init: (_config, { doc }) => decorate(doc, top),
            apply: ({ docChanged, doc }, before) => (docChanged ? decorate(doc, top) : before),
          },
          props: { decorations: (state) => key.getState(state) },
        }),
      ];
    },
  });
}
