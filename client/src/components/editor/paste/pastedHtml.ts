import { parseInert, STYLE } from './inertHtml.ts';
import { unrollTables } from './tableRows.ts';
import { adoptNestedLists, restoreWordLists } from './wordLists.ts';

/** Elements that are never text, in any word processor or page. */
const DROPPED =
  'script, style, meta, link, title, noscript, template, iframe, object, embed, svg, math, input, button, select, textarea, xml, img, picture, video, audio, canvas, .EOP, br.Apple-interchange-newline';

function removeComments(body: Element): void {
  const comments = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found: ChildNode[] = [];
  while (comments.nextNode()) found.push(comments.currentNode as ChildNode);
  for (const comment of found) comment.remove();
}

function rename(element: Element, name: string): void {
  const other = element.ownerDocument.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

/** The text has two heading levels, below the page's own. */
function levelHeadings(body: Element): void {
  for (const heading of body.querySelectorAll('h1, p.MsoTitle')) rename(heading, 'h2');
  for (const heading of body.querySelectorAll('h4, h5, h6, p.MsoSubtitle')) rename(heading, 'h3');
}

/** Office's own elements (`o:p`, `st1:place`), Google's `b` that is not bold, tabs made of many spaces. */
function unwrapOffice(body: Element): void {
  for (const element of body.querySelectorAll('*')) {
    if (element.tagName.includes(':')) element.replaceWith(...element.childNodes);
  }
  for (const wrapper of body.querySelectorAll('b[id^="docs-internal-guid"]')) {
    wrapper.replaceWith(...wrapper.childNodes);
  }
  for (const tab of body.querySelectorAll(`span[${STYLE}*="mso-tab-count"]`)) tab.replaceWith(' ');
}

const WEIGHT = /(?:^|;)\s*font-weight\s*:\s*(\w+)/gi;
const SLANT = /(?:^|;)\s*font-style\s*:\s*(\w+)/gi;
/** The value that a style gives a property: the last one counts. */
const styleValue = (style: string, property: RegExp) => [...style.matchAll(property)].at(-1)?.[1];
const isBold = (weight: string) => /^bold/i.test(weight) || Number(weight) >= 600;

function wrapChildren(element: Element, name: string): void {
  const mark = element.ownerDocument.createElement(name);
  mark.append(...element.childNodes);
  element.append(mark);
}

/** Bold and italic become elements if only a style sets them, and are removed if a style unsets them. */
function applyMarks(body: Element): void {
  for (const element of body.querySelectorAll(`[${STYLE}]`)) {
    const style = element.getAttribute(STYLE) ?? '';
    const [weight, slant] = [styleValue(style, WEIGHT), styleValue(style, SLANT)];
    if (element.matches('span, a, font, u')) {
      if (weight && isBold(weight)) wrapChildren(element, 'strong');
      if (slant && /^(italic|oblique)/i.test(slant)) wrapChildren(element, 'em');
    }
    const isPlain =
      (element.matches('b, strong') && weight && !isBold(weight)) ||
      (element.matches('i, em') && slant?.toLowerCase() === 'normal');
    if (isPlain) element.replaceWith(...element.childNodes);
  }
}

/** Removes every attribute except a link's URL and a list's first number. */
function stripAttributes(body: Element): void {
  for (const element of body.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) {
      const stays =
        (name === 'href' && element.tagName === 'A') || (name === 'start' && element.tagName === 'OL');
      if (!stays) element.removeAttribute(name);
    }
  }
}

/** Word and Google Docs use empty lines for spacing; the text has its own spacing. */
function removeEmptyLines(body: Element): void {
  for (const line of body.querySelectorAll('p, h2, h3, div')) {
    if ((line.textContent ?? '').trim() === '') line.remove();
  }
  for (const line of body.querySelectorAll('br')) {
    const beside = [line.previousElementSibling, line.nextElementSibling];
    if (beside.some((other) => other?.matches('p, ul, ol, h2, h3, div, blockquote'))) line.remove();
  }
}

/** Copied from our own text: it is already as it should be. */
const isOwn = (html: string): boolean =>
  html.includes('data-pm-slice') && !/<(table|img|style)\b|\sstyle\s*=/i.test(html);

/**
 * HTML of the clipboard in a form that the editor accepts, whatever produced it: lists are lists (Word, Word in a browser, Google
 * Docs), table cells are separated, headings, links, bold and italic stay; scripts, styles, pictures and all other marks are
 * removed. It loads nothing.
 */
export function cleanPastedHtml(html: string): string {
  if (isOwn(html)) return html;
  const body = parseInert(html);
  for (const element of body.querySelectorAll(DROPPED)) element.remove();
  removeComments(body);
  restoreWordLists(body);
  unwrapOffice(body);
  adoptNestedLists(body);
  levelHeadings(body);
  unrollTables(body);
  applyMarks(body);
  stripAttributes(body);
  removeEmptyLines(body);
  return body.innerHTML;
}
