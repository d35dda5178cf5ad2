import { Command } from 'commander';
import { AssignedRole } from '../../contract/assignments.ts';
import { AppError } from '../errors.ts';
import { assignRole } from '../features/assignments/assignments.service.ts';
import { appendAudit, operatorOf } from '../features/audit/audit.service.ts';
import { countDeliveries } from '../features/grades/deliveries.service.ts';
import { findInstitutionByName, listInstitutionIds } from '../features/institutions/institutions.service.ts';
import { findPersonForOperator } from '../features/launches/people.service.ts';
import { archiveRun, findOpenRun } from '../features/pathways/runs.service.ts';
import { createInvite } from '../features/platforms/invites.service.ts';
import {
  addOrigin,
  addPlatform,
  approveDeployment,
  disableDeployment,
  listDeployments,
  listPlatforms,
  setPlatformState,
} from '../features/platforms/platforms.service.ts';
import { rewrapDataKeys } from '../features/secrets/secrets.service.ts';
import { resealKeys } from '../lti/keys.ts';
import { migrate } from '../migrations.ts';
import type { AppDeps } from '../wire.ts';
import { openInstitution, seedDemo } from './seed.ts';

interface Context {
  deps: () => Promise<AppDeps>;
  print: (line: string) => void;
}

async function requireInstitution(name: string): Promise<string> {
  const institution = await findInstitutionByName(name);
  if (!institution) throw new AppError('NOT_FOUND', `There is no institution named "${name}".`);
  return institution._id;
}

function addPlatformVerbs(program: Command, { deps, print }: Context): void {
  program
    .command('invite')
    .description('print a one-time URL with which an LMS registers itself')
    .requiredOption('--institution <name>', 'whose LMS it is; made when it is new')
    .option(
      '--auto-approve',
      'later deployments of the registered client id belong to the institution at once',
      false,
    )
    .action(async (options: { institution: string; autoApprove: boolean }) => {
      const d = await deps();
      const institution = await openInstitution(d, options.institution);
      print(await createInvite(d, { institutionId: institution._id, autoApprove: options.autoApprove }));
    });
  const platform = program.command('platform').description('registrations of LMSs');
  platform
    .command('add')
    .description('enter a registration by hand')
    .requiredOption('--issuer <url>')
    .requiredOption('--client-id <id>')
    .requiredOption('--auth-url <url>')
    .requiredOption('--token-url <url>')
    .requiredOption('--jwks-url <url>')
    .option('--token-audience <url>', 'where it is not the token URL')
    .option('--family <family>', 'canvas, moodle, schoology or other', 'other')
    .option('--name <name>', 'as operators see it')
    .action(async (options: Record<string, string>) => print((await addPlatform(await deps(), options))._id));
  platform
    .command('list')
    .description('all registrations')
    .action(async () => {
      await deps();
      for (const row of await listPlatforms())
        print([row._id, row.state, row.family, row.issuer, row.clientId].join('\t'));
    });
  addPlatformSwitches(platform, { deps, print });
}

function addPlatformSwitches(platform: Command, { deps, print }: Context): void {
  platform
    .command('add-origin')
    .argument('<id>', 'first column of `platform list`')
    .argument('<url>', 'a host name of the school that frames the tool')
    .description('let one more origin frame this platform’s launches')
    .action(async (id: string, url: string) => {
      await addOrigin(await deps(), id, url);
      print('Done. Running processes know it within half a minute.');
    });
  for (const [verb, state] of [
    ['disable', 'disabled'],
    ['enable', 'active'],
  ] as const) {
    platform
      .command(verb)
      .argument('<id>', 'first column of `platform list`')
      .description(`${verb} a registration with all its deployments`)
      .action(async (id: string) => {
        await setPlatformState(await deps(), id, state);
        print(`The platform is ${state}. Running processes know it within half a minute.`);
      });
  }
}

function addDeploymentVerbs(program: Command, { deps, print }: Context): void {
  const deployments = program
    .command('deployments')
    .description('installs of a registration; each belongs to one institution');
  deployments
    .command('list')
    .description('all deployments, the waiting ones first')
    .action(async () => {
      await deps();
      for (const row of await listDeployments())
        print([row._id, row.state, row.deploymentId, row.platformName, row.seenAs].join('\t'));
    });
  deployments
    .command('approve')
    .argument('<id>', 'first column of `deployments list`')
    .description('give a deployment to an institution')
    .requiredOption('--institution <name>', 'made when it is new')
    .action(async (id: string, options: { institution: string }) => {
      const d = await deps();
      const institution = await openInstitution(d, options.institution);
      await approveDeployment(d, id, institution._id);
      print(`Deployment ${id} belongs to ${institution.name}.`);
    });
}

