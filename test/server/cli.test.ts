import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { CommanderError, type Command } from 'commander';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { createProgram } from '../../server/cli/program.ts';
import { AppError } from '../../server/errors.ts';
import { INSTALLATION } from '../../server/features/audit/audit.service.ts';
import { sealAuditLines } from '../../server/features/audit/sealer.service.ts';
import { findInstitutionByName } from '../../server/features/institutions/institutions.service.ts';
import { RosterModel } from '../../server/features/rosters/roster.model.ts';
import { runCommand } from '../support/commandLine.ts';
import { useApp } from '../support/app.ts';
import { faultsOfChain, readSealedLines, sealNow } from '../support/audit.ts';
import { SAMPLE } from '../support/build.ts';
import { programArguments } from '../support/programs.ts';

const world = useApp();

const run = (...words: string[]): Promise<string[]> => runCommand(world.deps, words);

async function refusalOf(...words: string[]): Promise<string> {
  try {
    await run(...words);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    if (error instanceof CommanderError) return error.code;
    throw error;
  }
  return 'done';
}

async function nameOf(institutionId: string): Promise<string> {
  const rows = JSON.parse((await run('institution', 'list', '--json')).join('')) as {
    id: string;
    name: string;
  }[];
  return rows.find((row) => row.id === institutionId)?.name ?? '';
}

/** What ships and a new institution gets. */
const [PATHWAYS, FRAMEWORKS, FORMS] = ['pathways', 'frameworks', 'observation-forms'].map((folder) =>
  readdirSync(new URL(`../../content/${folder}`, import.meta.url)),
) as [string[], string[], string[]];

async function actionsOf(institutionId: string): Promise<string[]> {
  const lines = await readSealedLines(institutionId);
  return lines.map((line) => `${line.action} ${line.personId ?? 'operator'}`);
}

