import type { JSONContent } from '@tiptap/core';
import { documentOf, EMPTY_DOCUMENT, LinkHref, RichDocument } from '../../../../../contract/richText.ts';
import type { Block, Inline, ListItem } from '../../../../../contract/richText.ts';

/** Lists deeper than this are written out as paragraphs of the last one: the server keeps no towers. */
const DEEPEST = 5;

type Marks = NonNullable<Extract<Inline, { type: 'text' }>['marks']>;

function marksOf(node: JSONContent): Marks {
  return (node.marks ?? []).flatMap((mark): Marks => {
    if (mark.type === 'bold' || mark.type === 'italic') return [{ type: mark.type }];
    const href = LinkHref.safeParse(mark.attrs?.['href']);
    return mark.type === 'link' && href.success ? [{ type: 'link', attrs: { href: href.data } }] : [];
  });
}

function inlineOf(nodes: readonly JSONContent[] = []): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    if (node.type === 'hardBreak') return [{ type: 'hardBreak' }];
    if (node.type !== 'text' || !node.text) return [];
    const marks = marksOf(node);
    return [{ type: 'text', text: node.text, ...(marks.length > 0 ? { marks } : {}) }];
  });
}

function paragraphOf(node: JSONContent): Block {
  const content = inlineOf(node.content);
  return content.length > 0 ? { type: 'paragraph', content } : { type: 'paragraph' };
}

function itemsOf(node: JSONContent, depth: number): ListItem[] {
  return (node.content ?? []).map((item) => {
    const content = blocksOf(item.content ?? [], depth + 1);
    return { type: 'listItem', content: content.length > 0 ? content : [{ type: 'paragraph' }] };
  });
}

function listOf(node: JSONContent, depth: number): Block[] {
  if (depth >= DEEPEST) return (node.content ?? []).flatMap((item) => blocksOf(item.content ?? [], depth));
  const content = itemsOf(node, depth);
  if (content.length === 0) return [];
  if (node.type === 'bulletList') return [{ type: 'bulletList', content }];
  const start: unknown = node.attrs?.['start'];
  const attrs = typeof start === 'number' && start !== 1 ? { attrs: { start } } : {};
  return [{ type: 'orderedList', ...attrs, content }];
}

function blocksOf(nodes: readonly JSONContent[], depth: number): Block[] {
  return nodes.flatMap((node): Block[] => {
    switch (node.type) {
      case 'paragraph':
        return [paragraphOf(node)];
      case 'heading': {
        const level = node.attrs?.['level'] === 3 ? 3 : 2;
        const content = inlineOf(node.content);
        return [{ type: 'heading', attrs: { level }, ...(content.length > 0 ? { content } : {}) }];
      }
      case 'bulletList':
      case 'orderedList':
        return listOf(node, depth);
      case 'blockquote': {
        const content = blocksOf(node.content ?? [], depth + 1);
        if (depth >= DEEPEST) return content;
        return content.length > 0 ? [{ type: 'blockquote', content }] : [];
      }
      default:
        return blocksOf(node.content ?? [], depth);
    }
  });
}

/**
 * What the editor holds, as the document that the server takes: only the nodes and marks of the allow-list, whatever a
 * paste or a newer editor may have brought. @param text the same as plain text, for what can't be put otherwise
 */
export function toRichDocument(json: JSONContent, text: string): RichDocument {
  const content = blocksOf(json.content ?? [], 0);
  const [only] = content;
  if (content.length === 1 && only?.type === 'paragraph' && !only.content) return EMPTY_DOCUMENT;
  const checked = RichDocument.safeParse({ type: 'doc', content });
  return checked.success ? checked.data : documentOf(text);
}
