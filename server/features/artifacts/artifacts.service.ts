import type { ClientSession } from 'mongoose';
import type { z } from 'zod';
import {
  ARTIFACTS_PER_ATTEMPT,
  type artifactEndpoints,
  type HandedInArtifact,
  type OwnArtifact,
} from '../../../contract/artifacts.ts';
import { toFileName } from '../../../contract/fileName.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { ArtifactModel, evidence, WITHOUT_TAIL, type EvidenceDoc } from './artifact.model.ts';
import { removeContent } from './artifactRemoval.ts';
import type { ArtifactDeps, ArtifactSubject, FrozenNames } from './artifacts.deps.ts';
import { acceptedType } from './checks/mediaTypes.ts';
import { signFileLink } from './files/fileLinks.ts';

export type { EvidenceDoc as ArtifactDoc } from './artifact.model.ts';
export { findUsedBytes } from './artifactUsage.ts';

/** Refused artifacts do not count towards a limit: only the newest are listed. */
const REFUSED_SHOWN = ARTIFACTS_PER_ATTEMPT;

/** What a submission freezes of an artifact; the digest binds the content. */
export interface ArtifactFacts {
  id: string;
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
}

/**
 * The artifacts of an attempt, in the order in which they were started, including refused ones: what would be submitted next.
 * Submissions hold theirs separately.
 */
export async function listArtifacts(
  institutionId: string,
  attemptId: string,
  tx?: ClientSession,
): Promise<EvidenceDoc[]> {
  const find = (state: { $ne: 'refused' } | 'refused') =>
    ArtifactModel.find({ institutionId, attemptId, removedAt: null, withdrawnAt: null, state }, WITHOUT_TAIL)
      .session(tx ?? null)
      .lean<EvidenceDoc[]>();
  const held = await find({ $ne: 'refused' }).sort({ createdAt: 1 });
  const refused = await find('refused').sort({ createdAt: -1 }).limit(REFUSED_SHOWN);
  return oldestFirst({ held, refused });
}

/** The same, read together with what else belongs to a page, in two parts: `oldestFirst` combines them. */
export function artifactParts(
  institutionId: string,
  attemptId: string,
): { held: ReadPart<EvidenceDoc>; refused: ReadPart<EvidenceDoc> } {
  const own = { institutionId, attemptId, removedAt: null, withdrawnAt: null };
  const withoutTail = { $project: WITHOUT_TAIL };
  return {
    held: part(ArtifactModel, { ...own, state: { $ne: 'refused' } }, [withoutTail]),
    refused: part(ArtifactModel, { ...own, state: 'refused' }, [
      { $sort: { createdAt: -1 } },
      { $limit: REFUSED_SHOWN },
      withoutTail,
    ]),
  };
}

/** Both parts of `artifactParts` as one list, in the order in which the uploads began. */
export function oldestFirst({ held, refused }: Record<'held' | 'refused', EvidenceDoc[]>): EvidenceDoc[] {
  return [...held, ...refused].sort(
    // two from the same millisecond have the same order wherever they are listed
    (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a._id < b._id ? -1 : 1),
  );
}

/** Those artifacts of an attempt that can be submitted. */
export async function getReadyArtifacts(institutionId: string, attemptId: string): Promise<ArtifactFacts[]> {
  const artifacts = await listArtifacts(institutionId, attemptId);
  return artifacts.flatMap((artifact) => toFacts(artifact) ?? []);
}

/**
 * Artifacts by id, for a submission or a review that names them, including those that their owner has since removed. Missing ones
 * are omitted. Read together with what else belongs to a page.
 */
export function namedArtifactsPart(institutionId: string, ids: readonly string[]): ReadPart<EvidenceDoc> {
  const named = { institutionId, _id: { $in: [...ids] }, removedAt: null };
  return part(ArtifactModel, named, [{ $project: WITHOUT_TAIL }]);
}

/**
 * Holds artifacts for a submission, in the transaction that freezes it: of a simultaneous removal or change, one of the two
 * fails. Holding is not freezing: `findFrozen` says whether an artifact is part of a submission.
 *
 * @throws {AppError} ARTIFACT_NOT_READY if one of them is not ready or gone
 */
