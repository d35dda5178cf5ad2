import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toAddress } from '../../contract/address.ts';
import { SaveDraft } from '../../contract/attempts.ts';
import {
  DOCUMENT_MAX_BYTES,
  DOCUMENT_MAX_DEPTH,
  documentOf,
  plainText,
  RichDocument,
  TEXT_MAX,
} from '../../contract/richText.ts';
import { checkRichText } from '../../contract/richTextCheck.ts';

const doc = (...content: unknown[]) => ({ type: 'doc', content });
const paragraph = (text: string, ...marks: unknown[]) => ({
  type: 'paragraph',
  content: [{ type: 'text', text, ...(marks.length > 0 ? { marks } : {}) }],
});
const item = (...content: unknown[]) => ({ type: 'listItem', content });
const list = (...items: unknown[]) => ({ type: 'bulletList', content: items });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const link = (href: string) => ({ type: 'link', attrs: { href } });

/** `levels` lists or quotes around a word, made without recursion. */
function nested(levels: number, kind: 'blockquote' | 'bulletList'): unknown {
  let inner: unknown = paragraph('deep');
  for (let level = 0; level < levels; level += 1) {
    inner = kind === 'blockquote' ? { type: kind, content: [inner] } : list(item(inner));
  }
  return doc(inner);
}

const codeOf = (raw: unknown): string => {
  const check = checkRichText(raw);
  return check.ok ? 'ok' : check.fault.code;
};

describe('a document that an editor can make', () => {
  test.each([
    ['nothing', doc()],
    ['1,001 lines', documentOf(times(1001, () => 'a').join('\n'))],
    ['501 bullets', doc(list(...times(501, () => item(paragraph('a')))))],
    ['201 blocks in one item', doc(list(item(...times(201, () => paragraph('a')))))],
    [
      '2,001 pieces in one line',
      doc({
        type: 'paragraph',
        content: times(2001, (i) => ({
          type: i % 2 ? 'text' : 'hardBreak',
          ...(i % 2 ? { text: 'a' } : {}),
        })),
      }),
    ],
    [
      'a list that begins at 99,999',
      doc({ type: 'orderedList', attrs: { start: 99_999 }, content: [item(paragraph('a'))] }),
    ],
    [
      'a list that begins below zero',
      doc({ type: 'orderedList', attrs: { start: -3 }, content: [item(paragraph('a'))] }),
    ],
    ['lists as deep as they go', nested(DOCUMENT_MAX_DEPTH, 'bulletList')],
    ['quotes as deep as they go', nested(DOCUMENT_MAX_DEPTH, 'blockquote')],
    [
      'every mark at once',
      doc(paragraph('a', { type: 'bold' }, { type: 'italic' }, link('https://example.org/'))),
    ],
    ['10,000 characters', documentOf('a'.repeat(TEXT_MAX))],
  ])('is taken: %s', (_what, document) => {
    expect(codeOf(document)).toBe('ok');
    expect(SaveDraft.shape.document.safeParse(document).success).toBe(true);
    expect(RichDocument.safeParse(document).success).toBe(true);
  });
});

describe('a document beyond a limit', () => {
  test('says at which character and in which block it becomes too long', () => {
    const check = checkRichText(documentOf(`${'a'.repeat(6000)}\n${'b'.repeat(6000)}`));

    expect(check).toMatchObject({
      ok: false,
      fault: {
        code: 'too_long',
        characters: 12_001,
        max: TEXT_MAX,
        place: { block: 1, character: TEXT_MAX },
      },
    });
  });

  test('of empty lines alone is too long as well', () => {
    expect(codeOf(doc(...times(TEXT_MAX + 2, () => ({ type: 'paragraph' }))))).toBe('too_long');
  });

  test('says which list is too deep', () => {
    const check = checkRichText(nested(DOCUMENT_MAX_DEPTH + 1, 'bulletList'));

    expect(check).toMatchObject({
      ok: false,
      fault: {
        code: 'too_deep',
        depth: DOCUMENT_MAX_DEPTH + 1,
        max: DOCUMENT_MAX_DEPTH,
        place: { block: 0 },
      },
    });
    const path = check.ok ? '' : check.fault.place.path;
    expect(path).toBe(times(2 * DOCUMENT_MAX_DEPTH + 1, () => 'content.0').join('.'));
  });

  test('of formatting is too large', () => {
    const href = `https://example.org/${'a'.repeat(1900)}`;

    expect(codeOf(doc(...times(200, () => paragraph('a', link(href)))))).toBe('too_large');
  });

  test('names the mark of a link that leads nowhere', () => {
    const check = checkRichText(
      doc(paragraph('a'), paragraph('b', { type: 'bold' }, link('http://exa mple/x'))),
    );

    expect(check).toMatchObject({
      ok: false,
      fault: { code: 'address', place: { path: 'content.1.content.0.marks.1', block: 1, character: 3 } },
    });
  });
});

