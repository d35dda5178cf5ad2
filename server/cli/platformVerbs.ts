import type { Command } from 'commander';
import { createInvite } from '../features/platforms/invites.service.ts';
import {
  addOrigin,
  addPlatform,
  approveDeployment,
  disableDeployment,
  listDeployments,
  listPlatforms,
  renamePlatform,
  setPlatformState,
} from '../features/platforms/platforms.service.ts';
import {
  describeEndedSessions,
  INSTITUTION,
  JSON_FLAG,
  printRows,
  requireInstitution,
  type Context,
} from './context.ts';
import { openInstitution } from './seed.ts';

/** How long platforms are cached. */
const SOON = 'Done. Running processes apply it within half a minute.';

function addInvite(program: Command, { deps, print }: Context): void {
  program
    .command('invite')
    .description('print a one-time URL that lets an LMS register itself')
    .requiredOption('--institution <name>', 'owner of the LMS; created if it does not exist')
    .option(
      '--auto-approve',
      'assign later deployments of the registered client id to the institution at once',
      false,
    )
    .action(async (options: { institution: string; autoApprove: boolean }) => {
      const d = await deps();
      const institution = await openInstitution(d, options.institution);
      print(await createInvite(d, { institutionId: institution._id, autoApprove: options.autoApprove }));
    });
}

function addRegistrations(platform: Command, context: Context): void {
  const { deps, print } = context;
  platform
    .command('add')
    .description('register a platform by hand; its deployments wait for approval')
    .requiredOption('--issuer <url>', 'issuer in the tokens of the LMS')
    .requiredOption('--client-id <id>', 'client id that the LMS assigned to Waymark')
    .requiredOption('--auth-url <url>', 'OIDC authorization endpoint')
    .requiredOption('--token-url <url>', 'access token endpoint')
    .requiredOption('--jwks-url <url>', 'public key set')
    .option('--token-audience <url>', 'if it is not the token URL')
    .option('--family <family>', 'canvas, moodle, schoology or other', 'other')
    .option('--name <name>', 'name that people see; default: what the LMS calls itself')
    .action(async (options: Record<string, string>) => print((await addPlatform(await deps(), options))._id));
  platform
    .command('list')
    .description('list all registrations: id, state, family, issuer, client id, name')
    .option(...JSON_FLAG)
    .action(async (options: { json: boolean }) => {
      await deps();
      const rows = await listPlatforms();
      const toRow = ({ _id, state, family, issuer, clientId, name }: (typeof rows)[number]) => ({
        id: _id,
        state,
        family,
        issuer,
        clientId,
        name,
      });
      printRows(context, rows.map(toRow), options.json);
    });
}

function addPlatformSwitches(platform: Command, { deps, print }: Context): void {
  platform
    .command('add-origin')
    .argument('<id>', 'first column of `platform list`')
    .argument('<url>', 'origin of the school that frames the tool')
    .description('allow one more origin to frame the launches of a platform')
    .action(async (id: string, url: string) => {
      await addOrigin(await deps(), id, url);
      print(SOON);
    });
  platform
    .command('rename')
    .argument('<id>', 'first column of `platform list`')
    .argument('<name>', 'name that people see')
    .description('set the name that people see, instead of what the LMS calls itself')
    .action(async (id: string, name: string) => {
      await renamePlatform(await deps(), id, name);
      print(SOON);
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
        const count = await setPlatformState(await deps(), id, state);
        print(
          state === 'active'
            ? 'The platform is enabled. Running processes apply it within half a minute.'
            : `The platform is disabled; nobody can launch from it. ${describeEndedSessions(count)}`,
        );
      });
  }
}

function addDeploymentVerbs(deployments: Command, context: Context): void {
  const { deps, print } = context;
  deployments
    .command('list')
    .description(
      'list all deployments, those waiting for approval first: id, state, deployment id, platform, what the LMS calls itself',
    )
    .option(...JSON_FLAG)
    .action(async (options: { json: boolean }) => {
      await deps();
      const rows = await listDeployments();
      const toRow = ({ _id, state, deploymentId, platformName, seenAs }: (typeof rows)[number]) => ({
        id: _id,
        state,
        deploymentId,
        platform: platformName,
        seenAs,
      });
      printRows(context, rows.map(toRow), options.json);
    });
  deployments
    .command('approve')
    .argument('<id>', 'first column of `deployments list`')
    .description('assign a deployment to an institution')
    .requiredOption('--institution <name>', 'created if it does not exist')
    .action(async (id: string, options: { institution: string }) => {
      const d = await deps();
      const institution = await openInstitution(d, options.institution);
      await approveDeployment(d, id, institution._id);
      print(`Deployment ${id} now belongs to ${institution.name}.`);
    });
  deployments
    .command('disable')
    .argument('<id>', 'first column of `deployments list`')
    .description('disable a deployment, and end its sessions; nobody can launch from it')
    .requiredOption(...INSTITUTION)
    .action(async (id: string, options: { institution: string }) => {
      const d = await deps();
      const institution = await requireInstitution(options.institution);
      const count = await disableDeployment(d, id, institution._id);
      print(`Deployment ${id} is disabled; nobody can launch from it. ${describeEndedSessions(count)}`);
    });
}

/** Invites, registrations of LMSs, and their deployments. */
export function addPlatformVerbs(program: Command, context: Context): void {
  addInvite(program, context);
  const platform = program.command('platform').description('registrations of LMSs');
  addRegistrations(platform, context);
  addPlatformSwitches(platform, context);
  const deployments = program
    .command('deployments')
    .description('installations of a platform; each belongs to one institution');
  addDeploymentVerbs(deployments, context);
}
