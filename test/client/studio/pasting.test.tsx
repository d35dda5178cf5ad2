import { describe, expect, test } from '@jest/globals';
import { fireEvent, screen } from '@testing-library/react';
import { EMPTY_DOCUMENT } from '../../../contract/richText.ts';
import type { RichDocument } from '../../../contract/richText.ts';
import { RichField } from '../../../client/src/features/studio/RichField.tsx';
import { outlineOf } from '../attempts/pasteOutline.ts';
import { SAMPLES } from '../attempts/pasteSamples.ts';
import { renderPart } from '../gallery/renderPart.tsx';

/** An empty field of the studio, once it can be written in. @returns what it says was written last */
async function openField() {
  let written: RichDocument = EMPTY_DOCUMENT;
  await renderPart(
    <RichField
      label="Text"
      top={5}
      document={EMPTY_DOCUMENT}
      onChange={(document) => (written = document)}
    />,
  );
  const field = await screen.findByRole('textbox', { name: 'Text' });
  return { field, written: () => written };
}

function paste(field: HTMLElement, html: string, files: readonly File[] = []): void {
  const kinds: Readonly<Record<string, string>> = { 'text/html': html };
  const clipboardData = { getData: (kind: string) => kinds[kind] ?? '', files, types: Object.keys(kinds) };
  fireEvent.paste(field, { clipboardData });
}

describe('what is pasted into a field of the studio', () => {
  test.each(SAMPLES.map((sample) => [sample.from, sample] as const))(
    'is what it would be in a reflection: from %s',
    async (_from, { html, text }) => {
      const { field, written } = await openField();

      paste(field, html);

      expect(outlineOf(written()).trimEnd()).toBe(text);
    },
  );

  test('leaves out pictures, and says so until the field is entered again', async () => {
    const { field, written } = await openField();
    const picture = '<img src="data:image/png;base64,iVBORw0KGgo=">';

    paste(field, `<p>With it</p>${picture}`);
    const words = await screen.findByText(/^Pictures and files can’t stand in a text/, { selector: 'p' });
    const isSaid = words.isConnected;
    fireEvent.focus(field);

    expect(isSaid).toBe(true);
    expect(outlineOf(written())).toBe('With it');
    expect(screen.queryByText(/^Pictures and files can’t/, { selector: 'p' })).toBeNull();
  });
});
