import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { appendAudit, INSTALLATION, listAuditLines, operatorOf } from '../features/audit/audit.service.ts';
import { checkAuditChain } from '../features/audit/check.service.ts';
import { formatAnchor, parseAnchor, restoreAuditHead } from '../features/audit/sealer.service.ts';
import { listInstitutionIds } from '../features/institutions/institutions.service.ts';
import { JSON_FLAG, printRows, requireInstitution, type Context } from './context.ts';

const CHAIN = ['--institution <name>', 'whose, by name or id; else what belongs to no institution'] as const;

/** The chain of an institution, or of the installation. The log names both by their ids. */
async function chainOf(named: string | undefined): Promise<string> {
  if (named === undefined || named === INSTALLATION) return INSTALLATION;
  if ((await listInstitutionIds()).includes(named)) return named;
  return (await requireInstitution(named))._id;
}

function addList(audit: Command, context: Context): void {
  audit
    .command('list')
    .description('the newest lines: number (- until it is sealed), time, person, action, subject')
    .option(...CHAIN)
    .option('--last <n>', 'how many', '50')
    .option(...JSON_FLAG)
    .action(async (options: { institution?: string; last: string; json: boolean }) => {
      await context.deps();
      const last = Math.min(10_000, Math.max(1, Math.trunc(Number(options.last)) || 50));
      const lines = await listAuditLines(await chainOf(options.institution), last);
      const toRow = ({ n, at, personId, action, subject, facts }: (typeof lines)[number]) => ({
        n,
        at: at.toISOString(),
        personId,
        action,
        subject: `${subject.kind} ${subject.id}`,
        facts: JSON.stringify(facts),
      });
      printRows(context, lines.map(toRow), options.json);
    });
}

function addCheck(audit: Command, { deps, print }: Context): void {
  audit
    .command('check')
    .description('walk a chain and name what does not fit')
    .option(...CHAIN)
    .option(
      '--expect <n:hash>',
      'a line that must be in it: `expect` of a line "audit lines sealed" in the log',
    )
    .action(async (options: { institution?: string; expect?: string }) => {
      await deps();
      const expected = options.expect === undefined ? null : parseAnchor(options.expect);
      const { end, pending, faults } = await checkAuditChain(await chainOf(options.institution), expected);
      if (faults.length > 0) throw new AppError('INTERNAL', `The chain is broken. ${faults.join(' ')}`);
      const waiting = pending > 0 ? ` Waiting to be sealed: ${pending}.` : '';
      print(`The chain is whole. Its end: ${formatAnchor(end)}.${waiting}`);
    });
}

function addResume(audit: Command, { deps, print }: Context): void {
  audit
    .command('resume')
    .description('seal on from the last line of a chain that lost its head; leaves a line that says so')
    .option(...CHAIN)
    .action(async (options: { institution?: string }) => {
      const d = await deps();
      const institutionId = await chainOf(options.institution);
      const end = await restoreAuditHead(institutionId);
      if (!end)
        throw new AppError('VALIDATION_FAILED', 'This chain has its head; there is nothing to resume.');
      await appendAudit(d, operatorOf(institutionId), {
        action: 'audit.resumed',
        subject: { kind: 'institution', id: institutionId },
        facts: end,
      });
      print(`The chain goes on from ${formatAnchor(end)}.`);
    });
}

/** What an operator asks of the audit. */
export function addAuditVerbs(program: Command, context: Context): void {
  const audit = program.command('audit').description('who read or changed what is not their own');
  addList(audit, context);
  addCheck(audit, context);
  addResume(audit, context);
}
