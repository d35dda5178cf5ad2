import { expect, it } from '@jest/globals';
import { Marked } from '../../../client/src/components/words/Marked.tsx';
import { renderPart } from '../gallery/renderPart.tsx';

it.each([
  ['Nothing is marked', 'Nothing is marked'],
  ['<b>2</b> of <b>5</b> approved', '<strong>2</strong> of <strong>5</strong> approved'],
  ['press <k>J</k>', 'press <kbd>J</kbd>'],
  ['<b>two\nlines</b>', '<strong>two\nlines</strong>'],
  [
    '<b>never ended, <i>i</i> <script>1</script>',
    '&lt;b&gt;never ended, &lt;i&gt;i&lt;/i&gt; &lt;script&gt;1&lt;/script&gt;',
  ],
])('words marked as in “%s” are shown, and any other tag is text', async (text, html) => {
  const { container } = await renderPart(
    <p data-testid="words">
      <Marked text={text} />
    </p>,
  );

  expect(container.querySelector('[data-testid="words"]')?.innerHTML).toBe(html);
});
