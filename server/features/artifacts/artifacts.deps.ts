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
  /** Returns when this session may see another person's artifact (reviewer of its submission, …). @throws {AppError} otherwise */
  mayReadArtifact(session: LiveSession, artifact: ArtifactSubject): Promise<void>;
  /** True when the artifact is part of a submission: it must stay as it is. */
  isFrozen(institutionId: string, artifactId: string): Promise<boolean>;
  /** Called before somebody reads another person's artifact: its view, or its content (`opened`). For the audit, once a session. */
  noteReading(reader: Reader, artifactId: string, what: 'read' | 'opened'): Promise<void>;
  /** Whose session it is; null after sign-off and expiry: links made for that session are over. */
  findReader(institutionId: string, sessionId: string): Promise<string | null>;
}

/** What this feature needs of the world. */
export interface ArtifactDeps extends Pick<Deps, 'config' | 'clock' | 'log'> {
  ports: ArtifactPorts;
  scanner: Scanner;
}
