import { describe, expect, it } from '@jest/globals';
import {
  cleanBook,
  documentWith,
  macroBook,
  OFFICE,
  override,
  rels,
  typed,
  VBA_TYPE,
  verdictOn,
} from '../support/files/officeSamples.ts';
import { compoundFile, native, oldBook, ole, SECTOR } from '../support/files/oleSamples.ts';
import { contentTypes, WORD, wordDocument, zipOf } from '../support/files/samples.ts';

describe('macros within what lies in a document, is imported into it, or is a document of its own in it, are found:', () => {
  const embedded = (part: Buffer, name = 'embeddings/oleObject1.bin'): Promise<Buffer> =>
    wordDocument({ [`word/${name}`]: part });
  const imported = (part: Buffer | string, name = 'chunk.dat'): Promise<Buffer> =>
    wordDocument({
      'word/_rels/document.xml.rels': rels(`${OFFICE}/aFChunk`, name),
      [`word/${name}`]: part,
    });
  const odf = (more: Readonly<Record<string, Buffer | string>>): Promise<Buffer> =>
    zipOf({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<x/>', ...more });
  const manifest = (entry: string): string =>
    '<?xml version="1.0"?><!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">' +
    `<manifest:manifest xmlns:manifest="urn:m">${entry}</manifest:manifest>`;

  it.each<[string, () => Promise<Buffer>]>([
    [
      'a document that is a stream of an OLE object',
      async () => embedded(ole({ Package: await macroBook() })),
    ],
    [
      'a document in an OLE object, its sectors scattered',
      async () => embedded(ole({ Package: await macroBook(), Other: Buffer.alloc(5000, 7) }, true)),
    ],
    [
      'a file that Packager put into an OLE object',
      async () => embedded(ole({ '\u0001Ole10Native': native(await macroBook()) })),
    ],
    [
      'an old document that Packager put into an OLE object, scattered',
      async () => embedded(ole({ '\u0001Ole10Native': native(compoundFile('_VBA_PROJECT')) }, true)),
    ],
    [
      'an OLE object in an OLE object',
      async () => embedded(ole({ CONTENTS: ole({ Package: await macroBook() }, true) }, true)),
    ],
    [
      'a workbook in an OLE object in a document in a presentation',
      async () =>
        zipOf({
          '[Content_Types].xml': contentTypes(
            'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
          ),
          'ppt/embeddings/a.docx': await embedded(ole({ Package: await macroBook() })),
        }),
    ],
    [
      'a document with macros in a presentation',
      async () =>
        zipOf({
          '[Content_Types].xml': contentTypes(
            'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
          ),
          'ppt/slides/thing': await typed(override(VBA_TYPE)),
        }),
    ],
    ['Excel 4 macros in an old workbook', () => embedded(ole({ Workbook: oldBook(1) }))],
    ['a workbook in an archive', async () => embedded(await zipOf({ 'a/b.xlsm': await macroBook() }))],
    [
      'a workbook behind whose end other bytes stand',
      async () => embedded(Buffer.concat([await macroBook(), Buffer.alloc(300, 1)])),
    ],
    [
      'a workbook whose name another part has too',
      async () =>
        wordDocument({
          'word/embeddings/A.xlsx': await macroBook(),
          'word/embeddings/a.xlsx': await cleanBook(),
        }),
    ],
    ['an imported document', async () => imported(await macroBook(), 'media/a.docx')],
    ['an imported old document', () => imported(compoundFile('_VBA_PROJECT'))],
    [
      'an imported web page with VBA beside it',
      () => imported('<html><head><link rel=Edit-Time-Data href="a_files/editdata.mso"></head></html>'),
    ],
    [
      'an imported web page, its mark in entities',
      () => imported('<html><link rel="&#69;dit-Time&#x2d;Data" href="a"></html>'),
    ],
    [
      'an imported web archive, its mark in quoted-printable',
      () => imported('MIME-Version: 1.0\r\n\r\n<link rel=3DEdit-Ti=\r\nme-Data>'),
    ],
    [
      'an imported web archive with a part in base64',
      () =>
        imported(
          'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: image/png\r\n' +
            `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from('ActiveMime\0\0').toString('base64')}\r\n--b--`,
        ),
    ],
    [
      'an imported web archive with a document in base64',
      async () =>
        imported(
          `MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n${(await macroBook()).toString('base64')}\r\n`,
        ),
    ],
    [
      'an imported web archive with a document in the last of its parts in base64',
      async () => {
        const part = (content: Buffer): string =>
          `--b\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n`;
        const nothing = '--b\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n';
        return imported(`${part(Buffer.from('a'))}${nothing}${part(await macroBook())}--b--`);
      },
    ],
    ['imported RTF with an object', () => imported('{\\rtf1 {\\object\\objemb{\\*\\objdata 0105}}}')],
    [
      'imported XML with a VBA project in UTF-16',
      () =>
        imported(
          Buffer.from('\uFEFF<pkg:part pkg:contentType="application/vnd.ms-office.vbaProject"/>', 'utf16le'),
        ),
    ],
    [
      'what would be imported from a server',
      () => documentWith(`${OFFICE}/aFChunk`, 'https://evil.example/a.docm', 'TargetMode="External"'),
    ],
    ['Basic of a document in an OpenDocument file', () => odf({ 'Object 1/Basic/Standard/M.xml': '<x/>' })],
    ['scripts of a document in an OpenDocument file', () => odf({ 'Object 1/Scripts/python/a.py': 'x' })],
    ['Basic in other case and with other slashes', () => odf({ 'BASIC/Standard/Module1.xml': '<x/>' })],
    ['compiled Basic', () => odf({ 'Basic/Standard/Module1.bin': 'x' })],
    ['VBA that OpenOffice kept', () => odf({ '_MS_VBA_Macros/VBA/_VBA_PROJECT': 'x' })],
    [
      'Basic that a manifest names',
      () =>
        odf({
          'META-INF/manifest.xml': manifest(
            '<manifest:file-entry manifest:full-path="Object 1/&#66;asic/Standard/M.xml"/>',
          ),
        }),
    ],
    [
      'a Basic library that lies elsewhere',
      () =>
        odf({
          'Basic/script-lc.xml':
            '<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">' +
            '<library:libraries xmlns:library="urn:l" xmlns:xlink="urn:x"><library:library library:name="A" ' +
            'xlink:href="https://evil.example/A/script.xlb/" library:link="true"/></library:libraries>',
        }),
    ],
    ['an Office document in an OpenDocument file', async () => odf({ 'Object 1': await macroBook() })],
    [
      'an OpenDocument file with Basic in an Office document',
      async () => embedded(await odf({ 'Basic/Standard/M.xml': '<x/>' })),
    ],
    [
      'an old document under any name in an OpenDocument file',
      () => odf({ 'a/b': compoundFile('_VBA_PROJECT') }),
    ],
  ])('%s', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe('macros');
  });

  it.each<[string, () => Promise<Buffer>]>([
    [
      'an OpenDocument file whose manifest speaks of a password',
      () =>
        odf({
          'META-INF/manifest.xml': manifest(
            '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>',
          ),
        }),
    ],
    [
      'a workbook with a password in a document',
      () => embedded(ole({ EncryptedPackage: Buffer.alloc(5000, 9) })),
    ],
    [
      'an old workbook with a password in a document',
      () => embedded(ole({ Workbook: oldBook(0, 0x2f, 0, 2, 0, 1, 1) })),
    ],
  ])('%s is refused as one that can’t be looked into', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe('old_office');
  });

  it.each<[string, () => Promise<Buffer>]>([
    [
      'an OLE object without macros',
      async () => embedded(ole({ Package: await cleanBook(), Workbook: oldBook(0) })),
    ],
    [
      'a picture that Packager put in',
      () => embedded(ole({ '\u0001Ole10Native': native(Buffer.from('a picture')) })),
    ],
    [
      'a native stream that is cut off',
      () => embedded(ole({ '\u0001Ole10Native': native(Buffer.alloc(0)).subarray(0, 9) })),
    ],
    [
      'an OLE object whose tables lead nowhere, or in circles',
      () => {
        const file = ole({ Package: Buffer.alloc(9000, 1) });
        file.writeUInt32LE(0, SECTOR);
        return embedded(file);
      },
    ],
    [
      'an OLE object that is cut off',
      () => embedded(ole({ Package: Buffer.alloc(9000, 1) }).subarray(0, 700)),
    ],
    [
      'an imported web page',
      () => imported('<html><p class=MsoNormal style="mso-list:none">objective</p></html>'),
    ],
    [
      'an archive with a folder of scripts',
      async () => embedded(await zipOf({ 'scripts/a.py': 'x', 'basic/a/b.txt': 'x' })),
    ],
  ])('and a document with %s is taken', async (_what, make) => {
    const document = await make();

    expect(await verdictOn(document)).toBe(WORD);
  });

  it('and an OpenDocument file with an empty library and a manifest of old OpenOffice is taken', async () => {
    const document = await odf({
      'META-INF/manifest.xml': manifest(
        '<manifest:file-entry manifest:full-path="Basic/Standard/script-lb.xml"/>',
      ),
      'Basic/Standard/script-lb.xml': '<library:library xmlns:library="urn:l" library:name="Standard"/>',
      'Object 1/content.xml': '<x/>',
    });

    expect(await verdictOn(document)).toBe('application/vnd.oasis.opendocument.text');
  });
});
