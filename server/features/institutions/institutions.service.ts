import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { inTransaction } from '../../db.ts';
import { isDuplicateKey, notFound } from '../../errors.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import { InstitutionModel, type InstitutionDoc } from './institution.model.ts';
import type { InstitutionSettings } from './settings.ts';

export type { InstitutionDoc } from './institution.model.ts';

/** The current state of an institution, read together with what else belongs to a page. */
export function institutionPart(institutionId: string): ReadPart<InstitutionDoc> {
  return part(InstitutionModel, { _id: institutionId });
}

/** All institution ids: for jobs that process one tenant after another, and for the command line. */
export async function listInstitutionIds(): Promise<string[]> {
  const rows = await InstitutionModel.find({}, { _id: 1 }).sort({ _id: 1 }).lean();
  return rows.map((row) => row._id);
}

/** An institution by its name; names that differ only in what `toNameKey` ignores are the same. */
export async function findInstitutionByName(name: string): Promise<InstitutionDoc | null> {
  return InstitutionModel.findOne({ nameKey: toNameKey(name) }).lean();
}

/** The institution with this name, created if it is new. Two simultaneous calls create one. */
export async function ensureInstitution(
  deps: Pick<Deps, 'clock'>,
  name: string,
  settings: Partial<InstitutionSettings> = {},
): Promise<InstitutionDoc> {
  const found = await findInstitutionByName(name);
  if (found) return found;
  try {
    const _id = randomUUID();
    const made = { _id, name: name.trim(), nameKey: toNameKey(name), settings, createdAt: deps.clock.now() };
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
 * The first step of a transaction that changes who has which role: of two in progress at once, the second starts again and sees
 * everything that the first wrote. @throws {AppError} NOT_FOUND
 */
export async function lockRoleChanges(institutionId: string, tx: ClientSession): Promise<void> {
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

function toNameKey(name: string): string {
  return name.trim().replace(/\s+/gu, ' ').toLocaleLowerCase('en');
}
