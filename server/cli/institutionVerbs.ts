import type { Command } from 'commander';
import { AssignedRole } from '../../contract/assignments.ts';
import { AppError } from '../errors.ts';
import { assignRole, type RolePlace } from '../features/assignments/assignments.service.ts';
import { operatorOf } from '../features/audit/audit.service.ts';
import { countDeliveries } from '../features/grades/deliveries/list.service.ts';
import { compareReturned } from '../features/grades/deliveries/returns.service.ts';
import { listInstitutions } from '../features/institutions/institutions.service.ts';
import { parseSetting, setSetting, settingsOf } from '../features/institutions/settings.service.ts';
import { getContextTitles } from '../features/launches/courses.service.ts';
import { findPersonForOperator } from '../features/launches/people.service.ts';
import { archiveRun, findOpenRun, listRuns, setRunDates } from '../features/catalog/runs.service.ts';
import { syncAllRosters } from '../features/rosters/courseRosters.service.ts';
import { endOfDay } from '../zones.ts';
import { INSTITUTION, JSON_FLAG, printRows, requireInstitution, type Context } from './context.ts';
import { TAKES_EFFECT } from './settingsVerbs.ts';

interface Named {
  institution: string;
}

function addInstitutions(program: Command, context: Context): void {
  const { deps, print } = context;
  const institution = program.command('institution').description('the tenants of this installation');
  institution
    .command('list')
    .description('list all institutions: id, name, time zone')
    .option(...JSON_FLAG)
    .action(async (options: { json: boolean }) => {
      const d = await deps();
      const rows = (await listInstitutions()).map((one) => ({
        id: one._id,
        name: one.name,
        zone: settingsOf(d, one).zone,
      }));
      printRows(context, rows, options.json);
    });
  institution
    .command('zone')
    .argument('<zone>', 'an IANA time zone: America/Chicago')
    .description('set the time zone for its dates and weeks; the same as `settings set zone`')
    .requiredOption(...INSTITUTION)
    .action(async (zone: string, options: Named) => {
      const d = await deps();
      const { _id, name } = await requireInstitution(options.institution);
      const now = await setSetting(d, operatorOf(_id), 'zone', parseSetting('zone', zone));
      print(`${name} now uses the time zone ${now.zone}. ${TAKES_EFFECT}`);
    });
}

/** Parses a role, and where it is to apply. @throws {AppError} VALIDATION_FAILED */
function readRole(typed: string, contextId: string | null): RolePlace {
  const role = AssignedRole.safeParse(typed);
  if (!role.success)
    throw new AppError(
      'VALIDATION_FAILED',
      `"${typed}" is not a role; use ${AssignedRole.options.join(' or ')}.`,
    );
  if (role.data === 'reviewer') return { role: role.data, contextId };
  if (contextId === null) return { role: role.data, contextId };
  throw new AppError(
    'VALIDATION_FAILED',
    'An admin is always for the whole institution: omit --course, or assign the reviewer role.',
  );
}

function addAssign(program: Command, { deps, print }: Context): void {
  program
    .command('assign')
    .argument('<person>', 'person id, or the name or email address that the LMS sent')
    .argument('<role>', AssignedRole.options.join(' or '))
    .requiredOption(...INSTITUTION)
    .option('--course <id>', 'limit a reviewer to this course (its id in Waymark)')
    .description('give a person a role that only Waymark grants')
    .action(async (who: string, typed: string, options: Named & { course?: string }) => {
      const d = await deps();
      const place = readRole(typed, options.course ?? null);
      const institutionId = (await requireInstitution(options.institution))._id;
      const person = await findPersonForOperator(institutionId, who);
      const { contextId } = place;
      if (contextId !== null && !(await getContextTitles(institutionId, [contextId])).has(contextId))
        throw new AppError('NOT_FOUND', `There is no course "${contextId}" in this institution.`);
      await assignRole(d, operatorOf(institutionId), { personId: person._id, ...place });
      print(`${person.displayName} now has the role ${place.role}.`);
    });
}

/** @throws {AppError} NOT_FOUND */
async function requireOpenRun(institutionId: string, pathway: string) {
  const run = await findOpenRun(institutionId, pathway);
  if (!run) throw new AppError('NOT_FOUND', `No run of pathway "${pathway}" is open: see \`run list\`.`);
  return run;
}

