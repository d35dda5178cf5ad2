import type { ClientSession } from 'mongoose';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import {
  PathwayModel,
  PathwayVersionModel,
  type PathwayDoc,
  type PathwayVersionDoc,
} from './pathway.model.ts';

type Clocked = Pick<Deps, 'clock'>;

/** More than a pathway has. */
const VERSIONS_SHOWN = 500;

/** The newest version that is offered to somebody who works on version `n`; null if there is none. */
export function findOffered(
  { version, heldBack = [] }: Pick<PathwayDoc, 'version' | 'heldBack'>,
  n: number,
): number | null {
  for (let newer = version ?? 0; newer > n; newer -= 1) if (!heldBack.includes(newer)) return newer;
  return null;
}

/** A pathway of the institution, offered or retired. @throws {AppError} NOT_FOUND */
export async function getPathway(
  institutionId: string,
  key: string,
  tx?: ClientSession,
): Promise<PathwayDoc> {
  const pathway = await PathwayModel.findOne({ institutionId, key })
    .session(tx ?? null)
    .lean();
  if (!pathway) throw notFound('This pathway');
  return pathway;
}

/** A version by its number. @throws {AppError} NOT_FOUND */
export async function getVersionNumbered(
  institutionId: string,
  pathwayKey: string,
  n: number,
): Promise<PathwayVersionDoc> {
  const version = await PathwayVersionModel.findOne({ institutionId, pathwayKey, n }).lean();
  if (!version) throw notFound('This version');
  return version;
}

/** All versions of a pathway, newest first. */
export async function listVersionsOf(
  institutionId: string,
  pathwayKey: string,
): Promise<PathwayVersionDoc[]> {
  return PathwayVersionModel.find({ institutionId, pathwayKey }).sort({ n: -1 }).limit(VERSIONS_SHOWN).lean();
}

/** Changes a pathway and records it, unless it is so already. @throws {AppError} NOT_FOUND */
async function changePathway(
  deps: Clocked,
  actor: Actor,
  key: string,
  change: {
    unless: (pathway: PathwayDoc) => boolean;
    update: Record<string, unknown>;
    action: string;
    facts?: Record<string, number>;
  },
): Promise<void> {
  const { institutionId } = actor;
  const { action, facts = {} } = change;
  await inTransaction(async (tx) => {
    const pathway = await getPathway(institutionId, key, tx);
    if (change.unless(pathway)) return;
    await PathwayModel.updateOne({ institutionId, key }, change.update, { session: tx });
    await appendAudit(deps, actor, { action, subject: { kind: 'pathway', id: key }, facts }, tx);
  });
}

/**
 * Offers a version to people who work on earlier ones, or holds it back. Nobody who has moved to it is moved back.
 *
 * @throws {AppError} NOT_FOUND
 */
export async function setOffered(
  deps: Clocked,
  actor: Actor,
  { key, n }: { key: string; n: number },
  offered: boolean,
): Promise<void> {
  await getVersionNumbered(actor.institutionId, key, n);
  await changePathway(deps, actor, key, {
    unless: ({ heldBack = [] }) => heldBack.includes(n) !== offered,
    update: offered ? { $pull: { heldBack: n } } : { $addToSet: { heldBack: n } },
    action: offered ? 'version.offered' : 'version.held_back',
    facts: { version: n },
  });
}

/**
 * Retires a pathway, so that nobody new can begin it and nobody can add it to a course, or takes that back. People who are in it go on.
 *
 * @throws {AppError} NOT_FOUND
 */
export async function setRetired(deps: Clocked, actor: Actor, key: string, retired: boolean): Promise<void> {
  await changePathway(deps, actor, key, {
    unless: ({ retiredAt }) => Boolean(retiredAt) === retired,
    update: { $set: { retiredAt: retired ? deps.clock.now() : null } },
    action: retired ? 'pathway.retired' : 'pathway.reinstated',
  });
}
