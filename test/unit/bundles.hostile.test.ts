import { describe, expect, test } from '@jest/globals';
import { BundleRefusal, findPathFault, type BundleFault } from '../../contract/bundle.ts';
import { readAnyBundle } from '../../server/bundles/readBundle.ts';
import { AppError } from '../../server/errors.ts';
import { rawZip, type RawEntry } from '../support/bundles/rawZip.ts';
import {
  listedBundle,
  pathwayWithFile,
  plainBundle,
  zipFiles,
  type BundleFiles,
} from '../support/bundles/sampleBundle.ts';
import { sampleForm } from '../support/sampleForm.ts';
import { wordDocument, zipOf } from '../support/files/samples.ts';

const MIB = 1024 ** 2;

/** How a bundle is refused; fails if it is used instead. */
async function refusalOf(zip: Buffer): Promise<BundleRefusal & { message: string }> {
  try {
    await readAnyBundle(zip, () => {
      throw new Error('it was used');
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('BUNDLE_REFUSED');
    return { ...BundleRefusal.parse(error.details), message: error.message };
  }
  throw new Error('it was accepted');
}

const plain = (files: BundleFiles): Buffer => zipFiles(plainBundle(files));
const withEntry = (...entries: readonly RawEntry[]): Buffer => zipFiles(plainBundle(), ...entries);
const named = (name: string | Buffer): Buffer => withEntry({ name, data: 'x' });
/** A bundle with the text of `pathway.json` changed. */
const pathway = (change: (json: string) => string | Buffer): Buffer =>
  plain({ 'pathway.json': change(JSON.stringify(pathwayWithFile())) });

/** Text that deflates to a fiftieth, far from a bomb's thousandth. */
function looseText(bytes: number): Buffer {
  const lines = Array.from(
    { length: 1000 },
    (_, at) => `${(at * 2_654_435_761) % 2 ** 32} ${'a'.repeat(990)}\n`,
  );
  return Buffer.alloc(bytes, lines.join(''));
}
const manyFiles = (count: number): RawEntry[] =>
  Array.from({ length: count }, (_, at) => ({ name: `files/${at}.txt`, data: 'x' }));
/** Files that share the bytes of the first: little to send, much to unpack. */
const overlapping = (count: number, data: Buffer): RawEntry[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `files/${at}.txt`,
    packed: true,
    data,
    overlaps: at > 0,
  }));

type Row = readonly [string, BundleFault, string | null, Buffer | Promise<Buffer>];

const NAMES: readonly Row[] = [
  ['leads out of it', 'bad_path', '../evil.txt', named('../evil.txt')],
  ['leads out of it from a folder', 'bad_path', 'files/../../evil.txt', named('files/../../evil.txt')],
  ['begins at the root', 'bad_path', '/etc/passwd', named('/etc/passwd')],
  ['has backslashes', 'bad_path', '..\\evil.txt', named('..\\evil.txt')],
  ['names a drive', 'bad_path', 'C:evil.txt', named('C:evil.txt')],
  ['has an empty part', 'bad_path', 'files//a.txt', named('files//a.txt')],
  ['is a device of Windows', 'bad_path', 'files/con.txt', named('files/con.txt')],
  ['ends with a dot', 'bad_path', 'files/a.txt.', named('files/a.txt.')],
  ['turns the reading direction', 'bad_path', 'files/\u202Etxt.exe', named('files/\u202Etxt.exe')],
  ['has a zero byte', 'bad_path', 'files/a.txt\0.png', named('files/a.txt\0.png')],
  ['is not UTF-8', 'bad_path', 'files/é.txt', named(Buffer.from('files/\xe9.txt', 'latin1'))],
  ['is a folder outside', 'bad_path', '..', withEntry({ name: '../', mode: 0o040755 })],
  ['occurs twice', 'duplicate_path', 'files/plan.md', named('files/plan.md')],
  ['differs only by case', 'duplicate_path', 'files/PLAN.md', named('files/PLAN.md')],
  [
    'differs only by composition',
    'duplicate_path',
    'files/e\u0301.txt',
    withEntry({ name: 'files/\u00e9.txt', data: 'x' }, { name: 'files/e\u0301.txt', data: 'x' }),
  ],
  ['is a file and a folder', 'duplicate_path', 'files/plan.md', named('files/plan.md/a.txt')],
  ['belongs to no bundle', 'unexpected_file', 'run.txt', named('run.txt')],
  [
    'is a symbolic link',
    'not_a_file',
    'files/link',
    withEntry({ name: 'files/link', data: '/etc/passwd', mode: 0o120777 }),
  ],
  ['is a device', 'not_a_file', 'files/tty', withEntry({ name: 'files/tty', mode: 0o020666 })],
];

