import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { Scanner } from './scanner/scanner.ts';

/** The artifact as passed to other features. */
export interface ArtifactSubject {
  id: string;
  institutionId: string;
  attemptId: string;
  personId: string;
}

/** What a piece of evidence was for, and what it is to be for. */
export interface EvidenceChange {
  before: readonly string[];
  after: readonly string[];
  requirementKey: string | null;
}

/** The name of a piece when it was submitted. */
export interface FrozenNames {
  name: string;
  criteria: string[];
}

/** Who reads; `id` is the session's. */
export type Reader = Pick<LiveSession, 'id' | 'institutionId' | 'personId'>;

/** Bytes that are stored and may be offered. */
export interface CheckedContent {
  institutionId: string;
  /** Names its chunks. */
  fileId: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

/** What artifacts need from the features that own attempts, submissions and sessions. */
export interface ArtifactPorts {
  /**
   * Returns if the attempt belongs to this person, is open for writing, those criteria are open, and the requirement (if any)
   * belongs to its module. @throws {AppError} otherwise
   */
  mayAddArtifact(
    session: LiveSession,
    attemptId: string,
    criteria: readonly string[],
    requirementKey?: string | null,
  ): Promise<void>;
  /**
   * Returns if the attempt belongs to this person and is open for writing, the newly added criteria are open, and the requirement
   * (if any) belongs to its module: earlier criteria may stay or be removed. @throws {AppError} otherwise
   */
  mayChangeArtifact(session: LiveSession, attemptId: string, change: EvidenceChange): Promise<void>;
  /**
   * Returns if this session may write the content of this draft, or, without a draft, import content. Asked again with each request
   * of an upload: a right may be lost, and a draft put away, meanwhile. @throws {AppError} otherwise
   */
  mayWriteContent(session: LiveSession, draftId: string | null): Promise<void>;
  /**
   * Makes checked bytes a file of the institution's content, in the transaction that ends their check.
   *
   * @returns false if the institution has a file with these bytes already: then the new ones belong to nobody
   */
  keepContent(file: CheckedContent, tx: ClientSession): Promise<boolean>;
  /** Returns if this session may see another person's artifact (reviewer of its submission, …). @throws {AppError} otherwise */
  mayReadArtifact(session: LiveSession, artifact: ArtifactSubject): Promise<void>;
  /** The artifact's name in the newest submission that holds it; null if none holds it: then nobody but its owner needs it. */
  findFrozen(institutionId: string, artifactId: string): Promise<FrozenNames | null>;
  /**
   * Called before somebody reads another person's artifact: its view, or its content (`opened`). For the audit, once per session.
   */
  noteReading(reader: Reader, artifactId: string, what: 'read' | 'opened'): Promise<void>;
  /** That session with its current rights; null once it is over, and then links created for it and its transfers are over too. */
  findReader(institutionId: string, sessionId: string): Promise<LiveSession | null>;
}

/** What this feature needs from outside. */
export interface ArtifactDeps extends Pick<Deps, 'config' | 'clock' | 'log'> {
  ports: ArtifactPorts;
  scanner: Scanner;
  /** Aborted when the process shuts down: uploads stop at a point from which they can resume. */
  stopping?: AbortSignal;
}
