import { z } from 'zod';
import { Done, Id, IdParams, Sha256 } from './common.ts';
import { endpoint } from './endpoint.ts';
import { FILE_NAME_SENT_MAX, toFileName } from './fileName.ts';
import { ARTIFACT_STATES } from './states.ts';

/** Most artifacts that one attempt holds; refused ones do not count. */
export const ARTIFACTS_PER_ATTEMPT = 20;

/** Most unfinished uploads of one person, over all attempts. */
export const OPEN_UPLOADS_PER_PERSON = 40;

/** What an artifact is, by its content; neither its name nor the client's claim counts. */
export const ArtifactKind = z.enum(['pdf', 'image', 'audio', 'video', 'document', 'text']);
export type ArtifactKind = z.infer<typeof ArtifactKind>;

/**
 * Notes that the page shows next to an artifact. `metadata_stripped`: location and device were removed from the image.
 * `image_metadata_stays`: a HEIC or AVIF whose layout we could not read. `…_metadata_stays`: this kind of file may carry its
 * author, device or location, and we leave it unchanged. `not_scanned`: no virus scanner is set up here. `too_large_to_scan`:
 * larger than the scanner accepts. `check_delayed`: its check could not be run yet and will be retried.
 */
export const ArtifactNote = z.enum([
  'metadata_stripped',
  'image_metadata_stays',
  'video_metadata_stays',
  'audio_metadata_stays',
  'pdf_metadata_stays',
  'document_metadata_stays',
  'not_scanned',
  'too_large_to_scan',
  'check_delayed',
]);
export type ArtifactNote = z.infer<typeof ArtifactNote>;

/** Why an artifact was not accepted; each has its sentence with a suggestion. */
export const RefusalCode = z.enum([
  'empty',
  'program',
  'web_page',
  'svg',
  'archive',
  'macros',
  'old_office',
  'other_image',
  'other_document',
  'image_too_large',
  'damaged',
  'too_complex',
  'not_utf8',
  'unknown_type',
  'incomplete',
  'unchecked',
  'virus',
]);
export type RefusalCode = z.infer<typeof RefusalCode>;

export const ArtifactRefusal = z.strictObject({ code: RefusalCode, message: z.string() });
export type ArtifactRefusal = z.infer<typeof ArtifactRefusal>;

const CriterionKeys = z.array(Id).max(12);

/** An artifact as its owner has it now. */
export const OwnArtifact = z.strictObject({
  id: Id,
  attemptId: Id,
  clientId: Id,
  name: z.string(),
  criteria: z.array(Id),
  requirementKey: Id.nullable(),
  state: z.enum(ARTIFACT_STATES),
  kind: ArtifactKind.nullable(),
  mediaType: z.string().nullable(),
  /** Bytes of what is stored; before `ready` the announced size. */
  size: z.number().int(),
  uploadedBytes: z.number().int(),
  /** Of what is stored; null before `ready`. */
  sha256: Sha256.nullable(),
  /** True for what a browser can display: images except HEIC, PDF, video, audio, plain text. */
  previewable: z.boolean(),
  /** Signed for this session, 4 to 5 minutes; null before `ready`. */
  url: z.string().nullable(),
  notes: z.array(ArtifactNote),
  refusal: ArtifactRefusal.nullable(),
});
export type OwnArtifact = z.infer<typeof OwnArtifact>;

/** A file of a submission as its reviewers got it: by the name and criteria that it was handed in with. */
export const HandedInArtifact = z.strictObject({
  id: Id,
  name: z.string(),
  criteria: z.array(Id),
  kind: ArtifactKind.nullable(),
  mediaType: z.string().nullable(),
  /** Bytes. */
  size: z.number().int(),
  sha256: Sha256.nullable(),
  /** True for what a browser shows by itself: images but HEIC, PDF, video, audio, plain text. */
  previewable: z.boolean(),
  /** Signed for this session, 4 to 5 minutes; null where the content is gone. */
  url: z.string().nullable(),
});
export type HandedInArtifact = z.infer<typeof HandedInArtifact>;

const uploadFields = {
  /** The file's original name; if it is too long it is shortened, and keeps its extension. */
  filename: z.string().max(FILE_NAME_SENT_MAX).transform(toFileName),
  /** Created by the client: a repeated start finds the upload that it started. */
  clientId: Id,
};

/** What the client sends in tus' `Upload-Metadata` when it starts an upload of evidence; `criteria` is comma separated. */
export const EvidenceMetadata = z.strictObject({
  ...uploadFields,
  attemptId: Id,
  criteria: z
    .string()
    .transform((list) => list.split(',').filter(Boolean))
    .pipe(CriterionKeys),
  requirementKey: Id.optional(),
});
export type EvidenceMetadata = z.infer<typeof EvidenceMetadata>;

/** What a designer's client sends: for a file that a draft offers, or for a bundle that is to be imported. */
export const ContentMetadata = z.discriminatedUnion('purpose', [
  z.strictObject({ ...uploadFields, purpose: z.literal('content'), draftId: Id }),
  z.strictObject({ ...uploadFields, purpose: z.literal('bundle') }),
]);
export type ContentMetadata = z.infer<typeof ContentMetadata>;

export const artifactEndpoints = {
  artifact: endpoint({
    method: 'get',
    path: '/artifacts/:id',
    summary: 'An own artifact with its state and a link to its content',
    who: ['participant'],
    params: IdParams,
    reply: OwnArtifact,
  }),
  handedInArtifact: endpoint({
    method: 'get',
    path: '/artifacts/:id/handed-in',
    summary: 'A file of a submission, as its reviewers got it',
    audit: 'artifact.read',
    who: ['reviewer'],
    params: IdParams,
    reply: HandedInArtifact,
  }),
  changeArtifact: endpoint({
    method: 'patch',
    path: '/artifacts/:id',
    summary: 'Rename an own artifact, or say what it is for and which criteria it speaks to',
    who: ['participant'],
    params: IdParams,
    body: z.strictObject({
      /** Shortened if it is too long, as on upload. */
      name: z.string().trim().min(1).max(FILE_NAME_SENT_MAX).optional(),
      criteria: CriterionKeys.optional(),
      /** Which requirement it meets; null for none in particular. If omitted, it stays unchanged. */
      requirementKey: Id.nullable().optional(),
    }),
    reply: OwnArtifact,
  }),
  removeArtifact: endpoint({
    method: 'delete',
    path: '/artifacts/:id',
    summary: 'Take an own artifact out of what will be handed in; what was handed in keeps its copy',
    who: ['participant'],
    params: IdParams,
    reply: Done,
  }),
} as const;