function addDeploymentSwitches(program: Command, { deps, print }: Context): void {
  const deployments = program.commands.find((command) => command.name() === 'deployments');
  deployments
    ?.command('disable')
    .argument('<id>', 'first column of `deployments list`')
    .description('switch a deployment off; nobody launches from it any more')
    .requiredOption('--institution <name>', 'whose it is')
    .action(async (id: string, options: { institution: string }) => {
      await disableDeployment(await deps(), id, await requireInstitution(options.institution));
      print(`Deployment ${id} is disabled.`);
    });
}

function addPeopleVerbs(program: Command, { deps, print }: Context): void {
  program
    .command('assign')
    .argument('<person>', 'person id, or the name or e-mail address that the LMS sent')
    .argument('<role>', AssignedRole.options.join(' or '))
    .requiredOption('--institution <name>')
    .option('--course <id>', 'in this course only')
    .description('give a person a role that only Waymark gives')
    .action(async (who: string, role: string, options: { institution: string; course?: string }) => {
      const d = await deps();
      const institutionId = await requireInstitution(options.institution);
      const person = await findPersonForOperator(institutionId, who);
      await assignRole(d, operatorOf(institutionId), {
        personId: person._id,
        role: AssignedRole.parse(role),
        contextId: options.course ?? null,
      });
      print(`${person.displayName} is ${role} now.`);
    });
}

function addOperationVerbs(program: Command, { deps, print }: Context): void {
  program
    .command('migrate')
    .description('bring the database to the current schema')
    .action(async () => {
      const d = await deps();
      const ran = await migrate(d.log, []);
      for (const id of ran)
        await appendAudit(d, operatorOf(), { action: 'schema.migrated', subject: { kind: 'migration', id } });
      print(ran.length > 0 ? `Done: ${ran.join(', ')}.` : 'The schema is up to date.');
    });
  program
    .command('seed')
    .description('put the sample pathway into an institution; with --demo join it with the demo LMS')
    .option('--institution <name>', 'which one', 'Demo District')
    .option('--demo', 'register the demo LMS', false)
    .option('--platform-url <url>', 'address of the demo LMS', 'http://127.0.0.1:3100')
    .action(async (options: { institution: string; demo: boolean; platformUrl: string }) => {
      const d = await deps();
      const institution = await openInstitution(d, options.institution);
      if (options.demo) await seedDemo(d, institution._id, options.platformUrl);
      print(`${institution.name} is ready.`);
    });
  program
    .command('deliveries')
    .description('how many scores stand where')
    .requiredOption('--institution <name>')
    .action(async (options: { institution: string }) => {
      await deps();
      const counts = await countDeliveries(await requireInstitution(options.institution));
      for (const [name, count] of Object.entries(counts)) print(`${name}\t${count}`);
    });
  program
    .command('archive-run')
    .description('close the open run of a pathway for new work')
    .requiredOption('--institution <name>')
    .requiredOption('--pathway <key>')
    .action(async (options: { institution: string; pathway: string }) => {
      const d = await deps();
      const institutionId = await requireInstitution(options.institution);
      const run = await findOpenRun(institutionId, options.pathway);
      const done = run && (await archiveRun(d, institutionId, run._id));
      print(done ? 'The run is archived.' : 'There is no open run.');
    });
}

function addKeyVerbs(program: Command, { deps, print }: Context): void {
  const keys = program.command('keys').description('the tool’s own keys and what SECRET_KEYS seals');
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
    .description('seal everything under the first of SECRET_KEYS, so that an older one may go')
    .action(async () => {
      const d = await deps();
      let count = await resealKeys(d);
      for (const institutionId of await listInstitutionIds()) count += await rewrapDataKeys(d, institutionId);
      const subject = { kind: 'secret', id: d.config.secretKeys[0].id };
      await appendAudit(d, operatorOf(), { action: 'keys.resealed', subject, facts: { count } });
      print(`${count} sealed again.`);
    });
}

/** The operator's command line: `npm run waymark -- <verb>`. */
export function createProgram(context: Context): Command {
  const program = new Command('waymark').description('Administers a Waymark installation.').exitOverride();
  program.configureOutput({ writeOut: (text) => context.print(text.trimEnd()) });
  addOperationVerbs(program, context);
  addPlatformVerbs(program, context);
  addDeploymentVerbs(program, context);
  addDeploymentSwitches(program, context);
  addPeopleVerbs(program, context);
  addKeyVerbs(program, context);
  return program;
}
