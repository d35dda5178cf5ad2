import type { EvidenceView } from '../../../contract/attempts.ts';
import type { ArtifactView } from '../../../contract/artifacts.ts';
import { evidenceKindOf } from '../submissions/submissions.service.ts';
import { speaksToOpen, type AttemptDoc, type LinkDoc } from '../attempts/attempts.service.ts';

/** A file as evidence. `removable` as long as this round has what it speaks to open, and nothing froze it. */
export function fileEvidence(attempt: AttemptDoc, artifact: ArtifactView, frozen: boolean): EvidenceView {
  const { id, name, criteria, requirementKey, state, mediaType, sha256, previewable, url, notes, refusal } =
    artifact;
  return {
    ...{ id, name, criteria, requirementKey, state, mediaType, sha256, previewable, url, notes, refusal },
    kind: evidenceKindOf(artifact.kind) ?? 'document',
    size: artifact.size,
    removable: !frozen && speaksToOpen(attempt, criteria),
    uploadedBytes: state === 'uploading' ? artifact.uploadedBytes : null,
    clientId: artifact.clientId,
  };
}

export function linkEvidence(attempt: AttemptDoc, link: LinkDoc): EvidenceView {
  return {
    id: link.id,
    kind: 'link',
    name: link.name,
    criteria: link.criteria,
    requirementKey: link.requirementKey,
    state: 'ready',
    size: null,
    mediaType: null,
    sha256: null,
    previewable: false,
    url: link.url,
    notes: [],
    refusal: null,
    removable: speaksToOpen(attempt, link.criteria),
    uploadedBytes: null,
    clientId: null,
  };
}