/** `none`, a day of the institution (its last second), or an instant. @throws {AppError} VALIDATION_FAILED */
function readDate(text: string | undefined, zone: string): Date | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return null;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? endOfDay(text, zone) : new Date(text);
  const isInstant = /^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  if (!isInstant || Number.isNaN(date.getTime()))
    throw new AppError(
      'VALIDATION_FAILED',
      `"${text}" is not a date; use 2026-12-18, 2026-12-18T17:00:00Z, or none.`,
    );
  return date;
}

const PATHWAY = ['--pathway <key>', 'key of the pathway'] as const;

function addRunDates(run: Command, { deps, print }: Context): void {
  run
    .command('dates')
    .description('set or clear the dates of the open run; options that are not given stay unchanged')
    .requiredOption(...INSTITUTION)
    .requiredOption(...PATHWAY)
    .option(
      '--submit-by <date>',
      'later submissions are marked late: a day in its time zone, an instant, or none',
    )
    .option('--review-by <date>', 'when reviews are due')
    .action(async (options: Named & { pathway: string; submitBy?: string; reviewBy?: string }) => {
      const d = await deps();
      const institution = await requireInstitution(options.institution);
      const open = await requireOpenRun(institution._id, options.pathway);
      const { zone } = settingsOf(d, institution);
      const submitBy = readDate(options.submitBy, zone);
      const reviewBy = readDate(options.reviewBy, zone);
      const { submitBy: submit, reviewBy: review } = await setRunDates(d, institution._id, open._id, {
        ...(submitBy === undefined ? {} : { submitBy }),
        ...(reviewBy === undefined ? {} : { reviewBy }),
      });
      print(`submit by ${submit?.toISOString() ?? '-'}, review by ${review?.toISOString() ?? '-'}`);
    });
}

function addRuns(program: Command, context: Context): void {
  const { deps, print } = context;
  const run = program.command('run').description('the periods in which pathways are offered');
  run
    .command('list')
    .description('list runs, newest first: id, pathway, state, title, opened, submit by, review by')
    .requiredOption(...INSTITUTION)
    .option('--pathway <key>', 'only this one')
    .option(...JSON_FLAG)
    .action(async (options: Named & { pathway?: string; json: boolean }) => {
      await deps();
      const runs = await listRuns((await requireInstitution(options.institution))._id, options.pathway);
      const toRow = (one: (typeof runs)[number]) => ({
        id: one._id,
        pathway: one.pathwayKey,
        state: one.state,
        title: one.title,
        openedAt: one.openedAt.toISOString(),
        submitBy: one.submitBy?.toISOString() ?? null,
        reviewBy: one.reviewBy?.toISOString() ?? null,
      });
      printRows(context, runs.map(toRow), options.json);
    });
  addRunDates(run, context);
  program
    .command('archive-run')
    .description('close the open run of a pathway to new work')
    .requiredOption(...INSTITUTION)
    .requiredOption(...PATHWAY)
    .action(async (options: Named & { pathway: string }) => {
      const d = await deps();
      const { _id: institutionId } = await requireInstitution(options.institution);
      await archiveRun(d, institutionId, (await requireOpenRun(institutionId, options.pathway))._id);
      print('The run is archived.');
    });
}

function addOperationVerbs(program: Command, context: Context): void {
  const { deps, print } = context;
  program
    .command('deliveries')
    .description('count the scores in each state')
    .requiredOption(...INSTITUTION)
    .option(...JSON_FLAG)
    .action(async (options: Named & { json: boolean }) => {
      await deps();
      const counts = await countDeliveries((await requireInstitution(options.institution))._id);
      const rows = Object.entries(counts).map(([name, count]) => ({ name, count }));
      printRows(context, rows, options.json);
    });
  program
    .command('rosters')
    .description('rosters of courses')
    .command('sync')
    .description('read the roster of every course now, however recent; the daily job does this automatically')
    .option('--institution <name>', 'only this one')
    .action(async (options: { institution?: string }) => {
      const d = await deps();
      const one = options.institution === undefined ? null : await requireInstitution(options.institution);
      const which = { olderThanMs: 0, ...(one ? { institutionIds: [one._id] } : {}) };
      const read = await syncAllRosters({ ...d, onReturned: compareReturned }, which);
      print(read === 1 ? '1 roster was read completely.' : `${read} rosters were read completely.`);
    });
}

/** The operator's verbs within one institution. */
export function addInstitutionVerbs(program: Command, context: Context): void {
  addInstitutions(program, context);
  addAssign(program, context);
  addRuns(program, context);
  addOperationVerbs(program, context);
}
