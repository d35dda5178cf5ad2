import { describe, expect, test } from '@jest/globals';
import { Editor } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';
import fc from 'fast-check';
import { checkRichText, type TextFault } from '../../../contract/richTextCheck.ts';
import { reflectionExtensions } from '../../../client/src/components/editor/extensions.ts';
import { cleanPastedHtml } from '../../../client/src/components/editor/paste/pastedHtml.ts';
import { keepListsWhole } from '../../../client/src/components/editor/paste/wholeLists.ts';
import { readEditor } from '../../../client/src/components/editor/textLimits.ts';
import { ADDRESSES } from '../../support/addresses.ts';

type Step =
  | { readonly do: 'command'; readonly name: (typeof COMMANDS)[number] }
  | { readonly do: 'select'; readonly from: number; readonly to: number }
  | { readonly do: 'type' | 'html' | 'text' | 'link'; readonly content: string };

const COMMANDS = [
  'toggleBold',
  'toggleItalic',
  'toggleBulletList',
  'toggleOrderedList',
  'toggleBlockquote',
  'heading2',
  'heading3',
  'splitBlock',
  'splitListItem',
  'sinkListItem',
  'liftListItem',
  'setHardBreak',
  'deleteSelection',
  'unsetAllMarks',
  'undo',
  'redo',
] as const;

const letters = fc.constantFrom('a', 'Größe ', '😀', '\ud800', '“', '\n', '\u0000', '\u00a0', '\u202e');
const words = fc.array(letters, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
const manyWords = fc
  .tuple(words, fc.constantFrom(1, 1, 1, 40, 2_000))
  .map(([text, times]) => text.repeat(times));
const address = fc.constantFrom(...ADDRESSES.map(([typed]) => typed));
const TAGS = [
  'p',
  'b',
  'i',
  'ul',
  'ol',
  'li',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'table',
  'tr',
  'td',
  'br',
  'div',
];

const html: fc.Arbitrary<string> = fc.letrec<{ node: string; tree: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    words.map((text) => text.replace(/[<&]/g, '')),
    fc.tuple(fc.constantFrom(...TAGS), tie('tree')).map(([tag, inner]) => `<${tag}>${inner}</${tag}>`),
    fc
      .tuple(address, tie('tree'))
      .map(([href, inner]) => `<a href="${href.replace(/["&]/g, '')}">${inner}</a>`),
    fc
      .tuple(fc.integer(), tie('tree'))
      .map(([start, inner]) => `<ol start="${start}"><li>${inner}</li></ol>`),
    // what is repeated or nested beyond every limit
    fc.constantFrom(20, 501, 1_001).map((times) => `<ul>${'<li>a</li>'.repeat(times)}</ul>`),
    fc.constantFrom(5, 40).map((times) => `${'<ul><li>a'.repeat(times)}${'</li></ul>'.repeat(times)}`),
    fc.constantFrom(5, 40).map((times) => `${'<blockquote>'.repeat(times)}a${'</blockquote>'.repeat(times)}`),
  ),
  tree: fc.array(tie('node'), { maxLength: 3 }).map((nodes) => nodes.join('')),
})).tree;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('command' as const), name: fc.constantFrom(...COMMANDS) }),
  fc.record({ do: fc.constant('select' as const), from: fc.nat(400), to: fc.nat(400) }),
  fc.record({ do: fc.constant('type' as const), content: words }),
  fc.record({ do: fc.constant('html' as const), content: html }),
  fc.record({ do: fc.constant('text' as const), content: manyWords }),
  fc.record({ do: fc.constant('link' as const), content: address }),
);

/** jsdom has no event of a clipboard. */
const pasteEvent = () => new Event('paste') as ClipboardEvent;

function run(editor: Editor, one: Step): void {
  const { view, commands } = editor;
  const within = (at: number) => Math.min(at, view.state.doc.content.size);
  switch (one.do) {
    case 'select':
      view.dispatch(
        view.state.tr.setSelection(
          TextSelection.between(
            view.state.doc.resolve(within(one.from)),
            view.state.doc.resolve(within(one.to)),
          ),
        ),
      );
      return;
    case 'type':
      view.dispatch(view.state.tr.insertText(one.content));
      return;
    case 'html':
      view.pasteHTML(one.content, pasteEvent());
      return;
    case 'text':
      view.pasteText(one.content, pasteEvent());
      return;
    case 'link':
      commands.setLink({ href: one.content });
      return;
    case 'command':
      if (one.name === 'heading2' || one.name === 'heading3') {
        commands.toggleHeading({ level: one.name === 'heading2' ? 2 : 3 });
      } else if (one.name === 'splitListItem' || one.name === 'sinkListItem' || one.name === 'liftListItem') {
        commands[one.name]('listItem');
      } else commands[one.name]();
  }
}

describe('the editor, whatever is typed, pasted and pressed in whatever order,', () => {
  test('holds nothing that the server would refuse, and says so of what it does not take', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const refused: TextFault[] = [];
        const editor = new Editor({
          element: document.createElement('div'),
          extensions: reflectionExtensions((fault) => refused.push(fault)),
          injectCSS: false,
          editorProps: { transformPastedHTML: cleanPastedHtml, transformPasted: keepListsWhole },
        });
        for (const one of steps) {
          const before = editor.state.doc;
          const said = refused.length;

          run(editor, one);

          const read = readEditor(editor.state.doc);
          // as the server gets it
          expect(checkRichText(JSON.parse(JSON.stringify(read.document)))).toMatchObject({ ok: true });
          if (refused.length > said && one.do !== 'command') expect(editor.state.doc).toBe(before);
          const isWritten = one.do === 'type' && /a/.test(one.content);
          if (isWritten && refused.length === said) expect(editor.state.doc.eq(before)).toBe(false);
        }
        editor.destroy();
      }),
      { numRuns: 80 },
    );
  }, 120_000);
});
