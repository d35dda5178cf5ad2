import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { appendAudit, INSTALLATION, listAuditLines, operatorOf } from '../features/audit/audit.service.ts';
import { checkAuditChain } from '../features/audit/check.service.ts';
import { formatAnchor, parseAnchor, restoreAuditHead } from '../features/audit/sealer.service.ts';
import { listInstitutionIds } from '../features/institutions/institutions.service.ts';
import { JSON_FLAG, printRows, requireInstitution, type Context } from './context.ts';

const CHAIN = [
  '--institution <name>',
  'name or id of the institution; without it, lines that belong to no institution',
] as const;

/** The chain of an institution, or of the installation. The log names both by their ids. */
async function chainOf(named: string | undefined): Promise<string> {
  if (named === undefined || named === INSTALLATION) return INSTALLATION;
  if ((await listInstitutionIds()).includes(named)) return named;
  return (await requireInstitution(named))._id;
}

function addList(audit: Command, context: Context): void {
  audit
    .command('list')
    .description('list the newest lines: number (- until sealed), time, person, action, subject')
    .option(...CHAIN)
    .option('--last <n>', 'number of lines', '50')
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
    .description('verify a chain and report every inconsistency')
    .option(...CHAIN)
    .option(
      '--expect <n:hash>',
      'a line that the chain must contain: `expect` from an "audit lines sealed" log line',
    )
    .action(async (options: { institution?: string; expect?: string }) => {
      await deps();
      const expected = options.expect === undefined ? null : parseAnchor(options.expect);
      const { end, pending, faults } = await checkAuditChain(await chainOf(options.institution), expected);
      if (faults.length > 0) throw new AppError('INTERNAL', `The chain is broken. ${faults.join(' ')}`);
      const waiting = pending > 0 ? ` Lines waiting to be sealed: ${pending}.` : '';
      print(`The chain is intact. Its end: ${formatAnchor(end)}.${waiting}`);
    });
}

function addResume(audit: Command, { deps, print }: Context): void {
  audit
    .command('resume')
    .description('continue a chain that lost its head, from its last line on; adds a line that records this')
    .option(...CHAIN)
    .action(async (options: { institution?: string }) => {
      const d = await deps();
      const institutionId = await chainOf(options.institution);
      const end = await restoreAuditHead(institutionId);
      if (!end) throw new AppError('VALIDATION_FAILED', 'This chain has a head; there is nothing to resume.');
      await appendAudit(d, operatorOf(institutionId), {
        action: 'audit.resumed',
        subject: { kind: 'institution', id: institutionId },
        facts: end,
      });
      print(`The chain continues from ${formatAnchor(end)}.`);
    });
}

/** The operator's verbs for the audit. */
export function addAuditVerbs(program: Command, context: Context): void {
  const audit = program.command('audit').description('who read or changed something that is not their own');
  addList(audit, context);
  addCheck(audit, context);
  addResume(audit, context);
}
