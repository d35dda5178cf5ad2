import { createHash } from 'node:crypto';
import { FILES_FOLDER, findPathFault, pathIdentity } from '../../contract/bundle.ts';
import { fileBlocksOf } from '../../contract/contentFiles.ts';
import type { Block, PathwayContent } from '../../contract/content.ts';
import { Refused } from '../features/artifacts/checks/refusals.ts';
import { inspect } from '../features/artifacts/checks/inspect.ts';
import { bufferSource } from '../features/artifacts/storage/chunkReader.ts';
import { refuse } from './refusals.ts';
import type { BundleParts } from './writeBundle.ts';

/** A file below `files/`, as it was found. */
export interface FileFact {
  /** In the bundle: `files/…`. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  /** By its bytes: all kinds of plain text are `text/plain`. */
  readonly mediaType: string;
}

async function describe(path: string, bytes: Buffer): Promise<FileFact> {
  try {
    const { mediaType } = await inspect(bufferSource(bytes));
    return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), mediaType };
  } catch (error) {
    // its sentence tells the author of a submission what to do, which fits here as well
    if (error instanceof Refused) throw refuse('file_type', path, error.message);
    throw error;
  }
}

/** Plain text has many names, which its bytes do not tell apart. */
const isSameType = (said: string, found: string): boolean =>
  found === 'text/plain' ? /^text\/|^application\/json$/.test(said) : said === found;

function checkBlock(block: Extract<Block, { type: 'file' }>, files: ReadonlyMap<string, FileFact>): void {
  const path = `${FILES_FOLDER}${block.path}`;
  const file = files.get(path);
  if (!file) throw refuse('missing_file', path);
  if (file.size !== block.size || file.sha256 !== block.sha256) throw refuse('digest', path);
  if (!isSameType(block.mediaType, file.mediaType))
    throw refuse('file_type', path, `It is ${file.mediaType}, not ${block.mediaType}.`);
}

/**
 * Reads all files, one after the other, and compares them with what the pathway says of those that it offers. They are checked as
 * uploads are: no programs, web pages, archives or macros.
 *
 * @throws {AppError} BUNDLE_REFUSED: `missing_file`, `digest`, `file_type`
 */
export async function checkFiles(
  content: PathwayContent,
  paths: readonly string[],
  read: (path: string) => Promise<Buffer>,
): Promise<FileFact[]> {
  const files: FileFact[] = [];
  for (const path of paths) files.push(await describe(path, await read(path)));
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const block of fileBlocksOf(content)) checkBlock(block, byPath);
  return files;
}

/**
 * The files that a pathway offers, as they are put into a bundle, each once. They are read when they are written.
 *
 * @param open  reads one from where it is stored
 * @throws {AppError} BUNDLE_REFUSED `bad_path`; `duplicate_path` if two that differ have the same path
 */
export function toOfferedFiles(
  content: PathwayContent,
  open: (sha256: string) => AsyncIterable<Buffer>,
): BundleParts['files'] {
  const files = new Map<string, BundleParts['files'][number]>();
  const identities = new Map<string, string>();
  for (const { path, size, sha256 } of fileBlocksOf(content)) {
    const inBundle = `${FILES_FOLDER}${path}`;
    if (findPathFault(inBundle) !== null) throw refuse('bad_path', inBundle);
    const identity = pathIdentity(inBundle);
    const known = identities.get(identity);
    if (known !== undefined && (known !== inBundle || files.get(known)?.sha256 !== sha256))
      throw refuse('duplicate_path', inBundle);
    identities.set(identity, inBundle);
    files.set(inBundle, { path: inBundle, size, sha256, open: () => open(sha256) });
  }
  return [...files.values()];
}
