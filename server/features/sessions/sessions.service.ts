import { randomUUID } from 'node:crypto';
import type { SessionGrant } from '../../../contract/sessions.ts';
import { insertUnchecked } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { SessionIds } from '../../http/liveSession.ts';
import { hashSecret } from '../../lti/secrets.ts';
import { CODE_MS, newSession, SLIDING_MS } from './launchSessions.service.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { SessionModel, type SessionDoc } from './session.model.ts';
import {
  institutionOfBearer,
  institutionOfCode,
  institutionOfKey,
  institutionOfResume,
  newBearer,
  newCode,
  newResume,
} from './sessionTokens.ts';
import { lookUp, type LookUpDeps } from './tokenLookUp.ts';

export type { SessionDoc, SessionFrame } from './session.model.ts';

type ClockDeps = Pick<Deps, 'clock'>;
type TokenDeps = Pick<Deps, 'clock' | 'sealer'>;
const TOUCH_MS = 5 * 60_000;
const MOST_BEARERS = 4;

/** The part of a filter that matches sessions which neither ended nor expired. */
export const isLive = (now: Date) => ({ endedAt: null, expiresAt: { $gt: now } });

/** Extends a session, written at most once in five minutes. @returns when it expires now */
export async function touchSession(
  { clock }: ClockDeps,
  doc: Pick<SessionDoc, '_id' | 'institutionId' | 'seenAt' | 'expiresAt' | 'endsAt'>,
): Promise<Date> {
  const now = clock.now();
  if (now.getTime() - doc.seenAt.getTime() < TOUCH_MS) return doc.expiresAt;
  const { institutionId, _id } = doc;
  const expiresAt = new Date(Math.min(now.getTime() + SLIDING_MS, doc.endsAt.getTime()));
  await SessionModel.updateOne({ institutionId, _id, endedAt: null }, { $set: { seenAt: now, expiresAt } });
  return expiresAt;
}

/** Frame of a launch, for the headers of its pages; also after the session is over, so that a page can say so. */
export async function findFrame(
  { sealer }: Pick<Deps, 'sealer'>,
  key: string,
): Promise<SessionDoc['frame'] | null> {
  const institutionId = institutionOfKey(sealer, key);
  if (institutionId === null) return null;
  const doc = await SessionModel.findOne({ institutionId, key }, { frame: 1 }).lean();
  return doc?.frame ?? null;
}

const sessionEnded = (): AppError =>
  new AppError('RESUME_REFUSED', 'You were away for a while. Open the link in your course to go on.');

async function addBearer(
  { clock, sealer }: TokenDeps,
  filter: { institutionId: string } & Record<string, unknown>,
  alsoSet: Partial<Pick<SessionDoc, 'code'>> = {},
): Promise<SessionGrant | null> {
  const bearer = newBearer(sealer, filter.institutionId);
  const doc = await SessionModel.findOneAndUpdate(
    { ...filter, ...isLive(clock.now()) },
    {
      $push: { bearerHashes: { $each: [hashSecret(bearer)], $slice: -MOST_BEARERS } },
      ...(Object.keys(alsoSet).length > 0 ? { $set: alsoSet } : {}),
    },
    { projection: { key: 1 } },
  ).lean();
  return doc && { bearer, key: doc.key };
}

/**
 * A new bearer for a page that was reloaded, by the resume cookie of its launch.
 *
 * @throws {AppError} RESUME_REFUSED
 */
export async function resumeSession(
  deps: LookUpDeps,
  key: string,
  cookie: string | undefined,
): Promise<SessionGrant> {
  const institutionId = institutionOfKey(deps.sealer, key);
  if (institutionId === null || institutionOfResume(deps.sealer, cookie ?? '') !== institutionId)
    throw sessionEnded();
  const granted = await lookUp(deps, cookie ?? '', (resumeHash) =>
    addBearer(deps, { institutionId, key, resumeHash }),
  );
  if (!granted) throw sessionEnded();
  return granted;
}

/** A one-time code that lets a new window take over, within 60 s. */
export async function makeWindowCode(
  { clock, sealer }: TokenDeps,
  session: { institutionId: string; id: string },
): Promise<string> {
  const { institutionId, id } = session;
  const code = newCode(sealer, institutionId);
  const expiresAt = new Date(clock.now().getTime() + CODE_MS);
  await SessionModel.updateOne(
    { institutionId, _id: id },
    { $set: { code: { hash: hashSecret(code), opens: 'window', expiresAt } } },
  );
  return code;
}

const endedFields = (now: Date) => ({ endedAt: now, expiresAt: now, bearerHashes: [], code: null });

