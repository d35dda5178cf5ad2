import type { SubmissionPiece } from '../../../contract/submissions.ts';
import type { ArtifactDoc } from '../artifacts/artifacts.service.ts';
import type { LinkDoc } from '../enrolments/attempts.service.ts';
import type { DraftDoc } from './drafts.service.ts';
import { sha256Hex } from '../submissions/manifest.service.ts';
import { evidenceKindOf, type FrozenPiece } from '../submissions/submissions.service.ts';

const nothing = {
  document: null,
  text: null,
  url: null,
  evidenceKind: null,
  mediaType: null,
  size: null,
} as const;

/** A piece as it is kept for good: what it says or holds, with its fingerprint. */
export function toFrozenPiece(piece: SubmissionPiece<DraftDoc, ArtifactDoc, LinkDoc>): FrozenPiece {
  const { kind, id, title, question, criteria } = piece;
  const named = { ...nothing, kind, id, title, question, criteria: [...criteria] };
  switch (piece.kind) {
    case 'artifact': {
      const { mediaType, size, sha256 } = piece.from;
      const evidenceKind = evidenceKindOf(piece.from.kind);
      return { ...named, evidenceKind, mediaType, size, sha256: sha256 ?? '' };
    }
    case 'link': {
      const { url } = piece.from;
      return { ...named, url, evidenceKind: 'link', sha256: sha256Hex(url) };
    }
    default: {
      const { document, text } = piece.from;
      return { ...named, document, text, sha256: sha256Hex(JSON.stringify(document)) };
    }
  }
}
