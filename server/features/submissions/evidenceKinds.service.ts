import type { ArtifactKind, OwnArtifact } from '../../../contract/artifacts.ts';
import type { Requirement } from '../../../contract/content.ts';
import {
  LinkFacts,
  type EvidenceKind,
  type EvidenceView,
  type FileKind,
  type LinkKind,
  type ManifestPiece,
} from '../../../contract/evidence.ts';
import type { ReviewPiece } from '../../../contract/reviews.ts';
import { countWords, type RichDocument } from '../../../contract/richText.ts';
import type { ArtifactState } from '../../../contract/states.ts';
import type { SubmissionPiece } from '../../../contract/submissions.ts';
import type { ArtifactDoc } from '../artifacts/artifacts.service.ts';
import { coversOpenPiece, type AttemptDoc, type LinkDoc } from '../enrolments/attempts.service.ts';
import { sha256Hex } from './manifest.service.ts';
import type { FrozenPiece } from './submission.model.ts';

// Everything that the server does depending on the kind of a piece is in this file, in tables and switches without a default: a
// kind added to contract/evidence.ts compiles only once each of them handles it.

/** What each kind of file is as evidence: a PDF is a document. */
const FILE_KINDS: Readonly<Record<ArtifactKind, FileKind>> = {
  pdf: 'document',
  document: 'document',
  image: 'image',
  audio: 'audio',
  video: 'video',
  text: 'text',
};

function fileKindOf(kind: ArtifactKind | null): FileKind | null {
  return kind === null ? null : FILE_KINDS[kind];
}

/** What the fingerprint of a link of each kind is computed from. The fingerprints of stored links must stay what they are. */
const LINK_CONTENT: Readonly<Record<LinkKind, (facts: LinkFacts) => string>> = {
  link: ({ url }) => url,
};

const linkKindOf = (kind: LinkKind | null = null): LinkKind => kind ?? 'link';

const nothing = {
  document: null,
  text: null,
  url: null,
  evidenceKind: null,
  mediaType: null,
  size: null,
} as const;

/** What a text, a file and a link are frozen from. */
interface Written {
  document: RichDocument;
  text: string;
}
type Kept = Pick<ArtifactDoc, 'kind' | 'mediaType' | 'size' | 'sha256'>;
type Linked = Omit<LinkDoc, 'id' | 'name' | 'criteria' | 'requirementKey' | 'addedAt'>;

/** A piece as it is stored for good: its content, with its fingerprint. */
export function toFrozenPiece(piece: SubmissionPiece<Written, Kept, Linked>): FrozenPiece {
  const { id, title, question, cycle, criteria } = piece;
  const named = { ...nothing, id, title, question, cycle, criteria: [...criteria] };
  switch (piece.kind) {
    case 'reflection':
    case 'change_note': {
      const { document, text } = piece.from;
      return { ...named, kind: piece.kind, document, text, sha256: sha256Hex(JSON.stringify(document)) };
    }
    case 'artifact': {
      const { kind, mediaType, size, sha256 } = piece.from;
      const evidenceKind = fileKindOf(kind);
      return { ...named, kind: 'artifact', evidenceKind, mediaType, size, sha256: sha256 ?? '' };
    }
    case 'link': {
      const evidenceKind = linkKindOf(piece.from.kind);
      const facts = LinkFacts.parse(piece.from);
      const sha256 = sha256Hex(LINK_CONTENT[evidenceKind](facts));
      return { ...named, kind: 'link', ...facts, evidenceKind, sha256 };
    }
  }
}

/**
 * A frozen piece as shown on its author's receipt. A prompt's question is used as a text's title; files and links have their
 * names.
 */
export function toManifestPiece(piece: FrozenPiece): ManifestPiece {
  const { id, sha256, cycle = null } = piece;
  const named = {
    id,
    cycle,
    sha256,
    title: piece.title || (piece.question ?? ''),
    words: null,
    size: null,
    mediaType: null,
  };
  switch (piece.kind) {
    case 'reflection':
    case 'change_note':
      return { ...named, kind: piece.kind, words: countWords(piece.text) };
    case 'artifact':
      return { ...named, kind: 'artifact', size: piece.size, mediaType: piece.mediaType };
    case 'link':
      return { ...named, kind: 'link' };
  }
}

/** What a reviewer's page needs in addition to a frozen piece. */
interface Around {
  /** Of the file that it contains; undefined if that is gone, and for pieces that are not files. */
  file: { url: string | null; previewable: boolean } | undefined;
  /** The text in the previous round. */
  earlierText: string | null;
}

