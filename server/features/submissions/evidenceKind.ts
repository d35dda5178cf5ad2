import type { ArtifactKind } from '../../../contract/artifacts.ts';
import type { EvidenceKind } from '../../../contract/pathways.ts';

/** What a requirement means by the kind of a file: a PDF is a document. */
export function evidenceKindOf(kind: ArtifactKind | null): EvidenceKind | null {
  return kind === 'pdf' ? 'document' : kind;
}