describe('a verb that changes something', () => {
  it('within an institution leaves a line in its audit', async () => {
    const name = 'South District';

    await run('seed', '--institution', name);
    await run('institution', 'zone', 'America/Chicago', '--institution', name);
    const dates = ['--submit-by', '2026-12-18', '--review-by', 'none'];
    await run('run', 'dates', '--institution', name, '--pathway', SAMPLE.key, ...dates);
    await run('archive-run', '--institution', name, '--pathway', SAMPLE.key);
    await run('invite', '--institution', name);

    const institution = await findInstitutionByName(name);
    expect(await actionsOf(institution?._id ?? '')).toEqual(
      [
        'institution.made',
        ...FRAMEWORKS.map(() => 'framework.published'),
        ...PATHWAYS.flatMap(() => ['pathway.published', 'run.opened']),
        ...FORMS.map(() => 'form.published'),
        'institution.changed',
        'run.dated',
        'run.archived',
        // an invitation brings the sample along, and so a run to work in
        'run.opened',
        'invite.made',
      ].map((action) => `${action} operator`),
    );
    expect(await faultsOfChain(institution?._id ?? '')).toEqual([]);
  });

  it('about a platform leaves one in the installation’s audit, and in each institution’s that launches by it', async () => {
    const urls = ['auth', 'token', 'jwks'].flatMap((part) => [
      `--${part}-url`,
      `https://lms.example/${part}`,
    ]);
    const [added = ''] = await run(
      ...['platform', 'add', '--issuer', 'https://lms.example', '--client-id', 'c1'],
      ...urls,
    );
    const rows = JSON.parse((await run('platform', 'list', '--json')).join('')) as { id: string }[];
    const registered = rows.find((row) => row.id !== added)?.id ?? '';

    await run('platform', 'disable', registered);
    await run('platform', 'enable', registered);
    await run('platform', 'add-origin', registered, 'https://lms.school.example');
    await run('keys', 'rotate');

    expect((await actionsOf(INSTALLATION)).map((line) => line.split(' ')[0])).toEqual([
      'platform.added',
      'platform.switched',
      'platform.switched',
      'platform.origin_added',
      'keys.rotated',
    ]);
    expect((await actionsOf(world.institutionId)).slice(-3)).toEqual([
      'platform.switched operator',
      'platform.switched operator',
      'platform.origin_added operator',
    ]);
    expect(await run('audit', 'check')).toEqual([
      expect.stringMatching(/^The chain is intact\. Its end: 5:[0-9a-f]{64}\.$/),
    ]);
  });

  it('says where a chain was tampered with', async () => {
    const name = 'East District';
    await run('seed', '--institution', name);
    const institutionId = (await findInstitutionByName(name))?._id ?? '';
    await sealNow(institutionId);
    const lines = mongoose.connection.collection('auditLines');
    await lines.updateOne({ institutionId, n: 2 }, { $set: { action: 'pathway.unpublished' } });

    const refusal = await refusalOf('audit', 'check', '--institution', name);

    expect(refusal).toBe(
      'INTERNAL: The chain is broken. Line 2 was altered: its hash is not that of what it says.',
    );
  });

  it('holds a chain against what the log told of it', async () => {
    const name = 'Far East District';
    await run('seed', '--institution', name);
    const institutionId = (await findInstitutionByName(name))?._id ?? '';
    const told: string[] = [];
    const log = pino({}, { write: (text) => void told.push(text) });
    await sealAuditLines({ log }, institutionId, 'the tests');
    const line = JSON.parse(told[0] ?? '{}') as { institutionId: string; expect: string };
    const asked = ['audit', 'check', '--institution', line.institutionId, '--expect'];

    const whole = await run(...asked, line.expect);
    await mongoose.connection.collection('auditLines').deleteMany({ institutionId });
    await mongoose.connection.collection('auditHeads').deleteMany({ institutionId });
    await run('institution', 'zone', 'Asia/Tokyo', '--institution', name);
    await sealNow(institutionId);
    const withoutAnchor = await run('audit', 'check', '--institution', name);
    const withAnchor = await refusalOf(...asked, line.expect);

    expect(whole).toEqual([`The chain is intact. Its end: ${line.expect}.`]);
    expect(withoutAnchor.join('')).toMatch(/^The chain is intact/);
    expect(withAnchor).toMatch(/INTERNAL: .*which was expected, is not there: the chain ends at 1\./);
    expect(await refusalOf(...asked, '57:abc')).toMatch(/^VALIDATION_FAILED/);
  });

  it('lists lines before and after they are sealed', async () => {
    const name = 'Near East District';
    await run('seed', '--institution', name);
    const institutionId = (await findInstitutionByName(name))?._id ?? '';
    await sealNow(institutionId);
    await run('institution', 'zone', 'Asia/Tokyo', '--institution', name);

    const rows = await run('audit', 'list', '--institution', name);

    expect(rows[0]).toMatch(/^-\t.*institution\.changed/);
    expect(rows.slice(1).map((row) => row.split('\t')[0])).toEqual(
      rows.slice(1).map((_, at, rest) => String(rest.length - at)),
    );
  });

  it('goes on with a chain that lost its head only when the operator says so, and leaves a line of it', async () => {
    const name = 'Middle East District';
    await run('seed', '--institution', name);
    const institutionId = (await findInstitutionByName(name))?._id ?? '';
    await sealNow(institutionId);
    await mongoose.connection.collection('auditHeads').deleteMany({ institutionId });
    await run('institution', 'zone', 'Asia/Tokyo', '--institution', name);

    const sealing = sealNow(institutionId);

    await expect(sealing).rejects.toThrow('it has lines and no head');
    expect(await refusalOf('audit', 'check', '--institution', name)).toMatch(/head of the chain is missing/);
    await run('audit', 'resume', '--institution', name);
    expect((await actionsOf(institutionId)).slice(-2)).toEqual([
      'institution.changed operator',
      'audit.resumed operator',
    ]);
    expect(await faultsOfChain(institutionId)).toEqual([]);
  });
});

describe('dates of a run', () => {
  it('end with the day where the institution is, and stay where they are not named', async () => {
    const name = 'West District';
    await run('seed', '--institution', name);
    await run('institution', 'zone', 'America/Chicago', '--institution', name);
    const place = ['run', 'dates', '--institution', name, '--pathway', SAMPLE.key];

    const first = await run(...place, '--submit-by', '2026-12-18', '--review-by', '2027-01-15T17:00:00Z');
    const second = await run(...place, '--review-by', 'none');

    expect(first).toEqual(['submit by 2026-12-19T05:59:59.000Z, review by 2027-01-15T17:00:00.000Z']);
    expect(second).toEqual(['submit by 2026-12-19T05:59:59.000Z, review by -']);
    const [row] = JSON.parse(
      (await run('run', 'list', '--institution', name, '--pathway', SAMPLE.key, '--json')).join(''),
    ) as object[];
    expect(row).toMatchObject({ state: 'open', submitBy: '2026-12-19T05:59:59.000Z', reviewBy: null });
  });
});

