import { part, type ReadPart } from '../../combinedRead.ts';
import { insertUnchecked } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import { hashSecret } from '../../lti/secrets.ts';
import { SessionModel, type SessionDoc } from './session.model.ts';
import { newBearer, newCode, newLaunchKey, newResume } from './sessionTokens.ts';

type TokenDeps = Pick<Deps, 'clock' | 'sealer'>;

export const SLIDING_MS = 2 * 3600_000;
const LONGEST_MS = 12 * 3600_000;
export const CODE_MS = 60_000;

/** What a launch decided about its session. */
export type SessionFacts = Pick<
  SessionDoc,
  | 'institutionId'
  | 'personId'
  | 'platformId'
  | 'deploymentId'
  | 'contextId'
  | 'placementId'
  | 'launchRoles'
  | 'isCourseInstructor'
  | 'isLearner'
  | 'practice'
  | 'family'
  | 'locale'
  | 'messageType'
  | 'reviewOfPersonId'
  | 'frame'
  | 'deepLinking'
>;

/** Secrets of a session, in plain text for this one response. */
export interface OpenedSession {
  sessionId: string;
  key: string;
  resume: string;
  grant: { bearer: string } | { code: string };
}

/** A session with its own key and resume cookie; it is not valid until it is stored. */
export function newSession(
  { sealer }: Pick<Deps, 'sealer'>,
  facts: SessionFacts,
  now: Date,
  fresh: { id: string; rootId: string; resume: string; endsAt: Date },
): SessionDoc {
  return {
    // a window's facts are those of its parent, except the parent's own id
    ...facts,
    _id: fresh.id,
    rootId: fresh.rootId,
    key: newLaunchKey(sealer, facts.institutionId),
    bearerHashes: [],
    resumeHash: hashSecret(fresh.resume),
    code: null,
    createdAt: now,
    seenAt: now,
    expiresAt: new Date(Math.min(now.getTime() + SLIDING_MS, fresh.endsAt.getTime())),
    endsAt: fresh.endsAt,
    endedAt: null,
  };
}

/** Stores the session of a login, of which there can be only one: of many simultaneous tries one insert succeeds. */
async function insertOnce(session: SessionDoc): Promise<void> {
  try {
    await insertUnchecked(SessionModel, session);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new LaunchRefused('STATE_USED');
  }
}

/**
 * Opens the session of a launch: one insert, which uses up the login.
 *
 * @param loginId  becomes the session's id
 * @param credential  `bearer`: for the page in this response; `code`: for the page that it leads to
 * @throws {LaunchRefused} LAUNCH_USED if the login already has a session, whatever became of it
 */
export async function openSession(
  deps: TokenDeps,
  facts: SessionFacts,
  { loginId, credential }: { loginId: string; credential: 'bearer' | 'code' },
): Promise<OpenedSession> {
  const { sealer } = deps;
  const now = deps.clock.now();
  const resume = newResume(sealer, facts.institutionId);
  const endsAt = new Date(now.getTime() + LONGEST_MS);
  const doc = newSession(deps, facts, now, { id: loginId, rootId: loginId, resume, endsAt });
  const opened = { sessionId: doc._id, key: doc.key, resume };
  if (credential === 'bearer') {
    const bearer = newBearer(sealer, facts.institutionId);
    await insertOnce({ ...doc, bearerHashes: [hashSecret(bearer)] });
    return { ...opened, grant: { bearer } };
  }
  const code = newCode(sealer, facts.institutionId);
  const expiresAt = new Date(now.getTime() + CODE_MS);
  const stored = { hash: hashSecret(code), opens: 'this' as const, expiresAt };
  await insertOnce({ ...doc, code: stored });
  return { ...opened, grant: { code } };
}

/** Whether a login led to a session, whatever became of it. */
export async function isLoginUsed(institutionId: string, loginId: string): Promise<boolean> {
  return (await SessionModel.findOne({ institutionId, _id: loginId }, { _id: 1 }).lean()) !== null;
}

/** The same question as a part of another look-up. */
export function sessionOfLoginPart(institutionId: string, loginId: string): ReadPart<{ _id: string }> {
  return part(SessionModel, { institutionId, _id: loginId }, [{ $project: { _id: 1 } }]);
}
