import { STYLE } from './inertHtml.ts';

/** One item of a list that a word processor wrote as a paragraph, or as a separate list. */
interface Item {
  readonly element: Element;
  /** From 1. */
  readonly level: number;
  readonly ordered: boolean;
  /** The number that it shows, if it shows one. */
  readonly number: number | null;
}

const LEVEL = /mso-list:\s*l\d+\s+level(\d+)/i;
const MARKER = /mso-list:\s*ignore/i;
/** "1.", "2)", "(3)", "iv.", "b)": the marker of a numbered item. */
const COUNTED = /^\(?(\d+|[a-z]{1,2}|[ivxlcdm]+)[.)]/i;
/** The marker that Word draws before an item: a letter of Symbol or Wingdings, or a sign. */
const SIGN = /^[·•●○◦o§▪■–—-]$/;

const styleOf = (element: Element): string => element.getAttribute(STYLE) ?? '';

function markerOf(paragraph: Element): Element | null {
  return [...paragraph.querySelectorAll(`[${STYLE}]`)].find((part) => MARKER.test(styleOf(part))) ?? null;
}

/** Removes "·", "o" or "1." if no element marks it: the first span of text, as some versions write it. */
function looseMarker(paragraph: Element): string {
  const first = [...paragraph.querySelectorAll('span')].find(({ textContent }) => textContent?.trim());
  const text = first?.textContent?.trim() ?? '';
  if (!first || !(SIGN.test(text) || /^\(?\d+[.)]$/.test(text))) return '';
  first.remove();
  return text;
}

/** A Word paragraph with `mso-list`, without the sign or number that it contains as text; null for any other. */
function wordItem(element: Element): Item | null {
  if (!/^(P|DIV|H[1-6])$/.test(element.tagName)) return null;
  const level = LEVEL.exec(styleOf(element))?.[1];
  const marker = markerOf(element);
  const inner = element.querySelector('p, div, table, ul, ol');
  if ((level === undefined && !marker) || inner) return null;
  const sign = marker ? (marker.textContent ?? '').trim() : looseMarker(element);
  marker?.remove();
  const ordered = COUNTED.test(sign);
  // of "2.3." the last number belongs to this list
  const number = ordered ? /(\d+)[.)]*$/.exec(sign)?.[1] : undefined;
  return {
    element,
    level: Number(level ?? /MsoList(?:Bullet|Number)(\d)/i.exec(element.className)?.[1] ?? 1),
    ordered,
    number: number === undefined ? null : Number(number),
  };
}

/** Word in a browser makes a list of each item, and gives its level in an attribute. */
function onlineItems(element: Element): Item[] {
  if (!/^(UL|OL)$/.test(element.tagName)) return [];
  const items = [...element.children];
  if (items.length === 0 || !items.every((item) => item.hasAttribute('data-aria-level'))) return [];
  const start = Number(element.getAttribute('start') ?? 1);
  return items.map((item, index) => ({
    element: item,
    level: Math.max(1, Number(item.getAttribute('data-aria-level')) || 1),
    ordered: element.tagName === 'OL',
    number: element.tagName === 'OL' ? start + index : null,
  }));
}

interface Open {
  readonly list: Element;
  readonly level: number;
}

function openList(item: Item, parent: Element | null): Open {
  const { ownerDocument } = item.element;
  const list = ownerDocument.createElement(item.ordered ? 'ol' : 'ul');
  if (item.number !== null && item.number !== 1) list.setAttribute('start', String(item.number));
  parent?.append(list);
  return { list, level: item.level };
}

/** Nests items by their levels. @returns the lists of the first level, in order */
function nest(items: readonly Item[]): Element[] {
  const top: Element[] = [];
  const open: Open[] = [];
  for (const item of items) {
    while ((open.at(-1)?.level ?? 0) > item.level) open.pop();
    const isOther = (open.at(-1)?.list.tagName === 'OL') !== item.ordered;
    if (open.at(-1)?.level === item.level && isOther) open.pop();
    if (open.at(-1)?.level !== item.level) {
      const around = open.at(-1)?.list.lastElementChild ?? null;
      const opened = openList(item, around);
      open.push(opened);
      if (!around) top.push(opened.list);
    }
    const entry = item.element.ownerDocument.createElement('li');
    entry.append(...item.element.childNodes);
    open.at(-1)?.list.append(entry);
  }
  return top;
}

const isBlank = (node: Node): boolean =>
  node.nodeType === 8 || (node.nodeType === 3 && (node.textContent ?? '').trim() === '');

function nestChildren(parent: Element): void {
  let run: Item[] = [];
  let place: ChildNode | null = null;
  let used: ChildNode[] = [];
  const close = () => {
    if (place && run.length > 0) place.before(...nest(run));
    for (const node of used) node.remove();
    [run, place, used] = [[], null, []];
  };
  for (const child of [...parent.childNodes]) {
    if (isBlank(child)) continue;
    const items = child instanceof Element ? itemsOf(child) : [];
    if (items.length === 0) {
      close();
      continue;
    }
    place ??= child;
    used.push(child);
    run.push(...items);
  }
  close();
}

function itemsOf(element: Element): Item[] {
  const item = wordItem(element);
  return item ? [item] : onlineItems(element);
}

/**
 * Makes lists of what Word wrote as paragraphs with a sign or number in them (`MsoListParagraph`, `mso-list:l0 level1 lfo1`), and
 * of the many small lists that Word in a browser writes.
 */
export function restoreWordLists(body: Element): void {
  for (const wrapper of body.querySelectorAll('.ListContainerWrapper'))
    wrapper.replaceWith(...wrapper.childNodes);
  for (const parent of [body, ...body.querySelectorAll('*')]) {
    if (parent.isConnected && parent.childElementCount > 0) nestChildren(parent);
  }
}

/** A list directly in a list, and not in one of its items, belongs to the item before it: Google Docs and old editors. */
export function adoptNestedLists(body: Element): void {
  for (const list of body.querySelectorAll('ul > ul, ul > ol, ol > ul, ol > ol')) {
    const before = list.previousElementSibling;
    if (before?.tagName === 'LI') {
      before.append(list);
      continue;
    }
    const item = list.ownerDocument.createElement('li');
    list.before(item);
    item.append(list);
  }
}