describe('a document that no editor makes', () => {
  test.each([
    ['no object', 'text'],
    ['null', null],
    ['a list', []],
    ['an operator', { $gt: '' }],
    ['a member too many', { ...doc(), extra: 1 }],
    ['an own __proto__', JSON.parse('{"type":"doc","content":[],"__proto__":{}}') as unknown],
    ['content that is no list', { type: 'doc', content: {} }],
    ['an image', doc({ type: 'image', attrs: { src: 'x' } })],
    ['text outside of a line', doc({ type: 'text', text: 'a' })],
    ['a paragraph within a paragraph', doc({ type: 'paragraph', content: [{ type: 'paragraph' }] })],
    ['a paragraph among items', doc(list(paragraph('a')))],
    ['an item outside of a list', doc(item(paragraph('a')))],
    ['a list without items', doc(list())],
    ['a text without letters', doc(paragraph(''))],
    ['half of a pair', doc(paragraph('a\ud800'))],
    ['a heading of level 1', doc({ type: 'heading', attrs: { level: 1 } })],
    ['a heading without its level', doc({ type: 'heading' })],
    [
      'a start that is no number',
      doc({ type: 'orderedList', attrs: { start: null }, content: [item(paragraph('a'))] }),
    ],
    [
      'a start beyond 32 bits',
      doc({ type: 'orderedList', attrs: { start: 2 ** 31 }, content: [item(paragraph('a'))] }),
    ],
    ['the same mark twice', doc(paragraph('a', { type: 'bold' }, { type: 'bold' }))],
    ['a mark that is not known', doc(paragraph('a', { type: 'code' }))],
    [
      'a class on a link',
      doc(paragraph('a', { type: 'link', attrs: { href: 'https://a.org', class: 'x' } })),
    ],
    ['an attribute on a paragraph', doc({ type: 'paragraph', attrs: { dir: 'rtl' } })],
  ])('is refused: %s', (_what, raw) => {
    expect(codeOf(raw)).toBe('not_allowed');
    expect(SaveDraft.shape.document.safeParse(raw).success).toBe(false);
  });
});

/** Random documents, most of them right. */
const anyDocument = fc.letrec((tie) => {
  const marks = fc
    .subarray([{ type: 'bold' }, { type: 'italic' }, link('https://example.org/ü')])
    .map((all) => all.map((mark) => ('attrs' in mark ? link(toAddress(mark.attrs.href) ?? '') : mark)));
  const inline = fc.oneof(
    fc.constant({ type: 'hardBreak' }),
    fc.record({ type: fc.constant('text'), text: fc.string({ unit: 'grapheme', minLength: 1 }) }),
    fc.record({ type: fc.constant('text'), text: fc.string({ minLength: 1 }), marks }),
  );
  return {
    items: fc.array(fc.record({ type: fc.constant('listItem'), content: tie('blocks') }), {
      minLength: 1,
      maxLength: 2,
    }),
    blocks: fc.array(tie('block'), { minLength: 1, maxLength: 2 }),
    block: fc.oneof(
      { depthSize: 'small' },
      fc.record(
        { type: fc.constant('paragraph'), content: fc.array(inline, { maxLength: 3 }) },
        { requiredKeys: ['type'] },
      ),
      fc.record({
        type: fc.constant('heading'),
        attrs: fc.constantFrom({ level: 2 }, { level: 3 }),
        content: fc.array(inline, { maxLength: 3 }),
      }),
      fc.record({ type: fc.constant('blockquote'), content: tie('blocks') }),
      fc.record({ type: fc.constant('bulletList'), content: tie('items') }),
      fc.record(
        {
          type: fc.constant('orderedList'),
          attrs: fc.record({ start: fc.integer() }),
          content: tie('items'),
        },
        { requiredKeys: ['type', 'content'] },
      ),
    ),
    document: fc.record({ type: fc.constant('doc'), content: fc.array(tie('block'), { maxLength: 3 }) }),
  };
}).document;

