import { z } from 'zod';
import { isAddress } from './address.ts';
import {
  DOCUMENT_MAX_BYTES,
  DOCUMENT_MAX_DEPTH,
  plainText,
  TEXT_MAX,
  type RichDocument,
} from './richText.ts';

/** A position in a document. */
export interface TextPlace {
  /** As in `content.3.content.0.marks.1`; empty for the document itself. */
  readonly path: string;
  /** The block of the page, from 0; null for the document itself. */
  readonly block: number | null;
  /** Number of characters before it, including line breaks. */
  readonly character: number;
}

/**
 * Why a document is rejected. `too_long`: its characters, counted up to where the check stopped. `too_large`: its bytes, the
 * same. `too_deep`: lists and quotes within each other. `address`: a link that leads nowhere (`isAddress`). `not_allowed`: a
 * node, mark or member that is not on the list.
 */
export type TextFault =
  | {
      readonly code: 'too_long';
      readonly characters: number;
      readonly max: number;
      readonly place: TextPlace;
    }
  | { readonly code: 'too_large'; readonly bytes: number; readonly max: number; readonly place: TextPlace }
  | { readonly code: 'too_deep'; readonly depth: number; readonly max: number; readonly place: TextPlace }
  | { readonly code: 'address'; readonly place: TextPlace }
  | { readonly code: 'not_allowed'; readonly place: TextPlace };

export type TextCheck = (
  | { readonly ok: true; readonly document: RichDocument; readonly text: string }
  | { readonly ok: false; readonly fault: TextFault }
) & {
  /** How many nodes and marks were examined: never more than the allowed bytes permit. */
  readonly visited: number;
};

type Members = Readonly<Record<string, unknown>>;
type Group = 'blocks' | 'items' | 'inline';

/** What a node of each type may contain. `needed`: at least one node; `line`: its text is a line of its own. */
interface Rule {
  readonly group: Group;
  readonly holds: Group | null;
  readonly needed?: true;
  readonly line?: true;
  /** It adds one level of list or quote around its content. */
  readonly nests?: true;
  readonly attrs?: (attrs: unknown) => boolean;
  readonly attrsNeeded?: true;
}

const RULES = new Map<unknown, Rule>([
  ['paragraph', { group: 'blocks', holds: 'inline', line: true }],
  [
    'heading',
    { group: 'blocks', holds: 'inline', line: true, attrs: only('level', isLevel), attrsNeeded: true },
  ],
  ['blockquote', { group: 'blocks', holds: 'blocks', needed: true, nests: true }],
  ['bulletList', { group: 'blocks', holds: 'items', needed: true, nests: true }],
  [
    'orderedList',
    { group: 'blocks', holds: 'items', needed: true, nests: true, attrs: only('start', isStart) },
  ],
  ['listItem', { group: 'items', holds: 'blocks', needed: true }],
  ['text', { group: 'inline', holds: null }],
  ['hardBreak', { group: 'inline', holds: null }],
]);
const MARKS = new Map<unknown, { attrs?: (attrs: unknown) => boolean }>([
  ['bold', {}],
  ['italic', {}],
  ['link', { attrs: only('href', (href) => typeof href === 'string') }],
]);

function isLevel(level: unknown): boolean {
  return level === 2 || level === 3;
}

/** Where a numbered list may start: what HTML's own `start` accepts. */
export function isStart(start: unknown): boolean {
  return typeof start === 'number' && (start | 0) === start;
}

