import { createHash } from 'node:crypto';
import type { BundledFile } from '../../../contract/bundle.ts';
import type { Block, PathwayContent } from '../../../contract/content.ts';
import { sampleKey, sampleModule, samplePathway } from '../sampleContent.ts';
import { rawZip, type RawEntry } from './rawZip.ts';

/** Files of a bundle by their paths. */
export type BundleFiles = Readonly<Record<string, Buffer | string>>;

export const PLAN = Buffer.from('# A lesson plan\n\nAsk, listen, decide.\n');

/** A file as a manifest lists it. */
export const listed = (path: string, bytes: Buffer | string): BundledFile => ({
  path,
  size: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

function fileBlock(path: string, bytes: Buffer, { mediaType, at }: { mediaType: string; at: number }): Block {
  const { size, sha256 } = listed(path, bytes);
  return {
    type: 'file',
    key: sampleKey(1, at),
    title: 'A lesson plan',
    path,
    mediaType,
    size,
    sha256,
    licence: { name: 'CC BY 4.0', attribution: 'Written for this test' },
  };
}

function pathwayWithBlocks(added: readonly Block[]): PathwayContent {
  const module = sampleModule(1);
  const steps = module.steps.map((step, at) =>
    at === 0 ? { ...step, blocks: [...step.blocks, ...added] } : step,
  );
  return samplePathway(1, { modules: [{ ...module, steps }] });
}

/** A pathway of one module that offers this file. */
export function pathwayWithFile(
  bytes: Buffer = PLAN,
  path = 'plan.md',
  mediaType = 'text/markdown',
): PathwayContent {
  return pathwayWithBlocks([fileBlock(path, bytes, { mediaType, at: 4 })]);
}

/** A pathway of one module that offers these texts, by their paths. */
export function pathwayWithFiles(files: Readonly<Record<string, Buffer>>): PathwayContent {
  const blocks = Object.entries(files).map(([path, bytes], at) =>
    fileBlock(path, bytes, { mediaType: 'text/plain', at: 40 + at }),
  );
  return pathwayWithBlocks(blocks);
}

/** A bundle without a manifest: the files of a folder in `content/pathways/`. */
export function plainBundle(files: BundleFiles = {}): BundleFiles {
  return { 'pathway.json': JSON.stringify(pathwayWithFile()), 'files/plan.md': PLAN, ...files };
}

/** A manifest that lists exactly these files. */
export function manifestOf(files: BundleFiles): string {
  return JSON.stringify({
    schemaVersion: 1,
    kind: 'pathway',
    title: 'Checks for understanding',
    licence: 'CC BY 4.0',
    source: 'Written for this test',
    files: Object.entries(files).map(([path, bytes]) => listed(path, bytes)),
  });
}

/** A bundle with its manifest. @param files  in it, besides those of every sample */
export function listedBundle(files: BundleFiles = {}): BundleFiles {
  const all = plainBundle(files);
  return { ...all, 'bundle.json': manifestOf(all) };
}

/** The zip of some files, with entries as given after them. */
export function zipFiles(files: BundleFiles, ...more: readonly RawEntry[]): Buffer {
  const entries = Object.entries(files).map(([name, data]) => ({ name, data, packed: true }));
  return rawZip([...entries, ...more]);
}
