import { describe, expect, it } from '@jest/globals';
import { downloadName } from '../../server/features/artifacts/checks/mediaTypes.ts';
import { inspect } from '../../server/features/artifacts/checks/inspect.ts';
import { Refused } from '../../server/features/artifacts/checks/refusals.ts';
import { bufferSource } from '../../server/features/artifacts/storage/chunkReader.ts';
import {
  contentTypes,
  mp3,
  pdf,
  photo,
  picture,
  wav,
  WORD,
  wordDocument,
  zipOf,
} from '../support/files/samples.ts';

/** The reason for which a content is refused, or the media type under which it is taken. */
async function verdictOn(content: Buffer | string): Promise<string> {
  try {
    return (await inspect(bufferSource(Buffer.from(content)))).mediaType;
  } catch (error) {
    if (error instanceof Refused) return `refused: ${error.code}`;
    throw error;
  }
}

const binary = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat([
    ...parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
    Buffer.alloc(600),
  ]);

describe('what may be handed in', () => {
  it.each([
    ['a PDF', () => pdf(), 'application/pdf'],
    ...[
      ['a byte order mark', Buffer.from('\uFEFF')],
      ['a byte order mark and lines', Buffer.from('\uFEFF\r\n\n')],
      ['a UTF-16 mark', Buffer.from([0xff, 0xfe])],
      ['bytes', Buffer.from([0, 1, 2, 3, 0x80, 0xff])],
      ['lines of an HTTP answer', Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n')],
      ['a warning of a server', Buffer.from('<br />\n<b>Warning</b>: something\n')],
      ['1,019 bytes', Buffer.alloc(1019, 7)],
    ].map(
      ([what, before]) =>
        [
          `a PDF behind ${String(what)}`,
          () => Buffer.concat([Buffer.from(before ?? ''), pdf()]),
          'application/pdf',
        ] as [string, () => Buffer, string],
    ),
    ['text that names a PDF’s header', () => 'A PDF begins with %PDF-1.7 and a line end.', 'text/plain'],
    ['a JPEG', () => photo('jpeg'), 'image/jpeg'],
    ['a PNG', () => photo('png'), 'image/png'],
    ['a WebP', () => photo('webp'), 'image/webp'],
    ['an AVIF', () => photo('avif'), 'image/avif'],
    ['a GIF', () => picture().gif().toBuffer(), 'image/gif'],
    ['an MP3 without ID3', () => mp3(), 'audio/mpeg'],
    [
      'an MP3 with ID3',
      () => Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), mp3()]),
      'audio/mpeg',
    ],
    ['a WAV', () => wav(), 'audio/wav'],
    ['an MPEG-4 film', () => binary([0, 0, 0, 24], 'ftypisom\0\0\x02\0isommp41'), 'video/mp4'],
    ['a QuickTime film', () => binary([0, 0, 0, 20], 'ftypqt  \0\0\x02\0qt  '), 'video/quicktime'],
    ['a WebM film', () => binary([0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84], 'webm'), 'video/webm'],
    ['a Word document', () => wordDocument(), WORD],
    [
      'a spreadsheet',
      () =>
        zipOf({
          '[Content_Types].xml': contentTypes(
            `${WORD.replace('wordprocessingml.document', 'spreadsheetml.sheet')}.main+xml`,
          ),
        }),
      WORD.replace('wordprocessingml.document', 'spreadsheetml.sheet'),
    ],
    [
      'an OpenDocument text',
      () => zipOf({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<x/>' }),
      'application/vnd.oasis.opendocument.text',
    ],
    ['plain text', () => 'Warum? Weil ein Zelt \u{1F3D5} steht.\r\n\tEnde', 'text/plain'],
    ['a table as CSV', () => 'name,level\nCriterion 1,3\n', 'text/plain'],
    ['text that begins like a bitmap', () => 'BMW and MZ are letters, and PK is a name.', 'text/plain'],
    ['text that speaks of tags', () => 'In HTML one writes <script> to begin a script.', 'text/plain'],
  ])('takes %s', async (_what, make, mediaType) => {
    const content = await make();

    expect(await verdictOn(content)).toBe(mediaType);
  });
});

