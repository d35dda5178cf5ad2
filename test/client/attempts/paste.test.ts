import { describe, expect, test } from '@jest/globals';
import { createDocument, getSchema } from '@tiptap/core';
import type { JSONContent } from '@tiptap/core';
import { plainText } from '../../../contract/richText.ts';
import { checkRichText } from '../../../contract/richTextCheck.ts';
import { reflectionExtensions } from '../../../client/src/components/editor/extensions.ts';
import { cleanPastedHtml } from '../../../client/src/components/editor/paste/pastedHtml.ts';
import { readPasted } from '../../../client/src/components/editor/paste/pastedFiles.ts';
import { toRichDocument } from '../../../client/src/components/editor/toRichDocument.ts';
import { outlineOf } from './pasteOutline.ts';
import { SAMPLES } from './pasteSamples.ts';

const schema = getSchema(reflectionExtensions(() => undefined));

/** What the editor makes of HTML, as it is kept. */
function pasted(html: string) {
  return toRichDocument(createDocument(cleanPastedHtml(html), schema).toJSON() as JSONContent);
}

describe('what is pasted', () => {
  test.each(SAMPLES.map((sample) => [sample.from, sample] as const))('from %s', (_from, { html, text }) => {
    const document = pasted(html);

    expect(outlineOf(document)).toBe(text);
    expect(checkRichText(document).ok).toBe(true);
  });

  test('twice through the same cleaning is the same', () => {
    for (const { html } of SAMPLES) {
      const once = cleanPastedHtml(html);

      expect(cleanPastedHtml(once)).toBe(once);
    }
  });

  test('from our own text is left as it is', () => {
    const own = '<ul data-pm-slice="1 1 []"><li><p>One</p></li></ul>';

    expect(cleanPastedHtml(own)).toBe(own);
  });

  test('holds no word less for its cleaning', () => {
    for (const { html } of SAMPLES.filter(({ from }) => !from.startsWith('a page: scripts'))) {
      const { body } = new DOMParser().parseFromString(html, 'text/html');
      for (const mark of body.querySelectorAll('[style*="mso-list:Ignore"], [style="font-family:Symbol"]'))
        mark.remove();
      const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? [];

      expect(words(plainText(pasted(html))).join(' ')).toBe(words(spaced(body)).join(' '));
    }
  });
});

/** The text of a page with a space at each end of an element that is a block. */
function spaced(body: HTMLElement): string {
  for (const block of body.querySelectorAll('p, li, td, th, h1, h4, div')) block.append(' ');
  return body.textContent ?? '';
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function transfer(given: { files?: File[]; html?: string; text?: string }): DataTransfer {
  const data = { 'text/html': given.html ?? '', 'text/plain': given.text ?? '' };
  return {
    files: given.files ?? [],
    getData: (type: keyof typeof data) => data[type],
  } as object as DataTransfer;
}

describe('pictures and files in a paste', () => {
  const file = new File(['x'], 'image.png', { type: 'image/png' });

  test('a picture in the HTML itself is offered with its bytes and type', () => {
    const { files, left } = readPasted(
      transfer({ html: `<p>a<img src="data:image/png;base64,${PIXEL}"></p>`, text: 'a' }),
    );

    expect([files.length, left]).toEqual([1, 0]);
    expect([files[0]?.name, files[0]?.type, files[0]?.size]).toEqual(['picture.png', 'image/png', 70]);
  });

  test.each([
    ['a picture alone', { files: [file] }, 1, 0],
    ['a picture copied from a page', { files: [file], html: '<img src="https://example.org/a.png">' }, 1, 0],
    ['the picture of a text beside the text', { files: [file], html: '<p>a</p>', text: 'a' }, 0, 0],
    [
      'a text with a picture that came along',
      { files: [file], html: '<p>a<img src="file:///C:/a.png"></p>', text: 'a' },
      1,
      0,
    ],
    [
      'a text with a picture of which only the address came',
      { html: '<p>a<img src="https://example.org/a.png"></p>', text: 'a' },
      0,
      1,
    ],
    ['a picture that is no picture', { html: '<img src="data:text/html;base64,PGI+">', text: '' }, 0, 1],
    ['a picture with a broken code', { html: '<img src="data:image/png;base64,%%%">', text: 'a' }, 0, 1],
    ['text alone', { html: '<p>a</p>', text: 'a' }, 0, 0],
    ['nothing', {}, 0, 0],
  ])('%s', (_what, given, offered, left) => {
    const pastedNow = readPasted(transfer(given));

    expect([pastedNow.files.length, pastedNow.left]).toEqual([offered, left]);
  });
});