/** A session for a new window. It is not granted if its launch ended meanwhile. @throws {AppError} RESUME_REFUSED */
async function openChild(deps: TokenDeps, parent: SessionDoc): Promise<SessionGrant & { resume: string }> {
  const { clock, sealer } = deps;
  const { institutionId, rootId, endsAt } = parent;
  const resume = newResume(sealer, institutionId);
  const child = newSession(deps, parent, clock.now(), { id: randomUUID(), rootId, resume, endsAt });
  const bearer = newBearer(sealer, institutionId);
  await insertUnchecked(SessionModel, { ...child, bearerHashes: [hashSecret(bearer)] });
  if (await SessionModel.exists({ institutionId, _id: parent._id, endedAt: null }))
    return { bearer, key: child.key, resume };
  await SessionModel.updateOne({ institutionId, _id: child._id }, { $set: endedFields(clock.now()) });
  throw sessionEnded();
}

/** Which sessions of an institution: a person's, those from a platform or deployment, a launch with its windows, or all. */
export interface WhichSessions {
  institutionId: string;
  personId?: string;
  platformId?: string;
  deploymentId?: string;
  rootId?: string;
}

/**
 * Ends sessions for good: bearers, resume cookies, one-time codes, links to files, transfers in progress. Whoever can launch may
 * launch again.
 *
 * @returns how many were alive
 */
export async function endSessions({ clock }: ClockDeps, which: WhichSessions): Promise<number> {
  let count = 0;
  // a window that opened while its launch was being ended is found the second time, or finds its launch ended itself
  for (let walk = 0; walk < 2; walk += 1) {
    const now = clock.now();
    const { modifiedCount } = await SessionModel.updateMany(
      { ...which, ...isLive(now) },
      { $set: endedFields(now) },
    );
    count += modifiedCount;
  }
  return count;
}

/** Ends the session of an earlier launch that a window still holds, if it is the same person's. */
async function endReplaced({ clock, sealer }: TokenDeps, taken: SessionDoc, replaces: string): Promise<void> {
  const { institutionId, personId } = taken;
  if (institutionOfBearer(sealer, replaces) !== institutionId) return;
  const now = clock.now();
  await SessionModel.updateOne(
    { institutionId, bearerHashes: hashSecret(replaces), personId, _id: { $ne: taken._id } },
    { $set: endedFields(now) },
  );
}

/**
 * Takes over a session with its one-time code: the launch's own (for the page after the binding page), or a new one for a new
 * window.
 *
 * @param replaces  bearer of an earlier launch that this window held: its session ends, if it is the same person's
 * @returns the grant, and the value of a resume cookie if there is a new one
 * @throws {AppError} RESUME_REFUSED if the code is unknown, used or older than 60 s
 */
export async function redeemCode(
  deps: LookUpDeps,
  code: string,
  replaces: string | undefined,
): Promise<{ granted: SessionGrant; resume: string | null }> {
  const institutionId = institutionOfCode(deps.sealer, code);
  if (institutionId === null) throw sessionEnded();
  const now = deps.clock.now();
  const taken = await lookUp(deps, code, (hash) =>
    SessionModel.findOneAndUpdate(
      { institutionId, 'code.hash': hash, 'code.expiresAt': { $gt: now }, ...isLive(now) },
      { $set: { code: null } },
    ).lean(),
  );
  if (!taken?.code) throw sessionEnded();
  if (replaces !== undefined) await endReplaced(deps, taken, replaces);
  if (taken.code.opens === 'this') {
    const granted = await addBearer(deps, { institutionId, _id: taken._id });
    if (!granted) throw sessionEnded();
    return { granted, resume: null };
  }
  const { resume, ...granted } = await openChild(deps, taken);
  return { granted, resume };
}

/** Ends a session and the windows opened from its launch. @returns their keys, whose cookies can be removed */
export async function endSession(
  deps: ClockDeps,
  session: { institutionId: string; id: string },
): Promise<string[]> {
  const { institutionId, id } = session;
  const own = await SessionModel.findOne({ institutionId, _id: id }, { rootId: 1 }).lean();
  if (!own) return [];
  const family = { institutionId, rootId: own.rootId };
  await endSessions(deps, family);
  const docs = await SessionModel.find(family, { key: 1 }).lean();
  return docs.map((doc) => doc.key);
}

/** What a session stores of its launch for its first page and its frame. */
export type LaunchOfSession = Pick<
  SessionDoc,
  | '_id'
  | 'key'
  | 'messageType'
  | 'contextId'
  | 'practice'
  | 'isCourseInstructor'
  | 'family'
  | 'locale'
  | 'frame'
  | 'endsAt'
>;

/** Read together with what else belongs to that page; `requireSession` takes it. */
export function launchPart({ institutionId, id }: SessionIds): ReadPart<LaunchOfSession> {
  return part(SessionModel, { institutionId, _id: id, endedAt: null }, [
    { $project: { bearerHashes: 0, resumeHash: 0, code: 0, deepLinking: 0 } },
  ]);
}

/** @throws {AppError} SESSION_OVER if it has ended since the request started */
export function requireSession<T>(doc: T | null | undefined): T {
  if (doc) return doc;
  throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
}

/** The whole stored session of a live one. @throws {AppError} SESSION_OVER */
export async function getSessionDoc(session: { institutionId: string; id: string }): Promise<SessionDoc> {
  const { institutionId, id } = session;
  return requireSession(await SessionModel.findOne({ institutionId, _id: id, endedAt: null }).lean());
}
