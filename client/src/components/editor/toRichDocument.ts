import type { JSONContent } from '@tiptap/core';
import { toAddress } from '../../../../contract/address.ts';
import { EMPTY_DOCUMENT } from '../../../../contract/richText.ts';
import type { Block, Inline, ListItem, RichDocument } from '../../../../contract/richText.ts';
import { isStart } from '../../../../contract/richTextCheck.ts';

type Marks = NonNullable<Extract<Inline, { type: 'text' }>['marks']>;

function marksOf(node: JSONContent): Marks {
  return (node.marks ?? []).flatMap((mark): Marks => {
    if (mark.type === 'bold' || mark.type === 'italic') return [{ type: mark.type }];
    const href: unknown = mark.attrs?.['href'];
    const address = mark.type === 'link' && typeof href === 'string' ? toAddress(href) : null;
    return address === null ? [] : [{ type: 'link', attrs: { href: address } }];
  });
}

function inlineOf(nodes: readonly JSONContent[] = []): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    if (node.type === 'hardBreak') return [{ type: 'hardBreak' }];
    if (node.type !== 'text' || !node.text) return [];
    const marks = marksOf(node);
    // half of a surrogate pair cannot be stored anywhere
    const text = node.text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD');
    return [{ type: 'text', text, ...(marks.length > 0 ? { marks } : {}) }];
  });
}

function paragraphOf(node: JSONContent): Block {
  const content = inlineOf(node.content);
  return content.length > 0 ? { type: 'paragraph', content } : { type: 'paragraph' };
}

function itemsOf(node: JSONContent): ListItem[] {
  return (node.content ?? []).map((item) => {
    const content = blocksOf(item.content ?? []);
    return { type: 'listItem', content: content.length > 0 ? content : [{ type: 'paragraph' }] };
  });
}

function listOf(node: JSONContent): Block[] {
  const content = itemsOf(node);
  if (content.length === 0) return [];
  if (node.type === 'bulletList') return [{ type: 'bulletList', content }];
  const start: unknown = node.attrs?.['start'];
  const attrs = typeof start === 'number' && isStart(start) && start !== 1 ? { attrs: { start } } : {};
  return [{ type: 'orderedList', ...attrs, content }];
}

function blocksOf(nodes: readonly JSONContent[]): Block[] {
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
        return listOf(node);
      case 'blockquote': {
        const content = blocksOf(node.content ?? []);
        return content.length > 0 ? [{ type: 'blockquote', content }] : [];
      }
      default:
        return blocksOf(node.content ?? []);
    }
  });
}

/**
 * The editor's content, in the nodes and marks of the allow-list, whatever a paste or a newer editor may have added. Nothing of
 * the text is dropped because of its size: whether it may be stored is decided by `checkRichText`.
 */
export function toRichDocument(json: JSONContent): RichDocument {
  const content = blocksOf(json.content ?? []);
  const [only] = content;
  if (content.length === 1 && only?.type === 'paragraph' && !only.content) return EMPTY_DOCUMENT;
  return { type: 'doc', content };
}
