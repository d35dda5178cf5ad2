import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import {
  BUNDLE_VERSION,
  FORMS_FOLDER,
  FRAMEWORK_PATH,
  MANIFEST_PATH,
  PATHWAY_PATH,
  type BundledFile,
  type BundleManifest,
} from '../../contract/bundle.ts';
import type { FormContent } from '../../contract/observationForms.ts';
import type { WrittenPathway } from '../../contract/contentUpgrades.ts';

/** What is put into a bundle. */
export interface BundleParts {
  readonly kind: BundleManifest['kind'];
  /** As it was published, in its own schema version. */
  readonly content: WrittenPathway | FormContent;
  /** A CASE document; null for none. */
  readonly framework: unknown;
  /** Files with their paths in the bundle (`files/…`), whose bytes are read when their turn comes. */
  readonly files: readonly (BundledFile & { open(): AsyncIterable<Buffer> })[];
}

/** Every entry has this time, so that only content makes a difference. In local time, as zips have it. */
const TIME = new Date(1980, 0, 1, 12);
const OPTIONS = { mtime: TIME, mode: 0o100644, forceDosTimestamp: true } as const;

/** JSON with the members of all objects in a fixed order. */
function toJson(value: unknown): Buffer {
  const sorted = (_name: string, one: unknown): unknown =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one;
  return Buffer.from(`${JSON.stringify(value, sorted, 2)}\n`);
}

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const describe = (path: string, bytes: Buffer): BundledFile => ({
  path,
  size: bytes.length,
  sha256: digestOf(bytes),
});

/** The bytes of a file. @throws at their end if they are not what was announced: the zip does not end then */
async function* checked(file: BundleParts['files'][number]): AsyncGenerator<Buffer> {
  const { path, size, sha256 } = file;
  const hash = createHash('sha256');
  let read = 0;
  for await (const part of file.open()) {
    hash.update(part);
    read += part.length;
    yield part;
  }
  if (read !== size || hash.digest('hex') !== sha256)
    throw new Error(`${path} is not what the pathway says of it`);
}

/** Waits with reading until the zip gets to it. */
function addFile(zip: ZipFile, file: BundleParts['files'][number], onFault: (error: Error) => void): void {
  zip.addReadStreamLazy(file.path, { ...OPTIONS, size: file.size }, (done) => {
    done(null, Readable.from(checked(file), { objectMode: false }).once('error', onFault));
  });
}

/**
 * Writes a bundle as a zip. The same parts make the same bytes, wherever and whenever it is written (by the same version of zlib).
 *
 * @returns the zip's bytes; it fails if a file has other bytes than were announced
 */
export function writeBundle({ kind, content, framework, files }: BundleParts): Readable {
  const { title, licence, source, slug } = content;
  const documents = [
    { path: kind === 'form' ? `${FORMS_FOLDER}${slug}.json` : PATHWAY_PATH, bytes: toJson(content) },
    ...(framework === null ? [] : [{ path: FRAMEWORK_PATH, bytes: toJson(framework) }]),
  ];
  const ordered = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const manifest: BundleManifest = {
    schemaVersion: BUNDLE_VERSION,
    kind,
    title,
    licence,
    source,
    files: [
      ...documents.map(({ path, bytes }) => describe(path, bytes)),
      ...ordered.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
    ],
  };
  const zip = new ZipFile();
  const output = zip.outputStream.pipe(new PassThrough());
  const onFault = (error: Error): void => void output.destroy(error);
  zip.on('error', onFault);
  zip.addBuffer(toJson(manifest), MANIFEST_PATH, OPTIONS);
  for (const { path, bytes } of documents) zip.addBuffer(bytes, path, OPTIONS);
  for (const file of ordered) addFile(zip, file, onFault);
  zip.end();
  return output;
}