/** A frozen piece as shown to its reviewer. */
export function toReviewPiece(piece: FrozenPiece, { file, earlierText }: Around): ReviewPiece {
  const { id, title, criteria, question, cycle = null, sha256 } = piece;
  const named = { id, title, criteria, question, cycle, sha256 };
  const bare = {
    evidenceKind: null,
    mediaType: null,
    size: null,
    url: null,
    previewable: false,
    document: null,
    earlierText: null,
  } as const;
  switch (piece.kind) {
    case 'reflection':
    case 'change_note':
      return { ...named, ...bare, kind: piece.kind, document: piece.document, earlierText };
    case 'artifact': {
      const { evidenceKind, mediaType, size } = piece;
      const { url = null, previewable = false } = file ?? {};
      return { ...named, ...bare, kind: 'artifact', evidenceKind, mediaType, size, url, previewable };
    }
    case 'link': {
      const evidenceKind = linkKindOf(piece.evidenceKind);
      return { ...named, ...bare, kind: 'link', evidenceKind, ...LinkFacts.parse(piece) };
    }
  }
}

/** The text of a piece that is a text; null for any other. */
export function textOf(piece: FrozenPiece): string | null {
  switch (piece.kind) {
    case 'reflection':
    case 'change_note':
      return piece.text;
    case 'artifact':
    case 'link':
      return null;
  }
}

/** The artifact that a piece holds; null if it needs none. */
function artifactOf(piece: FrozenPiece): string | null {
  switch (piece.kind) {
    case 'artifact':
      return piece.id;
    case 'reflection':
    case 'change_note':
    case 'link':
      return null;
  }
}

/** Ids of all artifacts that these pieces hold. */
export function artifactsOf(pieces: readonly FrozenPiece[]): string[] {
  return pieces.flatMap((piece) => artifactOf(piece) ?? []);
}

/** None of its criteria is open any more. Without criteria it was never judged by any. */
function isSettled(attempt: AttemptDoc, criteria: readonly string[]): boolean {
  return criteria.length > 0 && !coversOpenPiece(attempt, criteria);
}

/** A file as shown in its author's workspace. @param handedIn  ids of the pieces that some submission holds */
export function fileEvidence(
  attempt: AttemptDoc,
  artifact: OwnArtifact,
  handedIn: ReadonlySet<string>,
): EvidenceView {
  const { id, name, criteria, requirementKey, state, mediaType, sha256, previewable, url, notes, refusal } =
    artifact;
  return {
    id,
    name,
    criteria,
    requirementKey,
    state,
    mediaType,
    sha256,
    previewable,
    url,
    notes,
    refusal,
    kind: fileKindOf(artifact.kind) ?? 'document',
    size: artifact.size,
    settled: isSettled(attempt, criteria),
    handedIn: handedIn.has(id),
    uploadedBytes: state === 'uploading' ? artifact.uploadedBytes : null,
    clientId: artifact.clientId,
  };
}

/** A link as shown in its author's workspace. @param handedIn  ids of the pieces that some submission holds */
export function linkEvidence(
  attempt: AttemptDoc,
  link: LinkDoc,
  handedIn: ReadonlySet<string>,
): EvidenceView {
  return {
    ...LinkFacts.parse(link),
    id: link.id,
    kind: linkKindOf(link.kind),
    name: link.name,
    criteria: link.criteria,
    requirementKey: link.requirementKey,
    state: 'ready',
    size: null,
    mediaType: null,
    sha256: null,
    previewable: false,
    notes: [],
    refusal: null,
    settled: isSettled(attempt, link.criteria),
    handedIn: handedIn.has(link.id),
    uploadedBytes: null,
    clientId: null,
  };
}

/** A piece of evidence as needed to check completeness. */
export interface HandedIn {
  kind: EvidenceKind | null;
  criteria: readonly string[];
  requirementKey: string | null;
  state: ArtifactState;
  name: string;
}

/** Files and links of an attempt as completeness sees them. */
export function handedInOf(artifacts: readonly ArtifactDoc[], links: readonly LinkDoc[]): HandedIn[] {
  return [
    ...artifacts.map(({ kind, criteria, requirementKey, state, name }) => ({
      kind: fileKindOf(kind),
      criteria,
      requirementKey,
      state,
      name,
    })),
    ...links.map(({ kind, criteria, requirementKey, name }) => ({
      kind: linkKindOf(kind),
      criteria,
      requirementKey,
      state: 'ready' as const,
      name,
    })),
  ];
}

/** Whether a piece meets a requirement: it is of its kinds, and assigned to it or to its criteria. */
export function meets(requirement: Requirement, piece: HandedIn): boolean {
  if (piece.state !== 'ready' || piece.kind === null || !requirement.kinds.includes(piece.kind)) return false;
  if (piece.requirementKey !== null) return piece.requirementKey === requirement.key;
  return piece.criteria.some((key) => requirement.criteria.includes(key));
}