export async function holdArtifacts(
  institutionId: string,
  ids: readonly string[],
  tx: ClientSession,
): Promise<void> {
  if (ids.length === 0) return;
  const held = await ArtifactModel.updateMany(
    { institutionId, _id: { $in: [...ids] }, state: 'ready', removedAt: null, withdrawnAt: null },
    { $inc: { holds: 1 } },
    { session: tx },
  );
  if (held.matchedCount !== new Set(ids).size) {
    throw new AppError(
      'ARTIFACT_NOT_READY',
      'A file is still on its way or was just removed. Please look again.',
    );
  }
}

/** The frozen facts of a ready artifact; null before. */
function toFacts(artifact: EvidenceDoc): ArtifactFacts | null {
  const { _id, name, mediaType, size, sha256, state } = artifact;
  if (state !== 'ready' || mediaType === null || sha256 === null) return null;
  return { id: _id, name, mediaType, size, sha256 };
}

/** What an artifact belongs to, as the ports ask for it (`ArtifactPorts`). */
export function toSubject({ _id, institutionId, attemptId, personId }: EvidenceDoc): ArtifactSubject {
  return { id: _id, institutionId, attemptId, personId };
}

/** The session that a link to a content is for. */
type LinkReader = Pick<LiveSession, 'id' | 'institutionId'>;

// One function for each reader, with every field named: a field added to an artifact or to one reader's shape reaches nobody
// else. The caller checks the rights.

/** An artifact as its owner has it now; `url` is signed for this session, for 4 to 5 minutes. */
export function toOwnArtifact(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  artifact: EvidenceDoc,
  session: LinkReader,
): OwnArtifact {
  const { url, previewable } = toFileLink(deps, artifact, session);
  return {
    id: artifact._id,
    attemptId: artifact.attemptId,
    clientId: artifact.clientId,
    name: artifact.name,
    criteria: artifact.criteria,
    requirementKey: artifact.requirementKey,
    state: artifact.state,
    kind: artifact.kind,
    mediaType: artifact.mediaType,
    size: artifact.size,
    uploadedBytes: artifact.state === 'uploading' ? artifact.upload.offset : artifact.originalSize,
    sha256: artifact.state === 'ready' ? artifact.sha256 : null,
    previewable,
    url,
    notes: isDelayed(artifact) ? ['check_delayed'] : artifact.notes,
    refusal: artifact.refusal,
  };
}

/** A file of a submission as its reviewers get it; `url` is signed for this session, for 4 to 5 minutes. */
function toHandedInArtifact(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  artifact: EvidenceDoc & { frozen: FrozenNames },
  session: LinkReader,
): HandedInArtifact {
  const { url, previewable } = toFileLink(deps, artifact, session);
  return {
    id: artifact._id,
    name: artifact.frozen.name,
    criteria: artifact.frozen.criteria,
    kind: artifact.kind,
    mediaType: artifact.mediaType,
    size: artifact.size,
    sha256: artifact.sha256,
    previewable,
    url,
  };
}

/** How the content of an artifact is opened: `url` is signed for this session, for 4 to 5 minutes; null before `ready`. */
export function toFileLink(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  { _id, state, mediaType }: EvidenceDoc,
  session: LinkReader,
): { url: string | null; previewable: boolean } {
  const ready = state === 'ready';
  return {
    url: ready ? signFileLink(deps, _id, session) : null,
    previewable: ready && isPreviewable(mediaType),
  };
}

/** Failed attempts to check before a file is shown as delayed: half a minute. A failover takes fewer. */
const DELAYED_FROM = 3;

/** True while a check that failed repeatedly is to be retried. */
function isDelayed({ state, checkTries }: EvidenceDoc): boolean {
  return state === 'checking' && checkTries >= DELAYED_FROM;
}

/** True for what a browser can display, and may. */
export function isPreviewable(mediaType: string | null): boolean {
  return mediaType !== null && acceptedType(mediaType)?.previewable === true;
}

async function findArtifact(institutionId: string, id: string): Promise<EvidenceDoc | null> {
  return ArtifactModel.findOne(evidence(institutionId, id), WITHOUT_TAIL).lean<EvidenceDoc>();
}

/** The caller's own artifact, including one that was removed but that a submission still holds. @throws {AppError} NOT_FOUND */
export async function readOwnArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
): Promise<OwnArtifact> {
  const artifact = await findArtifact(session.institutionId, id);
  if (artifact?.personId !== session.personId) throw notFound('This file');
  return toOwnArtifact(deps, artifact, session);
}

