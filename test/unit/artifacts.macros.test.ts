import { describe, expect, it } from '@jest/globals';
import { inspect } from '../../server/features/artifacts/checks/inspect.ts';
import { Refused } from '../../server/features/artifacts/checks/refusals.ts';
import { bufferSource } from '../../server/features/artifacts/storage/chunkReader.ts';
import { contentTypes, WORD, wordDocument, zipOf } from '../bench/files/samples.ts';

/** The reason for which a content is refused, or the media type under which it is taken. */
async function verdictOn(content: Buffer): Promise<string> {
  try {
    return (await inspect(bufferSource(content))).mediaType;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MICROSOFT = 'http://schemas.microsoft.com/office/2006/relationships';
const MAIN = `${WORD}.main+xml`;

/** A `.rels` part with one relationship. */
function rels(type: string, target = 'x.bin', more = ''): string {
  return (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
    `<Relationship Id="r1" Type="${type}" Target="${target}" ${more}/></Relationships>`
  );
}

const documentWith = (type: string, target?: string, more?: string): Promise<Buffer> =>
  wordDocument({ 'word/_rels/document.xml.rels': rels(type, target, more) });
const template = (target: string): Promise<Buffer> =>
  documentWith(`${OFFICE}/attachedTemplate`, target, 'TargetMode="External"');
const typed = (types: string | Buffer, name = '[Content_Types].xml'): Promise<Buffer> =>
  zipOf({ [name]: types, 'word/document.xml': '<w/>' });

const override = (type: string, rest = ''): string =>
  `<?xml version="1.0"?>${rest}<Types><Override PartName="/word/document.xml" ContentType="${MAIN}"/>` +
  `<Override PartName="/word/x.dat" ContentType="${type}"/></Types>`;

describe('a document with macros is refused, wherever they hide', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['a VBA project under another name', () => documentWith(`${MICROSOFT}/vbaProject`, 'media/image1.png')],
    ['a VBA project, its relationship in entities', () => documentWith(`${MICROSOFT}/vba&#x50;roject`)],
    ['a VBA project, its relationship in other case', () => documentWith(`${MICROSOFT}/VBAPROJECT`)],
    [
      'a relationship under a prefix',
      () =>
        wordDocument({
          'word/_rels/document.xml.rels': `<r:Relationships xmlns:r="urn:r"><r:Relationship Type="${MICROSOFT}/vbaProject"/></r:Relationships>`,
        }),
    ],
    [
      'a relationship in UTF-16',
      () =>
        wordDocument({
          'word/_rels/document.xml.rels': Buffer.from(`\uFEFF${rels(`${MICROSOFT}/vbaProject`)}`, 'utf16le'),
        }),
    ],
    ['a Word data part of VBA', () => documentWith(`${MICROSOFT}/wordVbaData`)],
    ['an Excel 4 macro sheet', () => documentWith(`${MICROSOFT}/xlMacrosheet`)],
    ['an international macro sheet', () => documentWith(`${MICROSOFT}/xlIntlMacrosheet`)],
    ['an ActiveX control', () => documentWith(`${OFFICE}/control`)],
    ['a template of a web server', () => template('https://evil.example/t.dotm')],
    ['a template of a share', () => template('\\\\server\\share\\t.dotm')],
    ['a template of a share as a URL', () => template('file://server/share/t.dotm')],
    ['a template of a share behind an empty host', () => template('file:////server/share/t.dotm')],
    ['a template by an address in entities', () => template('&#104;ttp://evil.example/t.dotm')],
    ['a declared type in entities', () => typed(override('application/vnd.ms-office.vba&#80;roject'))],
    [
      'a declared type in UTF-16',
      () => typed(Buffer.from(`\uFEFF${override('application/vnd.ms-office.vbaProject')}`, 'utf16le')),
    ],
    ['a declared macro sheet', () => typed(override('application/vnd.ms-excel.macrosheet+xml'))],
    ['a declared control', () => typed(override('application/vnd.ms-office.activeX+xml'))],
    [
      'declared types in other case',
      () => typed(override('application/vnd.ms-office.vbaProject'), '[CONTENT_TYPES].XML'),
    ],
    [
      'relationships in other case',
      () => wordDocument({ 'word/_RELS/document.xml.RELS': rels(`${MICROSOFT}/vbaProject`) }),
    ],
    ['a VBA project by its usual name in other case', () => wordDocument({ 'WORD/VBAPROJECT.BIN': 'x' })],
    [
      'OpenDocument scripts',
      () => zipOf({ mimetype: 'application/vnd.oasis.opendocument.text', 'Scripts/python/a.py': 'x' }),
    ],
    [
      'an OpenDocument type over an Office document with macros',
      () =>
        zipOf({
          mimetype: 'application/vnd.oasis.opendocument.text',
          '[Content_Types].xml': contentTypes('application/vnd.ms-word.document.macroEnabled.main+xml'),
        }),
    ],
  ])('%s', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe('macros');
  });
});

describe('a document that only looks as if is taken', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['a template on its author’s disk', () => template('file:///C:\\Users\\a\\Normal.dotm')],
    ['a template on its author’s disk, slashes', () => template('file:///C:/Users/a/Normal.dotm')],
    ['a template beside it', () => template('School.dotx')],
    [
      'a link to a page on macros',
      () =>
        documentWith(
          `${OFFICE}/hyperlink`,
          'https://example.org/vbaProject/macroEnabled',
          'TargetMode="External"',
        ),
    ],
    ['an embedded workbook of a chart', () => documentWith(`${OFFICE}/package`, 'embeddings/a.xlsx')],
    ['an embedded formula', () => documentWith(`${OFFICE}/oleObject`, 'embeddings/oleObject1.bin')],
    [
      'a comment that names a VBA project',
      () => typed(override('application/xml', '<!-- application/vnd.ms-office.vbaProject -->')),
    ],
    [
      'a part that is named so in a text',
      () => wordDocument({ 'word/vba.xml': 'vbaProject macroEnabled activeX' }),
    ],
  ])('%s', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe(WORD);
  });
});

describe('a document whose declarations can be read in two ways is refused', () => {
  it.each<[string, () => Promise<Buffer>]>([
    [
      'own entities',
      () => typed(override('&x;', '<!DOCTYPE Types [<!ENTITY x "application/vnd.ms-office.vbaProject">]>')),
    ],
    [
      'entities within entities',
      () => typed(override('&b;', '<!DOCTYPE T [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>')),
    ],
    ['another encoding', () => typed('<?xml version="1.0" encoding="utf-7"?><Types/>')],
    ['no XML', () => typed('Types')],
    [
      'declarations twice',
      () => zipOf({ '[Content_Types].xml': contentTypes(MAIN), '[content_types].xml': contentTypes(MAIN) }),
    ],
    ['declarations in pieces', () => wordDocument({ '[Content_Types].xml/[0].piece': 'x' })],
  ])('%s', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe('damaged');
  });
});
