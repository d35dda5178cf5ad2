import { randomUUID } from 'node:crypto';
import type { Granted } from '../../../contract/session.ts';
import { insertAsIs } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { hashSecret } from '../../lti/secrets.ts';
import { SessionModel, type SessionDoc } from './session.model.ts';
import {
  institutionOfBearer,
  institutionOfCode,
  institutionOfKey,
  newBearer,
  newCode,
  newLaunchKey,
} from './sessionTokens.ts';

export type { SessionDoc, SessionFrame } from './session.model.ts';

type ClockDeps = Pick<Deps, 'clock'>;

export const SLIDING_MS = 2 * 3600_000;
export const LONGEST_MS = 12 * 3600_000;
const TOUCH_MS = 5 * 60_000;
const CODE_MS = 60_000;
const MOST_BEARERS = 4;

/** What a launch decided about its session. */
export type SessionFacts = Pick<
  SessionDoc,
  | 'institutionId'
  | 'personId'
  | 'platformId'
  | 'deploymentId'
  | 'contextId'
  | 'placementId'
  | 'launchHats'
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

/** Secrets of a session, in clear for this one answer. */
export interface Opened {
  sessionId: string;
  key: string;
  resume: string;
  grant: { bearer: string } | { code: string };
}

/** The part of a filter that leaves sessions which neither ended nor ran out. */
export const isLive = (now: Date) => ({ endedAt: null, expiresAt: { $gt: now } });

