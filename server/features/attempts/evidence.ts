import type { EvidenceView } from '../../../contract/attempts.ts';
import type { ArtifactView } from '../../../contract/artifacts.ts';
import { evidenceKindOf } from '../submissions/submissions.service.ts';
import { speaksToOpen, type AttemptDoc, type LinkDoc } from '../enrolments/attempts.service.ts';

/** Nothing of what it speaks to is open any more. Without criteria it was never judged by any. */
function isSettled(attempt: AttemptDoc, criteria: readonly string[]): boolean {
  return criteria.length > 0 && !speaksToOpen(attempt, criteria);
}

/** A file as evidence. @param handedIn  ids of the pieces that some submission holds */
export function fileEvidence(
  attempt: AttemptDoc,
  artifact: ArtifactView,
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
    kind: evidenceKindOf(artifact.kind) ?? 'document',
    size: artifact.size,
    settled: isSettled(attempt, criteria),
    handedIn: handedIn.has(id),
    uploadedBytes: state === 'uploading' ? artifact.uploadedBytes : null,
    clientId: artifact.clientId,
  };
}

export function linkEvidence(
  attempt: AttemptDoc,
  link: LinkDoc,
  handedIn: ReadonlySet<string>,
): EvidenceView {
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
    settled: isSettled(attempt, link.criteria),
    handedIn: handedIn.has(link.id),
    uploadedBytes: null,
    clientId: null,
  };
}
