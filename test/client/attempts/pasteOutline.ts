import type { Block, Inline, ListItem, RichDocument } from '../../../contract/richText.ts';

function inline(node: Inline): string {
  if (node.type === 'hardBreak') return '⏎';
  return (node.marks ?? []).reduce((text, mark) => {
    if (mark.type === 'link') return `[${text}](${mark.attrs.href})`;
    return mark.type === 'bold' ? `*${text}*` : `_${text}_`;
  }, node.text);
}
const line = (nodes: readonly Inline[] = []) => nodes.map(inline).join('').replace(/\s+/g, ' ').trim();

function item({ content }: ListItem, sign: string, indent: string): string[] {
  const [first, ...rest] = content.flatMap((block) => outline(block, `${indent}  `));
  return [`${indent}${sign}${(first ?? '').trim()}`, ...rest];
}

function outline(block: Block, indent = ''): string[] {
  switch (block.type) {
    case 'paragraph':
      return [indent + line(block.content)];
    case 'heading':
      return [`${indent}${'#'.repeat(block.attrs.level)} ${line(block.content)}`];
    case 'blockquote':
      return block.content.flatMap((inner) => outline(inner, `${indent}> `));
    case 'bulletList':
      return block.content.flatMap((one) => item(one, '- ', indent));
    case 'orderedList':
      return block.content.flatMap((one, n) => item(one, `${(block.attrs?.start ?? 1) + n}. `, indent));
  }
}

/** A document as lines to compare: `#` headings, `-` and `1.` items, `>` quotes, `*bold*`, `_italic_`, `[links](…)`. */
export function outlineOf({ content }: RichDocument): string {
  return content.flatMap((block) => outline(block)).join('\n');
}