function only(name: string, fits: (value: unknown) => boolean): (attrs: unknown) => boolean {
  return (attrs) => isMembers(attrs) && hasOnly(attrs, [name]) && fits(attrs[name]);
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(members: Members, names: readonly string[]): boolean {
  return Object.keys(members).every((name) => names.includes(name));
}

/** An unpaired surrogate, which neither UTF-8 nor the database can store. */
function isWhole(text: string): boolean {
  return !/[\uD800-\uDFFF]/u.test(text);
}

/** Bytes of a text within JSON, including quotes; stops counting beyond `most`. */
function textBytes(text: string, most: number): number {
  let bytes = 2;
  for (let at = 0; at < text.length && bytes <= most; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20) bytes += '\b\t\n\f\r'.includes(text.charAt(at)) ? 2 : 6;
    else if (code < 0x80) bytes += code === 0x22 || code === 0x5c ? 2 : 1;
    // a surrogate pair is four bytes, two for each half
    else bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

/** Nodes that are being walked, with the position of the next child. */
interface Level {
  readonly nodes: readonly unknown[];
  readonly group: Group;
  readonly depth: number;
  next: number;
}

class Walk {
  visited = 0;
  #bytes = 0;
  #characters = 0;
  #lines = 0;
  #tooLong: TextFault | null = null;
  readonly #levels: Level[] = [];

  /** Finds the first fault, or null. Costs no more than the allowed bytes, however large or deep `raw` is. */
  run(raw: unknown): TextFault | null {
    if (!isMembers(raw) || raw['type'] !== 'doc' || !hasOnly(raw, ['type', 'content']))
      return this.#notAllowed();
    if (!Array.isArray(raw['content'])) return this.#notAllowed('content');
    this.#bytes = '{"type":"doc","content":}'.length;
    this.#enter(raw['content'], 'blocks', 0);
    for (let level = this.#levels.at(-1); level; level = this.#levels.at(-1)) {
      if (level.next === level.nodes.length) {
        this.#levels.pop();
        continue;
      }
      const fault = this.#node(level.nodes[level.next], level) ?? this.#overBytes();
      // a text that is already too long is best reported as such
      if (fault) return fault.code === 'too_large' ? (this.#tooLong ?? fault) : fault;
    }
    return this.#tooLong;
  }

  #enter(nodes: readonly unknown[], group: Group, depth: number): void {
    // brackets and commas
    this.#bytes += nodes.length + (nodes.length === 0 ? 2 : 1);
    this.#levels.push({ nodes, group, depth, next: 0 });
  }

  #node(node: unknown, level: Level): TextFault | null {
    this.visited += 1;
    const rule = isMembers(node) ? RULES.get(node['type']) : undefined;
    if (!isMembers(node) || rule?.group !== level.group) return this.#notAllowed();
    this.#bytes += 11 + String(node['type']).length;
    const fault = rule.holds ? this.#block(node, rule, level) : this.#inline(node);
    if (fault) return fault;
    level.next += 1;
    return null;
  }

  #block(node: Members, rule: Rule, level: Level): TextFault | null {
    const { attrs, content } = node;
    const names = rule.attrs ? ['type', 'attrs', 'content'] : ['type', 'content'];
    if (!hasOnly(node, names)) return this.#notAllowed();
    const fits = attrs === undefined ? !rule.attrsNeeded : rule.attrs?.(attrs);
    if (!fits) return this.#notAllowed('attrs');
    if (attrs !== undefined) this.#bytes += 9 + JSON.stringify(attrs).length;
    const depth = level.depth + (rule.nests ? 1 : 0);
    if (depth > DOCUMENT_MAX_DEPTH) {
      return { code: 'too_deep', depth, max: DOCUMENT_MAX_DEPTH, place: this.#place() };
    }
    if (rule.line) this.#line();
    if (content === undefined && !rule.needed) return null;
    if (!Array.isArray(content) || (rule.needed && content.length === 0)) return this.#notAllowed('content');
    this.#bytes += 11;
    if (rule.holds) this.#enter(content, rule.holds, depth);
    return null;
  }

  /** The first line starts without a break. */
  #line(): void {
    this.#lines += 1;
    if (this.#lines > 1) this.#count(1);
  }

  #inline(node: Members): TextFault | null {
    if (node['type'] === 'hardBreak') {
      this.#count(1);
      return hasOnly(node, ['type']) ? null : this.#notAllowed();
    }
    const { text, marks } = node;
    if (!hasOnly(node, ['type', 'text', 'marks'])) return this.#notAllowed();
    if (typeof text !== 'string' || text === '') return this.#notAllowed('text');
    this.#bytes += 8 + textBytes(text, DOCUMENT_MAX_BYTES);
    if (this.#bytes <= DOCUMENT_MAX_BYTES && !isWhole(text)) return this.#notAllowed('text');
    this.#count(text.length);
    return marks === undefined ? null : this.#marks(marks);
  }

  #marks(marks: unknown): TextFault | null {
    if (!Array.isArray(marks)) return this.#notAllowed('marks');
    this.#bytes += 10 + marks.length + (marks.length === 0 ? 1 : 0);
    const seen = new Set<unknown>();
    for (const [index, mark] of marks.entries()) {
      this.visited += 1;
      const at = `marks.${index}`;
      const rule = isMembers(mark) ? MARKS.get(mark['type']) : undefined;
      if (!rule || !isMembers(mark) || seen.has(mark['type'])) return this.#notAllowed(at);
      seen.add(mark['type']);
      if (!hasOnly(mark, rule.attrs ? ['type', 'attrs'] : ['type'])) return this.#notAllowed(at);
      this.#bytes += 11 + String(mark['type']).length;
      if (!rule.attrs) continue;
      const { attrs } = mark;
      if (!rule.attrs(attrs) || !isMembers(attrs)) return this.#notAllowed(`${at}.attrs`);
      if (!isAddress(String(attrs['href']))) return { code: 'address', place: this.#place(at) };
      this.#bytes += 18 + textBytes(String(attrs['href']), DOCUMENT_MAX_BYTES);
    }
    return null;
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters <= TEXT_MAX) return;
    const place = this.#tooLong?.place ?? this.#place();
    this.#tooLong = { code: 'too_long', characters: this.#characters, max: TEXT_MAX, place };
  }

  #overBytes(): TextFault | null {
    if (this.#bytes <= DOCUMENT_MAX_BYTES) return null;
    return { code: 'too_large', bytes: this.#bytes, max: DOCUMENT_MAX_BYTES, place: this.#place() };
  }

  #notAllowed(within = ''): TextFault {
    return { code: 'not_allowed', place: this.#place(within) };
  }

  #place(within = ''): TextPlace {
    // the nodes around the current one were suspended for it, with their next child already noted
    const indices = this.#levels.map(({ next }, index) =>
      index < this.#levels.length - 1 ? next - 1 : next,
    );
    const path = [...indices.map((index) => `content.${index}`), ...(within ? [within] : [])].join('.');
    return { path, block: indices[0] ?? null, character: Math.min(this.#characters, TEXT_MAX) };
  }
}

/**
 * The one check of what a person wrote, for client and server, with the same result on both: an allow-list of nodes and marks,
 * and three limits (characters, depth, bytes). It walks the document once, without recursion, and stops at the first fault, so
 * that nothing that is sent costs more than the allowed size.
 *
 * @param raw  parsed JSON, or the editor's output
 */
export function checkRichText(raw: unknown): TextCheck {
  const walk = new Walk();
  const fault = walk.run(raw);
  if (fault) return { ok: false, fault, visited: walk.visited };
  // every node and member of it was on the list
  const document = raw as RichDocument;
  return { ok: true, document, text: plainText(document), visited: walk.visited };
}

/** True if less of the same would be accepted. */
export function isTooMuch({ code }: TextFault): boolean {
  return code === 'too_long' || code === 'too_large';
}

/**
 * A document in a request. A document that is merely too long passes here, unread beyond the limit: the service that stores texts
 * rejects it with its own code (TEXT_TOO_LONG).
 */
export const WrittenDocument = z.custom<RichDocument>().superRefine((raw, context) => {
  const check = checkRichText(raw);
  if (check.ok || isTooMuch(check.fault)) return;
  const { code, place } = check.fault;
  context.addIssue({ code: 'custom', message: code, path: place.path.split('.').filter(Boolean) });
});
