import { isAddress } from '../address.ts';
import {
  countWords,
  plainText,
  type Block,
  type Inline,
  type ListItem,
  type RichDocument,
} from '../richText.ts';
import { checkRichText } from '../richTextCheck.ts';
import { toFinding, type Finding, type PartialPlace } from './findings.ts';

/** Whether a text has any word. */
export function hasWords(document: RichDocument): boolean {
  return countWords(plainText(document)) > 0;
}

/** Headings and links of a document, in its order. */
type Landmark =
  | { readonly type: 'heading'; readonly level: number; readonly text: string }
  | { readonly type: 'link'; readonly href: string; readonly text: string };

function hrefOf(node: Inline): string | null {
  if (node.type !== 'text') return null;
  for (const mark of node.marks ?? []) if (mark.type === 'link') return mark.attrs.href;
  return null;
}

const textOf = (node: Inline): string => (node.type === 'text' ? node.text : ' ');

/** Links of a line; neighbours with the same address are one link, whatever else they are marked with. */
function linksIn(nodes: readonly Inline[]): Landmark[] {
  const links: { type: 'link'; href: string; text: string }[] = [];
  let last: string | null = null;
  for (const node of nodes) {
    const href = hrefOf(node);
    const open = href !== null && href === last ? links.at(-1) : undefined;
    if (open) open.text += textOf(node);
    else if (href !== null) links.push({ type: 'link', href, text: textOf(node) });
    last = href;
  }
  return links;
}

function landmarksOf(block: Block | ListItem): Landmark[] {
  if (block.type === 'paragraph') return linksIn(block.content ?? []);
  if (block.type !== 'heading') return block.content.flatMap(landmarksOf);
  const text = (block.content ?? []).map(textOf).join('').trim();
  return [{ type: 'heading', level: block.attrs.level, text }, ...linksIn(block.content ?? [])];
}

/** What says nothing about where a link leads, when a screen reader lists the links of a page. */
const VAGUE =
  /^(((click|tap|press|look|see|go|read|learn|find out)\s+)?(here|there|this|more|further)|(this|the)?\s*(link|page|site|website|document|article|video)|go|details)\s*[.!:…>»]*$/iu;

/** What is wrong with a link's text: empty, an address, or words that fit any link; null if nothing is. */
function linkTextFault(text: string): 'empty' | 'address' | 'vague' | null {
  const words = text.trim();
  if (words === '') return 'empty';
  if (/^(https?:\/\/|www\.)\S*$/i.test(words) || isAddress(words)) return 'address';
  return VAGUE.test(words) ? 'vague' : null;
}

function lintLink({ href, text }: Extract<Landmark, { type: 'link' }>, place: PartialPlace): Finding[] {
  const words = text.trim();
  if (!isAddress(href)) return [toFinding('bad_address', place, { address: href, kind: 'link' })];
  const fault = linkTextFault(text);
  // a mail address says where it leads
  if (fault === null || (fault === 'address' && href.startsWith('mailto:'))) return [];
  return [toFinding('link_text', place, { fault, text: words, address: href })];
}

function lintLimits(document: RichDocument, place: PartialPlace): Finding[] {
  const check = checkRichText(document);
  // each bad address is a finding of its own
  if (check.ok || check.fault.code === 'address') return [];
  const { fault } = check;
  return [toFinding('text_limit', place, { fault: fault.code, max: 'max' in fault ? fault.max : 0 })];
}

/**
 * Reads the texts of one step, or any that are read after each other: headings may go on from one text to the next. The highest level
 * is 2, below the title of the page.
 */
export class TextLint {
  #heading = 1;

  /** What is wrong with the next text: its limits, its headings and its links. */
  lint(document: RichDocument, place: PartialPlace): Finding[] {
    const found = lintLimits(document, place);
    for (const landmark of document.content.flatMap(landmarksOf)) {
      if (landmark.type === 'link') found.push(...lintLink(landmark, place));
      else found.push(...this.#lintHeading(landmark, place));
    }
    return found;
  }

  #lintHeading({ level, text }: Extract<Landmark, { type: 'heading' }>, place: PartialPlace): Finding[] {
    if (text === '') return [toFinding('empty_heading', place)];
    const skips = level > this.#heading + 1;
    this.#heading = level;
    return skips ? [toFinding('heading_order', place, { heading: text, level })] : [];
  }
}
