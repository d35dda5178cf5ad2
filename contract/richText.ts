import { z } from 'zod';

/** Longest text of one piece, in characters (not bytes). */
export const TEXT_MAX = 10_000;
/** Largest stored document of one piece, in bytes of its JSON. */
export const DOCUMENT_MAX_BYTES = 256 * 1024;
/** Deepest nesting of a document: lists within lists, not towers. */
export const DOCUMENT_MAX_DEPTH = 12;

/** Only web and mail links; `javascript:` and `data:` never get in. */
export const LinkHref = z.url({ protocol: /^(https?|mailto)$/ }).max(2000);

const Mark = z.union([
  z.strictObject({ type: z.literal('bold') }),
  z.strictObject({ type: z.literal('italic') }),
  z.strictObject({ type: z.literal('link'), attrs: z.strictObject({ href: LinkHref }) }),
]);

const Text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  marks: z.array(Mark).max(4).optional(),
});
const HardBreak = z.strictObject({ type: z.literal('hardBreak') });
const Inline = z.union([Text, HardBreak]);
export type Inline = z.infer<typeof Inline>;

const Paragraph = z.strictObject({
  type: z.literal('paragraph'),
  content: z.array(Inline).max(2000).optional(),
});
const Heading = z.strictObject({
  type: z.literal('heading'),
  attrs: z.strictObject({ level: z.union([z.literal(2), z.literal(3)]) }),
  content: z.array(Inline).max(200).optional(),
});

export type Block =
  | z.infer<typeof Paragraph>
  | z.infer<typeof Heading>
  | { type: 'blockquote'; content: Block[] }
  | { type: 'bulletList'; content: ListItem[] }
  | { type: 'orderedList'; attrs?: { start: number } | undefined; content: ListItem[] };
export interface ListItem {
  type: 'listItem';
  content: Block[];
}

const ListItemSchema: z.ZodType<ListItem> = z.lazy(() =>
  z.strictObject({ type: z.literal('listItem'), content: z.array(BlockSchema).min(1).max(200) }),
);
const BlockSchema: z.ZodType<Block> = z.lazy(() =>
  z.union([
    Paragraph,
    Heading,
    z.strictObject({ type: z.literal('blockquote'), content: z.array(BlockSchema).min(1).max(200) }),
    z.strictObject({ type: z.literal('bulletList'), content: z.array(ListItemSchema).min(1).max(500) }),
    z.strictObject({
      type: z.literal('orderedList'),
      attrs: z.strictObject({ start: z.number().int().min(0).max(10_000) }).optional(),
      content: z.array(ListItemSchema).min(1).max(500),
    }),
  ]),
);

/**
 * The allow-list for everything a person writes: tiptap JSON of these nodes and marks, nothing else. HTML is never
 * stored. Size and depth are checked before this schema (`checkDocument` on the server), so that it can't be made to recurse.
 */
export const RichDocument = z.strictObject({
  type: z.literal('doc'),
  content: z.array(BlockSchema).max(1000),
});
export type RichDocument = z.infer<typeof RichDocument>;

/** The parts of a document that refer to themselves; named so that a description of the API can refer to them. */
export const RICH_PARTS: Readonly<Record<string, z.ZodType>> = {
  Block: BlockSchema,
  ListItem: ListItemSchema,
};

export const EMPTY_DOCUMENT: RichDocument = { type: 'doc', content: [] };

function inlineText(nodes: readonly Inline[] | undefined): string {
  return (nodes ?? []).map((node) => (node.type === 'text' ? node.text : '\n')).join('');
}

function blockLines(block: Block | ListItem): string[] {
  if (block.type === 'paragraph' || block.type === 'heading') return [inlineText(block.content)];
  return block.content.flatMap(blockLines);
}

/** Plain text of a document, a line for each paragraph: what is searched, counted, diffed and hashed. */
export function plainText(document: RichDocument): string {
  return document.content.flatMap(blockLines).join('\n').trim();
}

/** Words of a plain text, by runs that are not white space. */
export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

/** A document of plain paragraphs, one for each line. */
export function documentOf(text: string): RichDocument {
  return {
    type: 'doc',
    content: text
      .split('\n')
      .map((line) =>
        line ? { type: 'paragraph', content: [{ type: 'text', text: line }] } : { type: 'paragraph' },
      ),
  };
}
