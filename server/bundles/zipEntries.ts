import {
  fromBufferPromise,
  fromRandomAccessReaderPromise,
  openPromise,
  type Entry as ZipEntry,
  type ZipFile,
} from 'yauzl';
import type { Source } from '../features/artifacts/storage/chunkReader.ts';
import { SourceReader } from '../features/artifacts/storage/sourceReader.ts';
import { EntryList, toRefusal, type Entries } from './entries.ts';
import { ENTRIES_MAX } from './limits.ts';
import { refuse } from './refusals.ts';

/** Names are decoded here; only their bytes are the same for every program that unpacks the zip. */
const OPTIONS = { autoClose: false, decodeStrings: false, validateEntrySizes: true } as const;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** POSIX file types, in the upper half of the external attributes. */
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

function nameOf({ fileNameRaw }: ZipEntry): string {
  try {
    return strictUtf8.decode(fileNameRaw);
  } catch {
    throw refuse('bad_path', fileNameRaw.toString('latin1'));
  }
}

function addEntry(zip: ZipFile, entry: ZipEntry, list: EntryList): void {
  const path = nameOf(entry);
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type !== 0 && type !== REGULAR && type !== FOLDER) throw refuse('not_a_file', path);
  if (entry.isEncrypted()) throw refuse('encrypted', path);
  if (path.endsWith('/')) {
    list.addFolder(path.slice(0, -1));
    return;
  }
  if (type === FOLDER) throw refuse('not_a_file', path);
  list.addFile({ path, packedSize: entry.compressedSize, open: () => zip.openReadStreamPromise(entry) });
}

function open(source: string | Buffer | Source): Promise<ZipFile> {
  if (typeof source === 'string') return openPromise(source, OPTIONS);
  if (Buffer.isBuffer(source)) return fromBufferPromise(source, OPTIONS);
  return fromRandomAccessReaderPromise(new SourceReader(source), source.size, OPTIONS);
}

/**
 * Lists the files of a zip, of which only the directory is read.
 *
 * @param source  the path of a file, its bytes, or where it is stored
 * @throws {AppError} BUNDLE_REFUSED at the first entry that does not fit
 */
export async function listZipEntries(source: string | Buffer | Source): Promise<Entries> {
  let zip: ZipFile | null = null;
  try {
    zip = await open(source);
    if (zip.entryCount > ENTRIES_MAX) throw refuse('too_many_files');
    const list = new EntryList();
    for await (const entry of zip.eachEntry()) addEntry(zip, entry, list);
    const opened = zip;
    return {
      files: list.files,
      close: () => {
        opened.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    zip?.close();
    throw toRefusal(error);
  }
}
