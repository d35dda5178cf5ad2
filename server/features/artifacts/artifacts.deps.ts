import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { Scanner } from './scanner/scanner.ts';

/** The artifact as other features are asked about it. */
export interface ArtifactSubject {
  id: string;
  institutionId: string;
  attemptId: string;
  personId: string;
}

/** What a piece of evidence spoke to, and what it shall speak to and be for. */
export interface EvidenceChange {
  before: readonly string[];
  after: readonly string[];
  requirementKey: string | null;
}

/** How a piece was called when it was handed in. */
export interface FrozenNames {
  name: string;
  criteria: string[];
}

/** Who reads; `id` is the session's. */
export type Reader = Pick<LiveSession, 'id' | 'institutionId' | 'personId'>;

/** What artifacts ask of the features that own attempts, submissions and sessions. */
export interface ArtifactPorts {
  /**
   * Returns when the attempt is this person's, is open for writing, those criteria are open, and the requirement (if any)
   * is one of its module. @throws {AppError} otherwise
   */
  mayAddArtifact(
    session: LiveSession,
    attemptId: string,
    criteria: readonly string[],
    requirementKey?: string | null,
  ): Promise<void>;
  /**
   * Returns when the attempt is this person's and open for writing, what the artifact newly speaks to is open, and the requirement
   * (if any) is one of its module: whatever it spoke to before may stay or go. @throws {AppError} otherwise
   */
  mayChangeArtifact(session: LiveSession, attemptId: string, change: EvidenceChange): Promise<void>;
  /** Returns when this session may see another person's artifact (reviewer of its submission, …). @throws {AppError} otherwise */
  mayReadArtifact(session: LiveSession, artifact: ArtifactSubject): Promise<void>;
  /** What the newest submission that holds the artifact calls it; null when none holds it: then nobody but its owner needs it. */
  findFrozen(institutionId: string, artifactId: string): Promise<FrozenNames | null>;
  /** Called before somebody reads another person's artifact: its view, or its content (`opened`). For the audit, once a session. */
  noteReading(reader: Reader, artifactId: string, what: 'read' | 'opened'): Promise<void>;
  /** That session with its rights as they are now; null once it is over: so are links made for it, and its transfers. */
  findReader(institutionId: string, sessionId: string): Promise<LiveSession | null>;
}

/** What this feature needs of the world. */
export interface ArtifactDeps extends Pick<Deps, 'config' | 'clock' | 'log'> {
  ports: ArtifactPorts;
  scanner: Scanner;
  /** Aborted when the process ends: uploads stop where they can be gone on with. */
  stopping?: AbortSignal;
}
