import { pino } from 'pino';
import { AuditModel, type AuditDoc } from '../../server/features/audit/audit.model.ts';
import { checkAuditChain } from '../../server/features/audit/check.service.ts';
import { sealAuditLines } from '../../server/features/audit/sealer.service.ts';

const log = pino({ level: 'silent' });
/** One sealer for all tests of a process: a new one would wait for the lease of the previous one. */
const SEALER = 'the tests';

/** Seals what is waiting, without a background process. */
export async function sealNow(institutionId: string): Promise<void> {
  if (!(await sealAuditLines({ log }, institutionId, SEALER)))
    throw new Error('another sealer holds this chain');
}

/** All lines of an institution in numerical order, once everything is sealed. */
export async function readSealedLines(institutionId: string, filter: object = {}): Promise<AuditDoc[]> {
  await sealNow(institutionId);
  return AuditModel.find({ ...filter, institutionId })
    .sort({ n: 1 })
    .lean();
}

/** Faults in a chain, once everything is sealed. */
export async function faultsOfChain(institutionId: string): Promise<string[]> {
  await sealNow(institutionId);
  return (await checkAuditChain(institutionId)).faults;
}
