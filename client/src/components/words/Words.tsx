import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { toAddress } from '../../../../contract/address.ts';
import type { Block, Inline, ListItem, RichDocument } from '../../../../contract/richText.ts';
import { OutsideLink } from './OutsideLink.tsx';
import { DEFAULT_TOP, headingLevels } from './headingLevels.ts';
import { quotedRuns } from './quoted.ts';
import type { Quote } from './quoted.ts';
import './words.css';

export interface WordsProps {
  document: RichDocument;
  /** `normal` is 17/28 for reading, `small` 15.5/24 beside the work. */
  size?: 'normal' | 'small';
  /** BCP 47 language of the text, if known. */
  lang?: string;
  /** The level of its upper headings; 3 unless said otherwise. */
  top?: number;
  /** Passages that a reviewer quoted: underlined, followed by the criterion's letter. */
  quotes?: readonly Quote[];
}

const NO_QUOTES: readonly Quote[] = [];

/** An address that is shown as itself may break anywhere. */
const linkClass = (href: string, text: string) => (toAddress(href) === toAddress(text) ? 'wm-address' : '');

function inline(node: Inline, key: number): ReactNode {
  if (node.type === 'hardBreak') return <br key={key} />;
  let result: ReactNode = node.text;
  for (const mark of node.marks ?? []) {
    if (mark.type === 'bold') result = <strong>{result}</strong>;
    else if (mark.type === 'italic') result = <em>{result}</em>;
    else
      result = (
        <OutsideLink href={mark.attrs.href} className={linkClass(mark.attrs.href, node.text)}>
          {result}
        </OutsideLink>
      );
  }
  return <Fragment key={key}>{result}</Fragment>;
}

function inlines(nodes: readonly Inline[] | undefined, quotes: readonly Quote[]): ReactNode {
  if (quotes.length === 0) return nodes?.map(inline);
  return quotedRuns(nodes ?? [], quotes).map(({ node, code, ends }, key) => {
    if (code === null) return inline(node, key);
    return (
      <mark key={key} className="wm-quote">
        {inline(node, key)}
        {ends && <span className="wm-quote-code">{code}</span>}
      </mark>
    );
  });
}

interface Drawn {
  readonly quotes: readonly Quote[];
  readonly levels: ReadonlyMap<Block, number>;
  readonly top: number;
}

/** The headings of a document, in its order. */
function headingsIn(blocks: readonly (Block | ListItem)[]): Extract<Block, { type: 'heading' }>[] {
  return blocks.flatMap((node) => {
    if (node.type === 'heading') return [node];
    return node.type === 'paragraph' ? [] : headingsIn(node.content);
  });
}

function levelsIn({ content }: RichDocument, top: number): ReadonlyMap<Block, number> {
  const headings = headingsIn(content);
  const levels = headingLevels(
    headings.map(({ attrs }) => attrs.level),
    top,
  );
  return new Map(headings.map((heading, at) => [heading, levels[at] ?? top]));
}

function item(node: ListItem, key: number, drawn: Drawn): ReactNode {
  return (
    <li key={key} dir="auto">
      {node.content.map((child, index) => block(child, index, drawn))}
    </li>
  );
}

function block(node: Block, key: number, drawn: Drawn): ReactNode {
  const { quotes, levels, top } = drawn;
  switch (node.type) {
    case 'paragraph':
      return (
        <p key={key} dir="auto">
          {node.content?.length ? inlines(node.content, quotes) : <br />}
        </p>
      );
    case 'heading': {
      const level = levels.get(node) ?? top;
      // the tag gives the look, which is the same at every level of the page
      const Heading = level === top ? 'h3' : 'h4';
      return (
        <Heading key={key} dir="auto" {...(top === DEFAULT_TOP ? {} : { 'aria-level': level })}>
          {inlines(node.content, quotes)}
        </Heading>
      );
    }
    case 'blockquote':
      return (
        <blockquote key={key}>{node.content.map((child, index) => block(child, index, drawn))}</blockquote>
      );
    case 'bulletList':
      return <ul key={key}>{node.content.map((child, index) => item(child, index, drawn))}</ul>;
    case 'orderedList':
      return (
        <ol key={key} start={node.attrs?.start ?? 1}>
          {node.content.map((child, index) => item(child, index, drawn))}
        </ol>
      );
  }
}

/** What a person wrote, in serif, rendered from its document without the editor. HTML in the text is never interpreted. */
export function Words(props: WordsProps) {
  const { document, size = 'normal', lang, top = DEFAULT_TOP, quotes = NO_QUOTES } = props;
  const drawn = { quotes, levels: levelsIn(document, top), top };
  return (
    <div className="wm-words" data-size={size} {...(lang ? { lang } : {})}>
      {document.content.map((child, index) => block(child, index, drawn))}
    </div>
  );
}

/** A person's plain text: a comment, a vision, a note; line breaks are kept. */
export function PlainWords(props: { children: string; size?: 'normal' | 'small'; quoted?: boolean }) {
  const { children, size = 'normal', quoted = false } = props;
  return (
    <div className="wm-words wm-words-plain" data-size={size} data-quoted={quoted} dir="auto">
      {children}
    </div>
  );
}
