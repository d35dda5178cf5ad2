import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { appendAudit, operatorOf } from '../features/audit/audit.service.ts';
import { findPersonForOperator } from '../features/launches/people.service.ts';
import { endPlatformSessions } from '../features/platforms/platforms.service.ts';
import { endSessions } from '../features/sessions/sessions.service.ts';
import type { AppDeps } from '../wire.ts';
import { describeEndedSessions, requireInstitution, type Context } from './context.ts';

interface SessionOwnerOptions {
  institution?: string;
  person?: string;
  platform?: string;
}

/** Ends the sessions of a person, or of everybody, of an institution. */
async function endInInstitution(d: AppDeps, institution: string, who: string | undefined): Promise<string> {
  const { _id: institutionId, name } = await requireInstitution(institution);
  const person = who === undefined ? null : await findPersonForOperator(institutionId, who);
  const which = person ? { institutionId, personId: person._id } : { institutionId };
  const count = await endSessions(d, which);
  const subject = person ? { kind: 'person', id: person._id } : { kind: 'institution', id: institutionId };
  const entry = { action: 'sessions.ended', subject, facts: { count } };
  await appendAudit(d, operatorOf(institutionId), entry);
  return `${describeEndedSessions(count)} ${person ? `${person.displayName} of ${name}` : `Everybody in ${name}`}`;
}

/** @throws {AppError} VALIDATION_FAILED if it does not say whose */
async function endThose(d: AppDeps, { institution, person, platform }: SessionOwnerOptions): Promise<string> {
  if (platform !== undefined && institution === undefined && person === undefined)
    return `${describeEndedSessions(await endPlatformSessions(d, platform))} Everybody on this platform`;
  if (institution !== undefined && platform === undefined) return endInInstitution(d, institution, person);
  throw new AppError(
    'VALIDATION_FAILED',
    'Specify whose sessions: --institution NAME, --institution NAME --person PERSON, or --platform ID.',
  );
}

/** The operator's verbs for sessions. */
export function addSessionVerbs(program: Command, { deps, print }: Context): void {
  program
    .command('sessions')
    .description('sessions of people who are signed in')
    .command('end')
    .description(
      'end sessions at once: bearers, windows, uploads and downloads; people who may launch can launch again',
    )
    .option('--institution <name>', 'everybody in this institution, or one person with --person')
    .option('--person <person>', 'person id, or the name or email address that the LMS sent')
    .option('--platform <id>', 'everybody who launched from this platform: first column of `platform list`')
    .action(async (whose: SessionOwnerOptions) => {
      const said = await endThose(await deps(), whose);
      print(`${said} has to open the link in the course again.`);
    });
}
