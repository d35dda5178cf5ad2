import { afterEach, describe, expect, test } from '@jest/globals';
import { render, screen } from '@testing-library/react';
import { FilePreview } from '../../../client/src/components/preview/FilePreview.tsx';
import type { FilePreviewProps } from '../../../client/src/components/preview/FilePreview.tsx';
import { startI18n } from '../../../client/src/i18n/index.ts';
import { Providers } from '../gallery/Providers.tsx';
import { expectAccessible } from '../support/axe.ts';

const network = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = network;
});

async function show(change: Partial<FilePreviewProps>) {
  const words = await startI18n('en');
  await words.loadNamespaces(['preview']);
  const file = {
    name: 'Notes.txt',
    mediaType: 'text/plain',
    size: 90_000,
    previewable: true,
    url: '/files/1?sig=x',
  };
  return render(
    <Providers words={words}>
      <FilePreview {...file} {...change} />
    </Providers>,
  );
}

describe('a file in the page', () => {
  test('is read as far as it is shown, where it is text', async () => {
    const ranges: (string | null)[] = [];
    globalThis.fetch = (_input, init) => {
      ranges.push(new Headers(init?.headers).get('range'));
      const headers = { 'content-range': 'bytes 0-10/90000' };
      return Promise.resolve(new Response(new TextEncoder().encode('Monday <b>'), { status: 206, headers }));
    };

    await show({});

    expect(await screen.findByText('Monday <b>')).toBeInTheDocument();
    expect(screen.getByText(/^This is the beginning\./)).toBeInTheDocument();
    expect(ranges).toEqual(['bytes=0-59999']);
  });

  test('plays where it is a film, under its name', async () => {
    const { container } = await show({ name: 'Class.mp4', mediaType: 'video/mp4' });

    const film = container.querySelector('video');
    expect(film).toHaveAttribute('aria-label', 'Class.mp4');
    expect(film).toHaveAttribute('preload', 'metadata');
    await expectAccessible();
  });

  test('is offered to download where a browser can’t show it', async () => {
    await show({ name: 'Plan.docx', mediaType: 'application/msword', previewable: false });

    expect(screen.getByText(/^Browsers can’t show this kind of file\./)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Download, 90 kB' })).toHaveAttribute('download', 'Plan.docx');
  });

  test('goes to a new tab where this browser has no viewer for PDF', async () => {
    await show({ name: 'Check.pdf', mediaType: 'application/pdf' });

    expect(screen.getByText(/^This browser can’t show a PDF inside a page\./)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Open in a new tab' })).toHaveAttribute('target', '_blank');
  });
});