/**
 * A file of a submission as its reviewers got it: with the name and criteria that it was submitted with.
 *
 * @throws {AppError} NOT_FOUND, also if no submission holds it; what `mayReadArtifact` throws
 */
export async function getHandedInArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
): Promise<HandedInArtifact> {
  const artifact = await findArtifact(session.institutionId, id);
  if (!artifact) throw notFound('This file');
  await deps.ports.mayReadArtifact(session, toSubject(artifact));
  const frozen = await deps.ports.findFrozen(session.institutionId, id);
  if (!frozen) throw notFound('This file');
  await deps.ports.noteReading(session, id, 'read');
  return toHandedInArtifact(deps, { ...artifact, frozen }, session);
}

function locked(): AppError {
  return new AppError('PIECE_LOCKED', 'This file was just submitted and stays as it is. Please look again.');
}

/** The caller's own artifact that is part of its attempt now: to anyone else, and once it was removed, it does not exist. */
async function getOwnArtifact(session: LiveSession, id: string): Promise<EvidenceDoc> {
  const artifact = await findArtifact(session.institutionId, id);
  if (artifact?.personId !== session.personId || artifact.withdrawnAt) throw notFound('This file');
  return artifact;
}

/** Its filter for a change: a submission that took it in since it was read has increased its holds, and the change fails. */
function unchangedSinceRead({ _id, institutionId, holds }: EvidenceDoc) {
  return { _id, institutionId, holds, removedAt: null, withdrawnAt: null };
}

/** Omitted fields stay unchanged. */
type ArtifactChange = z.input<(typeof artifactEndpoints)['changeArtifact']['body']>;

/**
 * Renames the caller's own artifact, or changes its purpose and criteria, for the next submission: submissions that hold it keep
 * what they froze.
 *
 * @throws {AppError} NOT_FOUND, PIECE_LOCKED if it was submitted meanwhile, and what `mayChangeArtifact` throws
 */
export async function changeArtifact(
  deps: ArtifactDeps,
  session: LiveSession,
  id: string,
  change: ArtifactChange,
): Promise<OwnArtifact> {
  const artifact = await getOwnArtifact(session, id);
  const { attemptId, criteria: before } = artifact;
  const criteria = change.criteria ?? before;
  const requirementKey =
    change.requirementKey === undefined ? artifact.requirementKey : change.requirementKey;
  await deps.ports.mayChangeArtifact(session, attemptId, { before, after: criteria, requirementKey });
  const changed = await ArtifactModel.findOneAndUpdate(
    unchangedSinceRead(artifact),
    {
      $set: {
        criteria,
        requirementKey,
        name: change.name === undefined ? artifact.name : toFileName(change.name),
      },
    },
    { returnDocument: 'after', projection: WITHOUT_TAIL },
  ).lean<EvidenceDoc>();
  if (!changed) throw locked();
  return toOwnArtifact(deps, changed, session);
}

async function withdraw(artifact: EvidenceDoc): Promise<boolean> {
  const taken = await ArtifactModel.updateOne(
    unchangedSinceRead(artifact),
    [{ $set: { withdrawnAt: '$$NOW' } }],
    {
      updatePipeline: true,
    },
  );
  return taken.modifiedCount === 1;
}

/**
 * Removes the caller's own artifact from its attempt, whatever it is evidence for: nobody has to submit it again. Its content is
 * deleted, unless a submission holds it: that one keeps its copy.
 *
 * @throws {AppError} NOT_FOUND, PIECE_LOCKED if it was submitted meanwhile, and what `mayChangeArtifact` throws for its attempt
 */
export async function removeArtifact(deps: ArtifactDeps, session: LiveSession, id: string): Promise<void> {
  const artifact = await getOwnArtifact(session, id);
  const { institutionId, attemptId, criteria: before, holds } = artifact;
  await deps.ports.mayChangeArtifact(session, attemptId, { before, after: [], requirementKey: null });
  const frozen = await deps.ports.findFrozen(institutionId, id);
  const gone = frozen
    ? await withdraw(artifact)
    : await removeContent(deps, { institutionId, artifactId: id }, { holds });
  if (!gone) throw locked();
}

/** The state of the virus scanner, for the admin's health page. */
export async function scannerStatus(deps: Pick<ArtifactDeps, 'scanner'>) {
  return deps.scanner.status();
}
