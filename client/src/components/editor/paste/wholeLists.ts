import { Slice } from '@tiptap/pm/model';
import type { Node } from '@tiptap/pm/model';
import type { EditorView } from '@tiptap/pm/view';

const isList = (name: string) => name === 'bulletList' || name === 'orderedList';

/** A node that is no longer open at its start has to begin as its type requires: an item with a paragraph, not with a quote. */
function filled(node: Node, open: number): Node | null {
  const inner = open > 1 && node.firstChild ? filled(node.firstChild, open - 1) : node.firstChild;
  const content = inner ? node.content.replaceChild(0, inner) : node.content;
  return node.type.createAndFill(node.attrs, content, node.marks);
}

/**
 * A list that is pasted after text begins below it: otherwise its first item would run into that text and no longer be an item. A
 * part of one item is inserted as plain text, and a list within a list as ProseMirror does it.
 */
export function keepListsWhole(slice: Slice, view: EditorView): Slice {
  const { $from } = view.state.selection;
  const first = slice.content.firstChild;
  if (!first || !isList(first.type.name) || slice.openStart === 0) return slice;
  const isPart =
    slice.content.childCount === 1 && first.childCount === 1 && first.firstChild?.childCount === 1;
  const inList = Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1).type.name).some(
    isList,
  );
  if (isPart || inList || $from.parent.content.size === 0) return slice;
  const whole = filled(first, slice.openStart);
  return whole ? new Slice(slice.content.replaceChild(0, whole), 0, slice.openEnd) : slice;
}