describe('rosters sync', () => {
  it('reads the rosters of an institution now', async () => {
    await world.launch('teacher-1', world.links.module);

    const said = await run('rosters', 'sync', '--institution', await nameOf(world.institutionId));

    expect(said).toEqual(['1 roster was read completely.']);
    expect(await RosterModel.countDocuments({ institutionId: world.institutionId })).toBe(1);
  });
});

describe('what can’t be done', () => {
  const NOBODY = '00000000-0000-4000-8000-00000000000f';

  it.each([
    [['deliveries', '--institution', 'Nowhere'], 'NOT_FOUND: There is no institution named "Nowhere"'],
    [['platform', 'disable', NOBODY], 'NOT_FOUND: This platform'],
    [['deployments', 'approve', NOBODY, '--institution', 'North'], 'NOT_FOUND: A deployment'],
    [
      ['assign', 'x', 'king', '--institution', 'North'],
      'VALIDATION_FAILED: "king" is not a role; use reviewer or admin.',
    ],
    [['assign', 'Nobody 1', 'admin', '--institution', 'North'], 'NOT_FOUND: A person "Nobody 1"'],
    [
      ['assign', 'x', 'admin', '--institution', 'North', '--course', NOBODY],
      'VALIDATION_FAILED: An admin is always for the whole institution',
    ],
    [['archive-run', '--institution', 'North', '--pathway', NOBODY], 'NOT_FOUND: No run of pathway'],
    [
      ['institution', 'zone', 'Mars/Base', '--institution', 'North'],
      'VALIDATION_FAILED: zone can’t be "Mars/Base": it must be an IANA time zone',
    ],
    [
      ['run', 'dates', '--institution', 'North', '--pathway', SAMPLE.key, '--submit-by', 'soon'],
      'VALIDATION_FAILED: "soon" is not a date',
    ],
    [['platform', 'add', '--issuer', 'https://lms.example'], 'commander.missingMandatoryOptionValue'],
    [['fly'], 'commander.unknownCommand'],
    [['deliveries', '--institution', 'North', '--fast'], 'commander.unknownOption'],
  ])('%j is told, and why', async (words, start) => {
    await run('seed', '--institution', 'North');

    expect(await refusalOf(...words)).toContain(start);
  });

  it('ends the process with 2, a fault with 1, help with 0', async () => {
    const { connection } = mongoose;
    const uri = `mongodb://${connection.host}:${connection.port}/${connection.name}?directConnection=true`;
    const secrets = {
      PUBLIC_URL: 'http://localhost:3000',
      ALLOW_LOCAL_PLATFORMS: '1',
      SECRET_KEYS: 'x'.repeat(32),
    };
    const exitOf = async (words: string[], env: Record<string, string>): Promise<number> => {
      const child = promisify(execFile)(process.execPath, [...programArguments('server/cli.ts'), ...words], {
        env: { PATH: process.env['PATH'] ?? '', ...env },
      });
      return child.then(
        () => 0,
        (error: { code: number }) => error.code,
      );
    };

    const codes = await Promise.all([
      exitOf(['--help'], {}),
      exitOf(['institution', 'list'], { ...secrets, MONGODB_URI: uri }),
      exitOf(['deliveries', '--institution', 'Nowhere'], { ...secrets, MONGODB_URI: uri }),
      exitOf(['fly'], {}),
      exitOf(['institution', 'list'], {}),
    ]);

    expect(codes).toEqual([0, 0, 2, 2, 1]);
  });
});

describe('help', () => {
  const verbsOf = (command: Command): Command[] =>
    command.commands.length > 0 ? command.commands.flatMap(verbsOf) : [command];

  it('says of every verb what it does, and of every argument and option what it is', () => {
    const program = createProgram({ deps: () => Promise.resolve(world.deps), print: () => undefined });

    const silent = verbsOf(program).flatMap((verb) => [
      ...(verb.description() ? [] : [verb.name()]),
      ...verb.options
        .filter((option) => !option.description)
        .map((option) => `${verb.name()} ${option.flags}`),
      ...verb.registeredArguments
        .filter((argument) => !argument.description)
        .map((argument) => `${verb.name()} ${argument.name()}`),
    ]);

    expect(silent).toEqual([]);
  });

  it('has --json on every list', () => {
    const program = createProgram({ deps: () => Promise.resolve(world.deps), print: () => undefined });

    const lists = verbsOf(program).filter((verb) => verb.name() === 'list');

    expect(lists).toHaveLength(6);
    expect(lists.filter((verb) => !verb.options.some((option) => option.long === '--json'))).toEqual([]);
  });
});
