import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { inTransaction } from '../../db.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import { InstitutionModel, type InstitutionDoc } from './institution.model.ts';

export type { InstitutionDoc } from './institution.model.ts';

const CACHE_MS = 30_000;
const cache = new Map<string, { until: number; institution: InstitutionDoc }>();

/** An institution by id, from a cache of 30 s: every page shows its name and zone. @throws {AppError} NOT_FOUND */
export async function getInstitution(institutionId: string): Promise<InstitutionDoc> {
  const cached = cache.get(institutionId);
  if (cached && cached.until > performance.now()) return cached.institution;
  const institution = await InstitutionModel.findById(institutionId).lean();
  if (!institution) throw notFound('This institution');
  cache.set(institutionId, { until: performance.now() + CACHE_MS, institution });
  return institution;
}

/** An institution as it stands now, read together with what else belongs to a page. */
export function institutionPart(institutionId: string): ReadPart<InstitutionDoc> {
  return part(InstitutionModel, { _id: institutionId });
}

/** All institution ids: for jobs that go from tenant to tenant, and for the command line. */
export async function listInstitutionIds(): Promise<string[]> {
  const rows = await InstitutionModel.find({}, { _id: 1 }).sort({ _id: 1 }).lean();
  return rows.map((row) => row._id);
}

export async function findInstitutionByName(name: string): Promise<InstitutionDoc | null> {
  return InstitutionModel.findOne({ nameKey: toNameKey(name) }).lean();
}

/** The institution of that name, made when it is new. Two calls at once make one. */
export async function ensureInstitution(
  deps: Pick<Deps, 'clock'>,
  name: string,
  zone = 'UTC',
): Promise<InstitutionDoc> {
  const found = await findInstitutionByName(name);
  if (found) return found;
  try {
    const _id = randomUUID();
    const made = { _id, name: name.trim(), nameKey: toNameKey(name), zone, createdAt: deps.clock.now() };
    const entry = { action: 'institution.made', subject: { kind: 'institution', id: _id } };
    await inTransaction(async (tx) => {
      await InstitutionModel.create([made], { session: tx });
      await appendAudit(deps, operatorOf(_id), entry, tx);
    });
    return made;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await findInstitutionByName(name);
    if (!other) throw error;
    return other;
  }
}

/**
 * The first step of a transaction that changes who has which role: of two that are under way at once the second starts again
 * and sees all that the first wrote. @throws {AppError} NOT_FOUND
 */
export async function takeRolesTurn(institutionId: string, tx: ClientSession): Promise<void> {
  const { matchedCount } = await InstitutionModel.updateOne(
    { _id: institutionId },
    { $inc: { roleChanges: 1 } },
    { session: tx },
  );
  if (matchedCount === 0) throw notFound('This institution');
}

/** All institutions by name, for the command line. */
export async function listInstitutions(): Promise<InstitutionDoc[]> {
  return InstitutionModel.find({}).sort({ nameKey: 1 }).lean();
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

/**
 * Changes the zone in which dates are shown and weeks begin; other processes know it within half a minute.
 *
 * @param zone  an IANA zone: `America/Chicago`
 * @throws {AppError} VALIDATION_FAILED, NOT_FOUND
 */
export async function setZone(
  deps: Pick<Deps, 'clock'>,
  institutionId: string,
  zone: string,
): Promise<InstitutionDoc> {
  if (!isZone(zone)) throw new AppError('VALIDATION_FAILED', `"${zone}" is no time zone: try Europe/Vienna.`);
  const entry = { action: 'institution.changed', subject: { kind: 'institution', id: institutionId } };
  const changed = await inTransaction(async (tx) => {
    const found = await InstitutionModel.findByIdAndUpdate(
      institutionId,
      { $set: { zone } },
      { session: tx, returnDocument: 'after' },
    ).lean();
    if (!found) throw notFound('This institution');
    await appendAudit(deps, operatorOf(institutionId), { ...entry, facts: { zone } }, tx);
    return found;
  });
  cache.delete(institutionId);
  return changed;
}

function toNameKey(name: string): string {
  return name.trim().replace(/\s+/gu, ' ').toLocaleLowerCase('en');
}
