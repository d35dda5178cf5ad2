import { z } from 'zod';
import { ArtifactNote, ArtifactRefusal } from './artifacts.ts';
import { IdParams, Sha256 } from './common.ts';
import type { Block, PathwayContent } from './content.ts';
import { endpoint } from './endpoint.ts';
import { FILE_NAME_MAX } from './fileName.ts';
import { ARTIFACT_STATES } from './states.ts';

/** Largest file that content offers: a bundle holds it, and people load it in class. */
export const CONTENT_FILE_BYTES_MAX = 20 * 1024 ** 2;

type FileBlock = Extract<Block, { type: 'file' }>;

/** The files that a pathway offers, in its order; the same file may be offered twice. */
export function fileBlocksOf({ modules }: Pick<PathwayContent, 'modules'>): FileBlock[] {
  const isFile = (block: Block): block is FileBlock => block.type === 'file';
  return modules.flatMap(({ steps }) => steps.flatMap(({ blocks }) => blocks.filter(isFile)));
}

/** What a file is called when it is saved: the last part of its path. */
export function downloadNameOf({ path }: Pick<FileBlock, 'path'>): string {
  return path.slice(path.lastIndexOf('/') + 1) || 'file';
}

/** An upload of a designer, as far as it has got. */
export const ContentUpload = z.strictObject({
  id: z.string(),
  purpose: z.enum(['content', 'bundle']),
  name: z.string(),
  state: z.enum(ARTIFACT_STATES),
  /** Bytes of what is stored, which metadata was removed from; before `ready` the announced size. */
  size: z.number().int(),
  uploadedBytes: z.number().int(),
  /** By its bytes; null before `ready`. */
  mediaType: z.string().nullable(),
  /** Of what is stored; null before `ready`. */
  sha256: Sha256.nullable(),
  notes: z.array(ArtifactNote),
  refusal: ArtifactRefusal.nullable(),
});
export type ContentUpload = z.infer<typeof ContentUpload>;

export const contentFileEndpoints = {
  /** Whoever has read the content that offers a file knows its digest, and nobody else does. */
  link: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/content-files/:sha256/link',
    summary: 'A link to a file that content offers',
    audit: false,
    who: ['participant', 'reviewer', 'designer', 'admin'],
    params: z.strictObject({ sha256: Sha256 }),
    body: z.strictObject({
      /** What it is saved as. */
      name: z.string().min(1).max(FILE_NAME_MAX),
    }),
    reply: z.strictObject({
      /** Signed for this session, 4 to 5 minutes. */
      url: z.string(),
      /** Bytes. */
      size: z.number().int(),
      mediaType: z.string(),
    }),
  }),
  upload: endpoint({
    method: 'get',
    path: '/content-uploads/:id',
    summary: 'An own upload of a file for content, or of a bundle',
    // the caller's own
    audit: false,
    who: ['designer', 'admin'],
    params: IdParams,
    reply: ContentUpload,
  }),
} as const;