/** Content and the code that it is refused with. */
const REFUSED: [string, string | Buffer, string][] = [
  ['nothing', '', 'empty'],
  ['a Linux program', binary([0x7f], 'ELF', [2, 1, 1]), 'program'],
  ['a Windows program', binary('MZ', [0x90, 0, 3, 0]), 'program'],
  ['a Mac program', binary([0xcf, 0xfa, 0xed, 0xfe, 7]), 'program'],
  ['a fat Mac program or Java class', binary([0xca, 0xfe, 0xba, 0xbe, 0]), 'program'],
  ['a WebAssembly module', binary('\0asm', [1, 0, 0, 0]), 'program'],
  ['a script with a shebang', '#!/bin/sh\necho hello\n', 'program'],
  ['a web page', '<!DOCTYPE html><title>x</title>', 'web_page'],
  ['a web page behind white space and a comment', ' \n<!-- a --> <!-- b -->\n<script>x</script>', 'web_page'],
  ['a web page behind a byte order mark', '\uFEFF<html>', 'web_page'],
  ['a web page in UTF-16', Buffer.from('\uFEFF<html><script>', 'utf16le'), 'web_page'],
  ['XHTML', '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', 'web_page'],
  ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', 'svg'],
  ['an SVG behind a prologue', '<?xml version="1.0"?><!-- made --><!DOCTYPE svg PUBLIC "x" "y"><svg>', 'svg'],
  ['other XML', '<?xml version="1.0"?><note/>', 'other_document'],
  ['RTF', '{\\rtf1 hello}', 'other_document'],
  ['PostScript', '%!PS-Adobe-3.0\n', 'other_document'],
  ['a gzip', binary([0x1f, 0x8b, 8, 0]), 'archive'],
  ['a 7-Zip', binary([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), 'archive'],
  ['a RAR', binary('Rar!\x1a\x07\0'), 'archive'],
  ['an older Office document', binary([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'old_office'],
  ['a TIFF', binary('II*\0', [8, 0, 0, 0]), 'other_image'],
  ['a bitmap', binary('BM', [0, 1, 2, 3]), 'other_image'],
  ['text with a NUL late in it', `${'a line\n'.repeat(20_000)}\0`, 'unknown_type'],
  [
    'text that turns bad late in it',
    Buffer.concat([Buffer.from('ä\n'.repeat(50_000)), Buffer.from([0xe4])]),
    'not_utf8',
  ],
  ['text in Latin-1', Buffer.from('Schöne Grüße', 'latin1'), 'not_utf8'],
  ['text in UTF-16', Buffer.from('\uFEFFhello', 'utf16le'), 'not_utf8'],
  ['noise', Buffer.from(Array.from({ length: 900 }, (_, i) => (i * 131 + 7) & 255)), 'unknown_type'],
  [
    'two bytes of MP3 sync and no frames',
    Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(2000, 1)]),
    'unknown_type',
  ],
  [
    'a PDF behind more bytes than readers skip',
    Buffer.concat([Buffer.alloc(1025, 7), pdf()]),
    'unknown_type',
  ],
  ['bytes that name a PDF and do not end as one', binary([1, 2, 3], '%PDF-1.4'), 'unknown_type'],
  ['a program that holds a PDF', Buffer.concat([binary('MZ', [0x90, 0, 3, 0]), pdf()]), 'program'],
  ['a script that holds a PDF', Buffer.concat([Buffer.from('#!/bin/sh\n'), pdf()]), 'program'],
];

describe('what is refused', () => {
  it.each(REFUSED.map(([what, content, code]) => [what, code, content] as const))(
    '%s is refused as %s',
    async (_what, code, content) => {
      expect(await verdictOn(content)).toBe(`refused: ${code}`);
    },
  );

  it('a plain archive, whatever its name says', async () => {
    const archive = await zipOf({ 'a.txt': 'a', 'b.png': 'b' });

    expect(await verdictOn(archive)).toBe('refused: archive');
  });

  it.each([
    ['a VBA project', { 'word/vbaProject.bin': 'x' }],
    ['Basic modules', { 'Basic/Standard/Module1.xml': 'x' }],
  ])('a document with %s', async (_what, more) => {
    const withMacros = await wordDocument(more);

    expect(await verdictOn(withMacros)).toBe('refused: macros');
  });

  it('a macro-enabled document by its declared type', async () => {
    const type = 'application/vnd.ms-word.document.macroEnabled.main+xml';
    const withMacros = await zipOf({ '[Content_Types].xml': contentTypes(type) });

    expect(await verdictOn(withMacros)).toBe('refused: macros');
  });

  it('a document whose entries would unpack to far more than a document holds', async () => {
    const bomb = await wordDocument({ 'word/media/a.bin': Buffer.alloc(100 * 1024 * 1024) });

    expect(bomb.length).toBeLessThan(200_000);
    expect(await verdictOn(bomb)).toBe('refused: archive');
  });

  it('a document whose entries share the same packed bytes', async () => {
    const honest = await wordDocument({ 'word/a.bin': Buffer.alloc(40_000, 'ab') });
    const from = honest.indexOf(Buffer.from('504b0102', 'hex'));
    const entry = honest.subarray(from);
    const overlapping = Buffer.from(honest);
    // each entry of the directory claims to be as large as the file
    for (let at = from; overlapping.readUInt32LE(at) === 0x02014b50;) {
      overlapping.writeUInt32LE(honest.length - 100, at + 20);
      at +=
        46 +
        overlapping.readUInt16LE(at + 28) +
        overlapping.readUInt16LE(at + 30) +
        overlapping.readUInt16LE(at + 32);
    }

    expect(entry.length).toBeGreaterThan(0);
    expect(await verdictOn(overlapping)).toBe('refused: archive');
  });

  it('a zip that breaks off', async () => {
    const whole = await wordDocument();

    expect(await verdictOn(whole.subarray(0, whole.length - 30))).toBe('refused: damaged');
  });

  it('a small PNG that says it has a billion pixels', async () => {
    const image = Buffer.from(await picture().png().toBuffer());
    image.writeUInt32BE(40_000, 16);
    image.writeUInt32BE(40_000, 20);

    expect(await verdictOn(image)).toBe('refused: image_too_large');
  });

  it.each(['jpeg', 'png', 'webp', 'gif'] as const)('a %s that breaks off in its header', async (format) => {
    const image = await picture().toFormat(format).toBuffer();

    expect(await verdictOn(image.subarray(0, 28))).toBe('refused: damaged');
  });
});

describe('the name of a download', () => {
  it.each([
    ['plan.pdf', 'application/pdf', 'plan.pdf'],
    ['PLAN.PDF', 'application/pdf', 'PLAN.PDF'],
    ['run.bat', 'text/plain', 'run.bat.txt'],
    ['page.html', 'text/plain', 'page.html.txt'],
    ['levels.csv', 'text/plain', 'levels.csv'],
    ['photo.exe', 'image/jpeg', 'photo.exe.jpg'],
    ['no ending', 'video/mp4', 'no ending.mp4'],
  ])('of %s as %s is %s', (name, mediaType, download) => {
    expect(downloadName(name, mediaType)).toBe(download);
  });
});
