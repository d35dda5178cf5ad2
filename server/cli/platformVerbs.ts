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
  endedWords,
  INSTITUTION,
  JSON_FLAG,
  printRows,
  requireInstitution,
  type Context,
} from './context.ts';
import { openInstitution } from './seed.ts';

/** Caches of platforms live so long. */
const SOON = 'Done. Running processes know it within half a minute.';

function addInvite(program: Command, { deps, print }: Context): void {
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
}

function addRegistrations(platform: Command, context: Context): void {
  const { deps, print } = context;
  platform
    .command('add')
    .description('enter a registration by hand; its deployments wait for approval')
    .requiredOption('--issuer <url>', 'as the LMS names itself in its tokens')
    .requiredOption('--client-id <id>', 'that the LMS gave Waymark')
    .requiredOption('--auth-url <url>', 'its OIDC authorization endpoint')
    .requiredOption('--token-url <url>', 'its access token endpoint')
    .requiredOption('--jwks-url <url>', 'its public keys')
    .option('--token-audience <url>', 'where it is not the token URL')
    .option('--family <family>', 'canvas, moodle, schoology or other', 'other')
    .option('--name <name>', 'as people see it; else what the LMS calls itself')
    .action(async (options: Record<string, string>) => print((await addPlatform(await deps(), options))._id));
  platform
    .command('list')
    .description('all registrations: id, state, family, issuer, client id, name')
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
    .argument('<url>', 'a host name of the school that frames the tool')
    .description('let one more origin frame this platform’s launches')
    .action(async (id: string, url: string) => {
      await addOrigin(await deps(), id, url);
      print(SOON);
    });
  platform
    .command('rename')
    .argument('<id>', 'first column of `platform list`')
    .argument('<name>', 'as people see it')
    .description('give a registration the name that people see, in place of what the LMS calls itself')
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
            ? 'The platform is active. Running processes know it within half a minute.'
            : `The platform is disabled: nobody comes in by it any more. ${endedWords(count)}`,
        );
      });
  }
}

function addDeploymentVerbs(deployments: Command, context: Context): void {
  const { deps, print } = context;
  deployments
    .command('list')
    .description(
      'all deployments, the waiting ones first: id, state, deployment id, platform, how it names itself',
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
    .description('give a deployment to an institution')
    .requiredOption('--institution <name>', 'made when it is new')
    .action(async (id: string, options: { institution: string }) => {
      const d = await deps();
      const institution = await openInstitution(d, options.institution);
      await approveDeployment(d, id, institution._id);
      print(`Deployment ${id} belongs to ${institution.name}.`);
    });
  deployments
    .command('disable')
    .argument('<id>', 'first column of `deployments list`')
    .description('switch a deployment off; nobody launches from it any more')
    .requiredOption(...INSTITUTION)
    .action(async (id: string, options: { institution: string }) => {
      const d = await deps();
      const institution = await requireInstitution(options.institution);
      const count = await disableDeployment(d, id, institution._id);
      print(`Deployment ${id} is disabled: nobody comes in by it any more. ${endedWords(count)}`);
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
    .description('installs of a registration; each belongs to one institution');
  addDeploymentVerbs(deployments, context);
}