describe('the check', () => {
  test('takes what our schema describes, and gives it back with its text', () => {
    fc.assert(
      fc.property(anyDocument, (raw) => {
        const check = checkRichText(raw);
        const described = RichDocument.parse(raw);
        if (!check.ok) return expect(check.fault.code).toMatch(/^too_/);
        expect(check.document).toEqual(described);
        expect(check.text).toBe(plainText(described));
      }),
    );
  });

  test('takes nothing that our schema does not describe', () => {
    const wrong = fc.oneof(fc.jsonValue(), fc.constant({}), fc.constant({ type: 'paragraph' }));

    fc.assert(
      fc.property(anyDocument, wrong, fc.nat(), (raw, value, seed) => {
        const places: [Record<string, unknown>, string][] = [];
        const find = (node: unknown): void => {
          if (typeof node !== 'object' || node === null) return;
          for (const key of Object.keys(node)) {
            places.push([node as Record<string, unknown>, key]);
            find((node as Record<string, unknown>)[key]);
          }
        };
        const copy = structuredClone(raw) as Record<string, unknown>;
        find(copy);
        const [holder, key] = places[seed % places.length] ?? [copy, 'type'];
        holder[key] = value;
        const check = checkRichText(copy);
        expect(check.ok ? RichDocument.safeParse(copy).success : true).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('counts bytes as JSON has them', () => {
    const text = '"\u0001é€😀';
    const block = paragraph(text, { type: 'bold' }, link(`https://example.org/${'a'.repeat(400)}`));
    const empty = { type: 'paragraph', content: [] };
    const size = Buffer.byteLength(`${JSON.stringify(block)},`);
    const room = DOCUMENT_MAX_BYTES + 1 - Buffer.byteLength(JSON.stringify(doc(empty))) - 1;
    const fits = Math.floor(room / size);
    const left = room - fits * size;
    const filler = (more: number) => ({
      type: 'paragraph',
      content: [{ type: 'text', text: 'a'.repeat(left - '{"type":"text","text":""}'.length + more) }],
    });

    expect(fits * (text.length + 2)).toBeLessThan(TEXT_MAX);
    const document = (more: number) => doc(...times(fits, () => block), filler(more));
    expect(Buffer.byteLength(JSON.stringify(document(0)))).toBe(DOCUMENT_MAX_BYTES);
    expect(codeOf(document(0))).toBe('ok');
    expect(codeOf(document(1))).toBe('too_large');
  });

  test.each([
    ['quotes in each other, 484 kB', () => nested(12_000, 'blockquote')],
    ['lists in each other', () => nested(12_000, 'bulletList')],
    [
      'quotes beside each other',
      () => doc(...times(100_000, () => ({ type: 'blockquote', content: [{ type: 'blockquote' }] }))),
    ],
    ['100,000 paragraphs', () => doc(...times(100_000, () => ({ type: 'paragraph' })))],
    ['100,000 marks', () => doc(paragraph('a', ...times(100_000, () => ({ type: 'bold' }))))],
    ['one text of 5 MB', () => doc(paragraph('"'.repeat(5_000_000)))],
  ])('looks at no more than may be kept, whatever is sent: %s', (_what, make) => {
    const check = checkRichText(make());

    expect(check.ok).toBe(false);
    expect(check.visited).toBeLessThanOrEqual(DOCUMENT_MAX_BYTES / '{"type":"bold"}'.length);
  });

  test('looks at each node and mark of any JSON at most once', () => {
    fc.assert(
      fc.property(fc.oneof(anyDocument, fc.jsonValue({ depthSize: 'large' })), (raw) => {
        const { visited } = checkRichText(raw);
        expect(visited).toBeLessThanOrEqual(JSON.stringify(raw).split('{').length);
      }),
    );
  });
});
