import { z } from 'zod';

/** Longest text of one piece, in characters (not bytes) including line breaks. */
export const TEXT_MAX = 10_000;
/** Largest document of one piece, in bytes of its JSON: only formatting and links in every word come close to it. */
export const DOCUMENT_MAX_BYTES = 256 * 1024;
/** How deep lists and quotes may be nested. */
export const DOCUMENT_MAX_DEPTH = 12;

const Mark = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bold') }),
  z.strictObject({ type: z.literal('italic') }),
  z.strictObject({ type: z.literal('link'), attrs: z.strictObject({ href: z.string() }) }),
]);

const Text = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  marks: z.array(Mark).optional(),
});
const HardBreak = z.strictObject({ type: z.literal('hardBreak') });
const Inline = z.discriminatedUnion('type', [Text, HardBreak]);
export type Inline = z.infer<typeof Inline>;

const Paragraph = z.strictObject({ type: z.literal('paragraph'), content: z.array(Inline).optional() });
const Heading = z.strictObject({
  type: z.literal('heading'),
  attrs: z.strictObject({ level: z.literal([2, 3]) }),
  content: z.array(Inline).optional(),
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
  z.strictObject({ type: z.literal('listItem'), content: z.array(BlockSchema).min(1) }),
);
const BlockSchema: z.ZodType<Block> = z.lazy(() =>
  z.discriminatedUnion('type', [
    Paragraph,
    Heading,
    z.strictObject({ type: z.literal('blockquote'), content: z.array(BlockSchema).min(1) }),
    z.strictObject({ type: z.literal('bulletList'), content: z.array(ListItemSchema).min(1) }),
    z.strictObject({
      type: z.literal('orderedList'),
      attrs: z.strictObject({ start: z.int32() }).optional(),
      content: z.array(ListItemSchema).min(1),
    }),
  ]),
);

/** The deepest list takes 48 levels of JSON and its link eight more; the database stores 100, with what is around a document. */
const JSON_LEVELS_MAX = 80;

/** Whether JSON holds more levels of arrays and objects than `most`. Not recursive, and it stops there: it answers for any JSON. */
function isDeeperThan(most: number, json: unknown): boolean {
  let level = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((one): unknown[] =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}

/** A block that was found to be shallow enough before anything recursive reads it. */
const ShallowBlock = z.preprocess((json: Block, context) => {
  if (isDeeperThan(JSON_LEVELS_MAX, json))
    context.addIssue({ code: 'custom', message: 'Lists and quotes are nested too deeply in this text.' });
  return json;
}, BlockSchema);

/**
 * A document as we return and publish it: tiptap JSON of these nodes and marks, nothing else; HTML is never stored. This schema
 * describes, reads what we stored ourselves, and what designers write. What a participant sends is checked by `checkRichText`
 * (`contract/richTextCheck.ts`), which walks it once without recursion and knows the limits and the links.
 */
export const RichDocument = z.strictObject({ type: z.literal('doc'), content: z.array(ShallowBlock) });
export type RichDocument = z.infer<typeof RichDocument>;

/** The recursive parts of a document; named so that a description of the API can refer to them. */
export const RICH_PARTS = {
  Block: BlockSchema,
  ListItem: ListItemSchema,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export const EMPTY_DOCUMENT: RichDocument = { type: 'doc', content: [] };

function inlineText(nodes: readonly Inline[] | undefined): string {
  return (nodes ?? []).map((node) => (node.type === 'text' ? node.text : '\n')).join('');
}

function blockLines(block: Block | ListItem): string[] {
  if (block.type === 'paragraph' || block.type === 'heading') return [inlineText(block.content)];
  return block.content.flatMap(blockLines);
}

/** Plain text of a document, one line per paragraph: used for search, counts, diffs and hashes. */
export function plainText(document: RichDocument): string {
  return document.content.flatMap(blockLines).join('\n').trim();
}

/** Number of words in a plain text: runs of non-white-space characters. */
export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

/** A document of plain paragraphs, one per line. */
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