const SIZES: readonly Row[] = [
  ['has 2,001 entries', 'too_many_files', null, rawZip(manyFiles(2001))],
  ['has 100,000 entries', 'too_many_files', null, rawZip(manyFiles(100_000))],
  ['says that it has 65,000 entries', 'too_many_files', null, rawZip(manyFiles(10), 65_000)],
  [
    'has a file of zeros',
    'bomb',
    'files/0.txt',
    withEntry({ name: 'files/0.txt', data: Buffer.alloc(10 * MIB), packed: true }),
  ],
  [
    'has a file of 21 MiB',
    'file_too_large',
    'files/0.txt',
    withEntry({ name: 'files/0.txt', data: looseText(21 * MIB), packed: true }),
  ],
  [
    'unpacks to 220 MiB, none of them large',
    'bundle_too_large',
    null,
    zipFiles(plainBundle(), ...overlapping(11, looseText(20 * MIB))),
  ],
  [
    'unpacks to more than it says',
    'damaged',
    null,
    withEntry({ name: 'files/0.txt', data: 'x'.repeat(5000), packed: true, saysSize: 10 }),
  ],
  [
    'has a pathway of more than 5 MB',
    'file_too_large',
    'pathway.json',
    pathway((json) => json + looseText(5_000_001 - json.length).toString()),
  ],
];

const ARCHIVES: readonly Row[] = [
  ['is empty', 'damaged', null, Buffer.alloc(0)],
  ['is no zip', 'damaged', null, Buffer.from('{"schemaVersion": 2}')],
  ['is cut off', 'damaged', null, zipFiles(plainBundle()).subarray(0, -30)],
  [
    'has a password',
    'encrypted',
    'files/0.txt',
    withEntry({ name: 'files/0.txt', data: 'x', packed: true, encrypted: true }),
  ],
  [
    'contains a zip',
    'file_type',
    'files/more.zip',
    zipOf({ 'a.txt': 'x' }).then((zip) => plain({ 'files/more.zip': zip })),
  ],
  [
    'contains a document with macros',
    'file_type',
    'files/a.docx',
    wordDocument({ 'word/vbaProject.bin': 'x' }).then((docx) => plain({ 'files/a.docx': docx })),
  ],
  ['contains a program', 'file_type', 'files/run.txt', plain({ 'files/run.txt': '#!/bin/sh\nrm -r /\n' })],
  [
    'contains a web page',
    'file_type',
    'files/a.txt',
    plain({ 'files/a.txt': '<!DOCTYPE html><script>alert(1)</script>' }),
  ],
  [
    'has a text where it promises a picture',
    'file_type',
    'files/plan.md',
    plain({ 'pathway.json': JSON.stringify(pathwayWithFile(undefined, 'plan.md', 'image/png')) }),
  ],
];

const nested = (open: string, inner: string, close: string): string =>
  open.repeat(100_000) + inner + close.repeat(100_000);

const JSON_FAULTS: readonly Row[] = [
  ['begins with a byte order mark', 'byte_order_mark', 'pathway.json', pathway((json) => `\uFEFF${json}`)],
  ['is UTF-16', 'not_utf8', 'pathway.json', pathway((json) => Buffer.from(`\uFEFF${json}`, 'utf16le'))],
  [
    'is Latin-1',
    'not_utf8',
    'pathway.json',
    pathway((json) => Buffer.from(json.replace('Checks', 'Vérifier'), 'latin1')),
  ],
  ['is cut off', 'not_json', 'pathway.json', pathway((json) => json.slice(0, -1))],
  ['has a comment', 'not_json', 'pathway.json', pathway((json) => `// a comment\n${json}`)],
  [
    'has a member twice',
    'duplicate_member',
    'pathway.json',
    pathway((json) => json.replace('{', '{"title":"A title",')),
  ],
  [
    'has a member twice, once escaped',
    'duplicate_member',
    'pathway.json',
    pathway((json) => json.replace('"vision":', '"\\u0074itle": "Other", "vision":')),
  ],
  [
    'has a member twice deep inside',
    'duplicate_member',
    'pathway.json',
    pathway((json) => json.replace('"minutes":15', '"minutes":15,"minutes" : 600')),
  ],
  ['is lists in lists', 'too_deep', 'pathway.json', pathway(() => nested('[', '', ']'))],
  ['is objects in objects', 'too_deep', 'pathway.json', pathway(() => nested('{"a":', '1', '}'))],
  [
    'has a number for a title',
    'wrong_content',
    'pathway.json',
    pathway((json) => json.replace('"title":"Checks for understanding"', '"title":5')),
  ],
  [
    'has a member that no schema knows',
    'wrong_content',
    'pathway.json',
    pathway((json) => json.replace('{', '{"script":"x",')),
  ],
  ['is a list', 'wrong_content', 'pathway.json', pathway(() => '[]')],
  [
    'is of the next version',
    'unknown_version',
    'pathway.json',
    pathway((json) => json.replace('"schemaVersion":3', '"schemaVersion":4')),
  ],
  [
    'is of version 0',
    'unknown_version',
    'pathway.json',
    pathway((json) => json.replace('"schemaVersion":3', '"schemaVersion":0')),
  ],
];

