import { z } from 'zod';
import { Id, Sha256 } from './common.ts';
import { CycleNumber } from './cycleNumber.ts';
import { forAuthors } from './readers.ts';
import { ARTIFACT_STATES } from './states.ts';

/** Kinds of evidence that are files, by their content. */
export const FileKind = z.enum(['document', 'image', 'audio', 'video', 'text']);
export type FileKind = z.infer<typeof FileKind>;

/** Kinds of evidence that are somewhere else: Waymark has the address and what belongs to it. */
export const LinkKind = z.enum(['link']);
export type LinkKind = z.infer<typeof LinkKind>;

/**
 * What a link holds besides its name: the same where it is added, stored, submitted and shown. What only some kinds have is null
 * for the others, and null by default, because links that were stored before do not have it.
 */
export const LinkFacts = z.object({
  /** Where it leads. */
  url: z.string(),
});
export type LinkFacts = z.output<typeof LinkFacts>;
/** The same as stored. */
export type StoredLinkFacts = z.input<typeof LinkFacts>;

/** Everything that can be submitted in addition to text, and that a requirement may ask for. */
export const EvidenceKind = z.enum([...FileKind.options, ...LinkKind.options]);
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/** Pieces of a submission that are written in Waymark. */
export const TextPieceKind = z.enum(['reflection', 'change_note']);
export type TextPieceKind = z.infer<typeof TextPieceKind>;

/** Every kind of piece that a submission consists of: the texts, and evidence by where it is stored. */
export const PieceKind = z.enum([...TextPieceKind.options, 'artifact', 'link']);
export type PieceKind = z.infer<typeof PieceKind>;
type EvidencePieceKind = Exclude<PieceKind, TextPieceKind>;

/** How each kind of evidence is stored, changed and submitted: all files are artifacts. */
export const PIECE_OF_EVIDENCE = {
  document: 'artifact',
  image: 'artifact',
  audio: 'artifact',
  video: 'artifact',
  text: 'artifact',
  link: 'link',
} as const satisfies Readonly<Record<EvidenceKind, EvidencePieceKind>>;

const anyEvidence = {
  id: Id,
  name: z.string(),
  criteria: z.array(Id),
  requirementKey: Id.nullable(),
  /** Concerns only what earlier rounds approved: that judgement stands, whether or not this is submitted again. */
  settled: z.boolean(),
  /** An earlier submission holds a copy, which stays unchanged whatever happens to this one. */
  handedIn: z.boolean(),
};

export const FileEvidence = forAuthors({
  ...anyEvidence,
  kind: FileKind,
  state: z.enum(ARTIFACT_STATES),
  size: z.number().int().nullable(),
  mediaType: z.string().nullable(),
  sha256: Sha256.nullable(),
  previewable: z.boolean(),
  /** Signed, for 5 minutes; null before `ready`. */
  url: z.string().nullable(),
  /** Codes with texts in the client: `metadata_stripped`, `video_metadata_stays`, … */
  notes: z.array(z.string()),
  refusal: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  uploadedBytes: z.number().int().nullable(),
  clientId: z.string().nullable(),
});
export type FileEvidence = z.infer<typeof FileEvidence>;

export const LinkEvidence = forAuthors({
  ...anyEvidence,
  ...LinkFacts.shape,
  kind: LinkKind,
  state: z.literal('ready'),
  size: z.null(),
  mediaType: z.null(),
  sha256: z.null(),
  previewable: z.literal(false),
  notes: z.array(z.string()).max(0),
  refusal: z.null(),
  uploadedBytes: z.null(),
  clientId: z.null(),
});
export type LinkEvidence = z.infer<typeof LinkEvidence>;

/** A piece of evidence as its author's workspace shows it. */
export const EvidenceView = z.discriminatedUnion('kind', [FileEvidence, LinkEvidence]);
export type EvidenceView = z.infer<typeof EvidenceView>;

const anyManifestPiece = {
  id: z.string(),
  title: z.string(),
  /** In which a reflection was written; null for anything else. */
  cycle: CycleNumber,
  sha256: Sha256,
};

/** One frozen piece with its fingerprint, as a receipt lists it. */
export const ManifestPiece = z.discriminatedUnion('kind', [
  z.strictObject({
    ...anyManifestPiece,
    kind: TextPieceKind,
    words: z.number().int(),
    size: z.null(),
    mediaType: z.null(),
  }),
  z.strictObject({
    ...anyManifestPiece,
    kind: z.literal('artifact'),
    words: z.null(),
    size: z.number().int().nullable(),
    mediaType: z.string().nullable(),
  }),
  z.strictObject({
    ...anyManifestPiece,
    kind: z.literal('link'),
    words: z.null(),
    size: z.null(),
    mediaType: z.null(),
  }),
]);
export type ManifestPiece = z.infer<typeof ManifestPiece>;

/** What was shown of one piece before submitting: a text by its revision, a file or link by its name and what it is for. */
export const ShownPiece = z.strictObject({
  kind: PieceKind,
  id: z.string(),
  title: z.string(),
  criteria: z.array(Id),
  /** Revision of the draft; null for files and links. */
  revision: z.number().int().nullable(),
});
export type ShownPiece = z.infer<typeof ShownPiece>;
