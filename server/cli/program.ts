import { Command } from 'commander';
import { appendAudit, operatorOf } from '../features/audit/audit.service.ts';
import { listInstitutionIds } from '../features/institutions/institutions.service.ts';
import { rewrapDataKeys } from '../features/secrets/secrets.service.ts';
import { resealKeys } from '../lti/keys.ts';
import { migrate } from '../migrations/migrations.ts';
import { addAuditVerbs } from './auditVerbs.ts';
import { addBundleVerbs } from './bundleVerbs.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Context } from './context.ts';
import { addFrameworkVerbs } from './frameworkVerbs.ts';
import { addInstitutionVerbs } from './institutionVerbs.ts';
import { addPlatformVerbs } from './platformVerbs.ts';
import { addSettingsVerbs } from './settingsVerbs.ts';
import { addSessionVerbs } from './sessionVerbs.ts';
import { openInstitution, seedDemo } from './seed.ts';

function addSetUpVerbs(program: Command, { deps, print }: Context): void {
  program
    .command('migrate')
    .description('migrate the database to the current schema')
    .action(async () => {
      const d = await deps();
      const ran = await migrate(d.log, MIGRATIONS);
      for (const id of ran)
        await appendAudit(d, operatorOf(), { action: 'schema.migrated', subject: { kind: 'migration', id } });
      print(ran.length > 0 ? `Done: ${ran.join(', ')}.` : 'The schema is up to date.');
    });
  program
    .command('seed')
    .description('load the sample pathway into an institution; --demo also connects the demo LMS')
    .option('--institution <name>', 'which one; created if it does not exist', 'Demo District')
    .option('--demo', 'register the demo LMS', false)
    .option('--platform-url <url>', 'address of the demo LMS', 'http://127.0.0.1:3100')
    .action(async (options: { institution: string; demo: boolean; platformUrl: string }) => {
      const d = await deps();
      const institution = await openInstitution(d, options.institution);
      if (options.demo) await seedDemo(d, institution._id, options.platformUrl);
      print(`${institution.name} is ready.`);
    });
}

function addKeyVerbs(program: Command, { deps, print }: Context): void {
  const keys = program.command('keys').description('the tool’s keys, and what SECRET_KEYS encrypts');
  keys
    .command('rotate')
    .description('add a signing key: published at once, signing in ten minutes; the old one stays published')
    .action(async () => {
      const d = await deps();
      const id = await d.keys.rotate();
      await appendAudit(d, operatorOf(), { action: 'keys.rotated', subject: { kind: 'key', id } });
      print(`The new key is ${id}.`);
    });
  keys
    .command('reseal')
    .description('re-encrypt everything with the first of SECRET_KEYS, so that you can remove an older one')
    .action(async () => {
      const d = await deps();
      let count = await resealKeys(d);
      for (const institutionId of await listInstitutionIds()) count += await rewrapDataKeys(d, institutionId);
      const subject = { kind: 'secret', id: d.config.secretKeys[0].id };
      await appendAudit(d, operatorOf(), { action: 'keys.resealed', subject, facts: { count } });
      print(`${count} re-encrypted.`);
    });
}

/**
 * The operator's command line: `npm run waymark -- <verb>`. The exit code is 0 if it did what was asked, 2 if the input is at
 * fault (an unknown verb, option, name or id), and 1 for any other error.
 */
export function createProgram(context: Context): Command {
  const program = new Command('waymark')
    .description('Administers a Waymark installation.')
    .showHelpAfterError('(run `--help` after a verb to see its options)')
    .exitOverride();
  program.configureOutput({ writeOut: (text) => context.print(text.trimEnd()) });
  addSetUpVerbs(program, context);
  addPlatformVerbs(program, context);
  addInstitutionVerbs(program, context);
  addSettingsVerbs(program, context);
  addFrameworkVerbs(program, context);
  addSessionVerbs(program, context);
  addAuditVerbs(program, context);
  addBundleVerbs(program, context);
  addKeyVerbs(program, context);
  return program;
}
