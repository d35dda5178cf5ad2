import type { ClientSession } from 'mongoose';
import type { Config } from '../../config.ts';
import type { Deps } from '../../deps.ts';
import { getSettings } from '../institutions/settings.service.ts';
import {
  contentOwner,
  enforceQuota,
  ensureUsage,
  releaseBytes,
  requireRoom,
  reserveBytes,
} from './artifactUsage.ts';

/** Counts bytes of content, in the transaction that keeps them. */
export async function reserveContentBytes(
  institutionId: string,
  bytes: number,
  tx: ClientSession,
): Promise<void> {
  await reserveBytes(tx, contentOwner(institutionId), bytes);
}

/** Counts them no more, in the transaction that lets them go. */
export async function releaseContentBytes(
  institutionId: string,
  bytes: number,
  tx: ClientSession,
): Promise<void> {
  await releaseBytes(tx, contentOwner(institutionId), bytes);
}

/** What is left to do once bytes were reserved. */
interface Room {
  /** As `enforceQuota`. @throws {AppError} QUOTA_EXCEEDED once it was taken back */
  enforce(takeBack: () => Promise<void>): Promise<void>;
}

/**
 * Returns if the institution has room for this many more bytes of content now.
 *
 * @throws {AppError} QUOTA_EXCEEDED
 */
export async function requireRoomFor(
  deps: Pick<Deps, 'clock' | 'log'> & { config: Pick<Config, 'quotaBytes'> },
  institutionId: string,
  bytes: number,
): Promise<Room> {
  const quota = (await getSettings(deps, institutionId)).quotaBytes ?? deps.config.quotaBytes;
  await requireRoom(institutionId, bytes, quota);
  await ensureUsage(contentOwner(institutionId));
  return { enforce: (takeBack) => enforceQuota(institutionId, quota, takeBack) };
}
