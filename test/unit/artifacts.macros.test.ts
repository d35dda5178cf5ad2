import { describe, expect, it } from '@jest/globals';
import {
  cleanBook,
  documentWith,
  chunkedSource,
  macroBook,
  MAIN,
  MICROSOFT,
  OFFICE,
  override,
  rels,
  template,
  typed,
  verdictOf,
  verdictOn,
} from '../support/files/officeSamples.ts';
import { compoundFile } from '../support/files/oleSamples.ts';
import { contentTypes, WORD, wordDocument, zipOf } from '../support/files/samples.ts';

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
      'an OpenDocument script in a folder whose name has a line break',
      () => zipOf({ mimetype: 'application/vnd.oasis.opendocument.text', 'Scripts/a\nb/c.py': 'x' }),
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

describe('macros in what is embedded in a document are found', () => {
  const withPart = async (name: string, part: Buffer): Promise<Buffer> =>
    wordDocument({
      'word/_rels/document.xml.rels': rels(`${OFFICE}/package`, name),
      [`word/${name}`]: part,
    });
  it.each<[string, () => Promise<Buffer>]>([
    ['a workbook under its ending', async () => withPart('embeddings/a.xlsm', await macroBook())],
    ['a workbook under another ending', async () => withPart('embeddings/a.xlsx', await macroBook())],
    ['a workbook at another place', async () => withPart('media/image1.png', await macroBook())],
    [
      'a workbook by an absolute target in other case',
      async () =>
        wordDocument({
          'word/_rels/document.xml.rels': rels(`${OFFICE}/oleObject`, '/word/Media/%69mage1.PNG'),
          'word/media/image1.png': await macroBook(),
        }),
    ],
    [
      'a workbook that no relationship names',
      async () => wordDocument({ 'word/embeddings/a.bin': await macroBook() }),
    ],
    [
      'a workbook whose VBA project has its usual name',
      async () => withPart('embeddings/a.xlsx', await wordDocument({ 'xl/vbaProject.bin': 'x' })),
    ],
    [
      'a workbook in a presentation in the document',
      async () =>
        withPart('embeddings/a.pptx', await wordDocument({ 'ppt/embeddings/b.xlsx': await macroBook() })),
    ],
    [
      'a document that fetches its template',
      async () => withPart('embeddings/a.docx', await template('https://evil.example/t.dotm')),
    ],
    ['an old workbook with VBA', () => withPart('embeddings/a.xls', compoundFile('_VBA_PROJECT'))],
    [
      'an OLE object with VBA, its name in other case',
      () => withPart('embeddings/oleObject1.bin', compoundFile('_vba_Project', 300 * 1024)),
    ],
    [
      'an OLE object with VBA in an OpenDocument file',
      () =>
        zipOf({
          mimetype: 'application/vnd.oasis.opendocument.text',
          'Object 1': compoundFile('_VBA_PROJECT'),
        }),
    ],
  ])('%s', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe('macros');
  });

  it('wherever the part lies in the file, also across the pieces in which it is read', async () => {
    const book = await macroBook();
    const document = await zipOf(
      { '[Content_Types].xml': contentTypes(MAIN), 'word/embeddings/a.bin': book },
      false,
    );
    const at = document.indexOf(book);

    for (const first of [1, 2, 3, 7, 8, 9])
      expect(await verdictOf(chunkedSource(document, at + first))).toBe('macros');
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['a workbook without macros', async () => withPart('embeddings/a.xlsx', await cleanBook())],
    ['an old workbook without', () => withPart('embeddings/a.xls', compoundFile('Workbook'))],
    ['a text that names a VBA project', () => withPart('embeddings/a.txt', Buffer.from('_VBA_PROJECT'))],
    ['an archive', async () => withPart('embeddings/a.zip', await zipOf({ 'a.txt': 'x' }))],
    ['a damaged package', async () => withPart('embeddings/a.xlsx', (await macroBook()).subarray(0, 60))],
    ['no bytes', () => withPart('embeddings/a.bin', Buffer.alloc(0))],
  ])('and a document with %s is taken as before', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe(WORD);
  });

  it('as deep as four; a document of more levels is too complex', async () => {
    const nest = async (levels: number): Promise<Buffer> => {
      let document = await cleanBook();
      for (let i = 0; i < levels; i++) document = await wordDocument({ 'word/embeddings/a.docx': document });
      return document;
    };

    expect(await verdictOn(await nest(4))).toBe(WORD);
    expect(await verdictOn(await nest(5))).toBe('too_complex');
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