function newSession(
  facts: SessionFacts,
  now: Date,
  fresh: { resume: string; endsAt: Date; rootId: string | null },
): SessionDoc {
  const _id = randomUUID();
  return {
    // a window's facts are those of its parent, whose own id must not come along
    ...facts,
    _id,
    rootId: fresh.rootId ?? _id,
    key: newLaunchKey(facts.institutionId),
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

/**
 * Opens the session of a launch: one insert.
 *
 * @param handOver  `bearer`: for the answering page itself; `code`: for the page that it leads to
 */
export async function openSession(
  { clock }: ClockDeps,
  facts: SessionFacts,
  handOver: 'bearer' | 'code',
): Promise<Opened> {
  const now = clock.now();
  const resume = newCode(facts.institutionId);
  const endsAt = new Date(now.getTime() + LONGEST_MS);
  const doc = newSession(facts, now, { resume, endsAt, rootId: null });
  const opened = { sessionId: doc._id, key: doc.key, resume };
  if (handOver === 'bearer') {
    const bearer = newBearer(facts.institutionId);
    await insertAsIs(SessionModel, { ...doc, bearerHashes: [hashSecret(bearer)] });
    return { ...opened, grant: { bearer } };
  }
  const code = newCode(facts.institutionId);
  const expiresAt = new Date(now.getTime() + CODE_MS);
  const stored = { hash: hashSecret(code), opens: 'this' as const, expiresAt };
  await insertAsIs(SessionModel, { ...doc, code: stored });
  return { ...opened, grant: { code } };
}

/** Lets a session's time slide, written at most once in five minutes. @returns when it runs out now */
export async function touchSession({ clock }: ClockDeps, doc: SessionDoc): Promise<Date> {
  const now = clock.now();
  if (now.getTime() - doc.seenAt.getTime() < TOUCH_MS) return doc.expiresAt;
  const { institutionId, _id } = doc;
  const expiresAt = new Date(Math.min(now.getTime() + SLIDING_MS, doc.endsAt.getTime()));
  await SessionModel.updateOne({ institutionId, _id, endedAt: null }, { $set: { seenAt: now, expiresAt } });
  return expiresAt;
}

/** Frame of a launch, for the headers of its pages; also after it is over, so that a page can say so. */
export async function findFrame(key: string): Promise<SessionDoc['frame'] | null> {
  const institutionId = institutionOfKey(key);
  if (institutionId === null) return null;
  const doc = await SessionModel.findOne({ institutionId, key }, { frame: 1 }).lean();
  return doc?.frame ?? null;
}

const over = (): AppError =>
  new AppError('RESUME_REFUSED', 'You were away for a while. Open the link in your course to go on.');

async function addBearer(
  { clock }: ClockDeps,
  filter: { institutionId: string } & Record<string, unknown>,
  alsoSet: Partial<Pick<SessionDoc, 'code'>> = {},
): Promise<Granted> {
  const bearer = newBearer(filter.institutionId);
  const doc = await SessionModel.findOneAndUpdate(
    { ...filter, ...isLive(clock.now()) },
    {
      $push: { bearerHashes: { $each: [hashSecret(bearer)], $slice: -MOST_BEARERS } },
      ...(Object.keys(alsoSet).length > 0 ? { $set: alsoSet } : {}),
    },
    { projection: { key: 1 } },
  ).lean();
  if (!doc) throw over();
  return { bearer, key: doc.key };
}

/**
 * A fresh bearer for a page that was reloaded, by the resume cookie of its launch.
 *
 * @throws {AppError} RESUME_REFUSED
 */
export async function resumeSession(
  deps: ClockDeps,
  key: string,
  cookie: string | undefined,
): Promise<Granted> {
  const institutionId = institutionOfKey(key);
  if (institutionId === null || cookie === undefined) throw over();
  return addBearer(deps, { institutionId, key, resumeHash: hashSecret(cookie) });
}

/** A one-time code with which a window of its own takes over, within 60 s. */
export async function makeWindowCode(
  { clock }: ClockDeps,
  session: { institutionId: string; id: string },
): Promise<string> {
  const { institutionId, id } = session;
  const code = newCode(institutionId);
  const expiresAt = new Date(clock.now().getTime() + CODE_MS);
  await SessionModel.updateOne(
    { institutionId, _id: id },
    { $set: { code: { hash: hashSecret(code), opens: 'window', expiresAt } } },
  );
  return code;
}

const ended = (now: Date) => ({ endedAt: now, expiresAt: now, bearerHashes: [], code: null });

/** A session for a window of its own. One whose launch ended meanwhile is not given away. @throws {AppError} RESUME_REFUSED */
async function openChild({ clock }: ClockDeps, parent: SessionDoc): Promise<Granted & { resume: string }> {
  const { institutionId, rootId, endsAt } = parent;
  const resume = newCode(institutionId);
  const child = newSession(parent, clock.now(), { resume, endsAt, rootId });
  const bearer = newBearer(institutionId);
  await insertAsIs(SessionModel, { ...child, bearerHashes: [hashSecret(bearer)] });
  if (await SessionModel.exists({ institutionId, _id: parent._id, endedAt: null }))
    return { bearer, key: child.key, resume };
  await SessionModel.updateOne({ institutionId, _id: child._id }, { $set: ended(clock.now()) });
  throw over();
}

/** Which sessions of an institution: a person's, those that came by a platform or deployment, a launch with its windows, or all. */
export interface WhichSessions {
  institutionId: string;
  personId?: string;
  platformId?: string;
  deploymentId?: string;
  rootId?: string;
}

/**
 * Ends sessions for good: bearers, resume cookies, one-time codes, links to files, transfers under way. Who can launch may come
 * again.
 *
 * @returns how many lived
 */
export async function endSessions({ clock }: ClockDeps, which: WhichSessions): Promise<number> {
  let count = 0;
  // a window that opened while its launch was ended is found the second time, or finds its launch ended itself
  for (let walk = 0; walk < 2; walk += 1) {
    const now = clock.now();
    const { modifiedCount } = await SessionModel.updateMany(
      { ...which, ...isLive(now) },
      { $set: ended(now) },
    );
    count += modifiedCount;
  }
  return count;
}

/** Ends the session of an earlier launch that a window still holds, when it is the same person's. */
async function endReplaced({ clock }: ClockDeps, taken: SessionDoc, replaces: string): Promise<void> {
  const { institutionId, personId } = taken;
  if (institutionOfBearer(replaces) !== institutionId) return;
  const now = clock.now();
  await SessionModel.updateOne(
    { institutionId, bearerHashes: hashSecret(replaces), personId, _id: { $ne: taken._id } },
    { $set: ended(now) },
  );
}

/**
 * Takes a session over by its one-time code: the launch's own (the page after the binding page), or a new one for a
 * window of its own.
 *
 * @param replaces  bearer of an earlier launch that this window held: its session ends, if it is the same person's
 * @returns the grant, and the value of a resume cookie where one is new
 * @throws {AppError} RESUME_REFUSED when the code is unknown, used or older than 60 s
 */
export async function redeemCode(
  deps: ClockDeps,
  code: string,
  replaces: string | undefined,
): Promise<{ granted: Granted; resume: string | null }> {
  const institutionId = institutionOfCode(code);
  if (institutionId === null) throw over();
  const now = deps.clock.now();
  const taken = await SessionModel.findOneAndUpdate(
    { institutionId, 'code.hash': hashSecret(code), 'code.expiresAt': { $gt: now }, ...isLive(now) },
    { $set: { code: null } },
  ).lean();
  if (!taken?.code) throw over();
  if (replaces !== undefined) await endReplaced(deps, taken, replaces);
  if (taken.code.opens === 'this')
    return { granted: await addBearer(deps, { institutionId, _id: taken._id }), resume: null };
  const { resume, ...granted } = await openChild(deps, taken);
  return { granted, resume };
}

/** Ends a session and the windows opened from its launch. @returns their keys, whose cookies can go */
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

/** The whole stored session of a live one. @throws {AppError} SESSION_OVER */
export async function getSessionDoc(session: { institutionId: string; id: string }): Promise<SessionDoc> {
  const doc = await SessionModel.findOne({
    institutionId: session.institutionId,
    _id: session.id,
    endedAt: null,
  }).lean();
  if (!doc)
    throw new AppError('SESSION_OVER', 'You were away for a while. Open the link in your course to go on.');
  return doc;
}