const manifest = (change: (json: string) => string): Buffer => {
  const files = listedBundle();
  return zipFiles({ ...files, 'bundle.json': change(String(files['bundle.json'])) });
};
const without = (path: string): Buffer =>
  zipFiles(Object.fromEntries(Object.entries(listedBundle()).filter(([name]) => name !== path)));

const MANIFESTS: readonly Row[] = [
  [
    'is of another version',
    'unknown_version',
    'bundle.json',
    manifest((json) => json.replace('"schemaVersion":1', '"schemaVersion":2')),
  ],
  ['says nothing', 'wrong_content', 'bundle.json', manifest(() => '{}')],
  ['is not one', 'wrong_content', 'bundle.json', manifest(() => '{"schemaVersion":1}')],
  ['lists a file that is not there', 'missing_file', 'files/plan.md', without('files/plan.md')],
  ['lists a pathway that is not there', 'no_pathway', null, without('pathway.json')],
  [
    'does not list a file',
    'unlisted_file',
    'files/more.txt',
    zipFiles({ ...listedBundle(), 'files/more.txt': 'x' }),
  ],
  ['has another size', 'digest', 'files/plan.md', manifest((json) => json.replace('"size":38', '"size":37'))],
  [
    'has another SHA-256',
    'digest',
    'files/more.txt',
    zipFiles({ ...listedBundle({ 'files/more.txt': 'x' }), 'files/more.txt': 'y' }),
  ],
  [
    'lists a file twice',
    'duplicate_path',
    'files/plan.md',
    manifest((json) => json.replace(/(\{"path":"files\/plan\.md"[^}]*\})/, '$1,$1')),
  ],
];

const FILES: readonly Row[] = [
  [
    'is not there',
    'missing_file',
    'files/other.md',
    plain({ 'pathway.json': JSON.stringify(pathwayWithFile(undefined, 'other.md')) }),
  ],
  ['is another one', 'digest', 'files/plan.md', plain({ 'files/plan.md': 'Something else' })],
];

const FORM_PATH = 'forms/sample-form.json';
const formBundle = (json: string, others: BundleFiles = {}): Buffer =>
  zipFiles({ [FORM_PATH]: json, ...others });
const FORM = JSON.stringify(sampleForm());

const FORMS: readonly Row[] = [
  ['is one of two', 'unexpected_file', 'forms/z.json', formBundle(FORM, { 'forms/z.json': FORM })],
  ['stands beside a pathway', 'unexpected_file', FORM_PATH, plain({ [FORM_PATH]: FORM })],
  ['has files', 'unexpected_file', 'files/plan.md', formBundle(FORM, { 'files/plan.md': 'x' })],
  ['has another slug', 'wrong_content', FORM_PATH, formBundle(FORM.replace('"sample-form"', '"other"'))],
  ['is of another version', 'unknown_version', FORM_PATH, formBundle('{"schemaVersion":2}')],
  ['is none', 'wrong_content', FORM_PATH, formBundle('{"schemaVersion":1}')],
  ['is no JSON', 'not_json', FORM_PATH, formBundle('{')],
  ['has a member twice', 'duplicate_member', FORM_PATH, formBundle('{"schemaVersion":1,"schemaVersion":1}')],
  ['is too large', 'file_too_large', FORM_PATH, formBundle(looseText(2_000_001).toString())],
];

describe.each([
  ['with an entry whose name', NAMES],
  ['that', SIZES],
  ['that', ARCHIVES],
  ['whose pathway.json', JSON_FAULTS],
  ['whose manifest', MANIFESTS],
  ['of whose pathway a file', FILES],
  ['whose observation form', FORMS],
])('a bundle %s', (_what, rows) => {
  test.each(rows)('%s is refused as %s, and nothing of it is used', async (_fault, fault, path, made) => {
    const zip = await made;

    const refusal = await refusalOf(zip);

    expect(refusal).toMatchObject({ fault, path });
    expect(refusal.message).toMatch(/^\S.*\.$/s);
    expect(refusal.message).not.toContain('{path}');
    if (path !== null) expect(refusal.message).toContain(path);
  });
});

test('a path that is used in every system is accepted', () => {
  const paths = [
    'files/a.txt',
    'files/Ünterricht – 1 (final).docx',
    'files/a/b/c.d.e',
    'files/console.txt',
    'files/…',
  ];

  expect(paths.map(findPathFault)).toEqual(paths.map(() => null));
});
