import { findPathFault, pathIdentity } from '../../../../contract/bundle.ts';
import type { Block } from '../../../../contract/content.ts';
import type { ContentUpload } from '../../../../contract/contentFiles.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { findBlock, NO_CHANGES } from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import { addBlock, setBlock } from './studioModel.ts';

type FileBlock = Extract<Block, { type: 'file' }>;

/** Characters that a name cannot have on every system. */
const UNSAFE = /[<>:"|?*\\/]/g;

/** A path that no other file of the pathway has: "plan.md", "plan (2).md", …; `FILES_FOLDER` comes before it in a bundle. */
export function toContentPath(name: string, taken: readonly string[]): string {
  const plain = name.replace(UNSAFE, '_').replace(/^ +|[. ]+$/g, '');
  const safe = findPathFault(`files/${plain}`) === null && plain.length < 200 ? plain : 'file';
  const dot = safe.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
  const known = new Set(taken.map(pathIdentity));
  for (let n = 1; ; n += 1) {
    const path = n === 1 ? safe : `${stem} (${n})${ending}`;
    if (!known.has(pathIdentity(path))) return path;
  }
}

/** Paths of the pathway's files but that of one block. */
const takenPaths = (parts: Parts, except: string): string[] =>
  [...parts.values()].flatMap((part) =>
    part.type === 'block' && part.block.type === 'file' && part.block.key !== except ? [part.block.path] : [],
  );

/** What an upload that is ready says of its file; null before that. */
function factsOf({ mediaType, size, sha256 }: ContentUpload) {
  return mediaType === null || sha256 === null ? null : { mediaType, size, sha256 };
}

/** Adds a file that was uploaded to a step, under its own name. */
function addFile(
  parts: Parts,
  place: { module: ModulePart['key']; step: string },
  { key, upload }: { key: string; upload: ContentUpload },
): Changes {
  const facts = factsOf(upload);
  if (!facts) return NO_CHANGES;
  const path = toContentPath(upload.name, takenPaths(parts, key));
  const title = upload.name.replace(/\.[^.]+$/, '').slice(0, 255);
  const licence = { name: '', attribution: '' };
  return addBlock(parts, place, { type: 'file', key, title, path, ...facts, licence });
}

/** Offers another file in a block, whose words stay. */
function replaceFile(parts: Parts, key: FileBlock['key'], upload: ContentUpload): Changes {
  const facts = factsOf(upload);
  const block = findBlock(parts, key)?.block;
  if (!facts || block?.type !== 'file') return NO_CHANGES;
  const path = toContentPath(upload.name, takenPaths(parts, key));
  return setBlock(parts, { ...block, path, ...facts });
}

/** Names the place of an upload: a step that a file is added to, or a block whose file is replaced. */
export const stepPlace = (module: string, step: string): string => `step/${module}/${step}`;
export const blockPlace = (key: string): string => `block/${key}`;

/** What an upload that is ready changes, by its place. */
export function placeUpload(parts: Parts, place: string, upload: ContentUpload): Changes {
  const [kind, first = '', step = ''] = place.split('/');
  if (kind === 'block') return replaceFile(parts, first, upload);
  return addFile(parts, { module: first, step }, { key: crypto.randomUUID(), upload });
}
