import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import mongoose from 'mongoose';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { listAuditLines, operatorOf } from '../../../server/features/audit/audit.service.ts';
import { InstitutionModel } from '../../../server/features/institutions/institution.model.ts';
import {
  ensureInstitution,
  type InstitutionDoc,
} from '../../../server/features/institutions/institutions.service.ts';
import {
  describeSetting,
  getSettings,
  parseSetting,
  resetSetting,
  SETTING_KEYS,
  setSetting,
} from '../../../server/features/institutions/settings.service.ts';
import { runCommand } from '../../support/commandLine.ts';
import { useApp } from '../../support/app.ts';
import { programArguments } from '../../support/programs.ts';

const world = useApp();

let institution: InstitutionDoc;
beforeEach(async () => {
  institution = await ensureInstitution(world.deps, `District ${randomUUID()}`);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const run = (...words: string[]): Promise<string[]> =>
  runCommand(world.deps, [...words, '--institution', institution.name]);

interface Shown {
  key: string;
  value: unknown;
}
async function shown(): Promise<Record<string, unknown>> {
  const rows = JSON.parse((await run('settings', 'show', '--json')).join('')) as Shown[];
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

const stored = async (): Promise<unknown> =>
  (await InstitutionModel.findById(institution._id).lean())?.settings;
const store = (fields: Record<string, unknown>, _id = institution._id) =>
  mongoose.connection.collection<{ _id: string }>('institutions').updateOne({ _id }, { $set: fields });

/** What the audit says of changes, oldest first. */
async function changesOf({ _id }: Pick<InstitutionDoc, '_id'>) {
  const lines = await listAuditLines(_id, 50);
  const changes = lines.filter(({ action }) => action === 'institution.changed');
  return changes.map(({ facts }) => facts).reverse();
}

const by = () => operatorOf(institution._id);

describe.each(SETTING_KEYS)('the setting %s', (key) => {
  const { default: byDefault, example, unit, description } = describeSetting(key);
  const value = parseSetting(key, example);

  it('is shown with its value, default, unit and what it decides', async () => {
    const rows = await run('settings', 'show');
    const asJson = JSON.parse((await run('settings', 'show', '--json')).join('')) as unknown[];

    expect(rows).toContain([key, byDefault ?? '-', byDefault ?? '-', unit ?? '-', description].join('\t'));
    expect(asJson).toContainEqual({ key, value: byDefault, default: byDefault, unit, description });
  });

  it('is set and taken back by the command line, with a line of audit for each', async () => {
    const before = await shown();

    const set = await run('settings', 'set', key, example);
    const afterSet = await shown();
    const storedThen = await stored();
    const reset = await run('settings', 'reset', key);

    expect(set.join('')).toContain(`${institution.name} now has ${key} ${example}.`);
    expect(afterSet).toEqual({ ...before, [key]: value });
    expect(storedThen).toEqual({ [key]: value });
    expect(reset.join('')).toContain(
      `${institution.name} now has the default of ${key} again: ${String(byDefault)}.`,
    );
    expect(await shown()).toEqual(before);
    expect(await stored()).toEqual({});
    expect(await changesOf(institution)).toEqual([
      { setting: key, before: byDefault, after: value, isSet: true },
      { setting: key, before: value, after: byDefault, isSet: false },
    ]);
  });

  it('can be set and taken back where something was stored that is not allowed', async () => {
    await store({ settings: { [key]: { odd: true } } });
    await setSetting(world.deps, by(), key, value);
    const afterSet = await stored();
    await store({ settings: 'odd' });

    await resetSetting(world.deps, by(), key);
    await setSetting(world.deps, by(), key, value);

    expect(afterSet).toEqual({ [key]: value });
    expect(await stored()).toEqual({ [key]: value });
  });
});

describe('a change of settings', () => {
  it('leaves what another one sets at the same moment', async () => {
    await Promise.all([
      setSetting(world.deps, by(), 'zone', 'Asia/Tokyo'),
      setSetting(world.deps, by(), 'reviewDays', 3),
      setSetting(world.deps, by(), 'quotaBytes', 4096),
    ]);

    expect(await stored()).toEqual({ zone: 'Asia/Tokyo', reviewDays: 3, quotaBytes: 4096 });
    expect(await changesOf(institution)).toHaveLength(3);
  });

  it('of one setting at the same moment comes after the other one: the audit tells them in their order', async () => {
    const days = [1, 2, 3, 4, 5];

    await Promise.all(days.map((one) => setSetting(world.deps, by(), 'reviewDays', one)));

    const changes = await changesOf(institution);
    const last = await getSettings(world.deps, institution._id);
    const afterOf = new Map(changes.map(({ before, after }) => [before, after]));
    const inOrder = [...days].reduce<unknown[]>(
      (told) => [...told, afterOf.get(told.at(-1) as number)],
      [14],
    );
    expect(inOrder.slice(1).toSorted()).toEqual(days);
    expect(inOrder.at(-1)).toBe(last.reviewDays);
  });

  it('to what it is already leaves no line in the audit', async () => {
    await setSetting(world.deps, by(), 'reviewDays', 3);

    await setSetting(world.deps, by(), 'reviewDays', 3);
    await resetSetting(world.deps, by(), 'zone');

    expect(await changesOf(institution)).toHaveLength(1);
  });

  it('that can’t be audited does not happen', async () => {
    const { db } = mongoose.connection;
    const validator = { action: { $ne: 'institution.changed' } };
    await db?.command({ collMod: 'auditPending', validator });

    const setting = setSetting(world.deps, by(), 'reviewDays', 3);

    await expect(setting).rejects.toThrow(/validation/);
    await db?.command({ collMod: 'auditPending', validator: {} });
    expect(await stored()).toBeUndefined();
    expect(await getSettings(world.deps, institution._id)).toMatchObject({ reviewDays: 14 });
  });

  it.each([
    [['settings', 'set', 'theme', 'dark'], 'There is no setting "theme": zone, '],
    [['settings', 'reset', 'theme'], 'There is no setting "theme": zone, '],
    [['settings', 'set', 'reviewDays', '-3'], 'reviewDays can’t be "-3": it must be a whole number of days'],
    [['institution', 'zone', 'Mars/Base'], 'zone can’t be "Mars/Base": it must be an IANA time zone'],
  ])('that is not allowed changes nothing and says what is: %j', async (words, says) => {
    await expect(run(...words)).rejects.toThrow(says);
    expect(await stored()).toBeUndefined();
    expect(await changesOf(institution)).toEqual([]);
  });

  it('of an institution that is not there is told so', async () => {
    const setting = setSetting(world.deps, operatorOf(randomUUID()), 'reviewDays', 3);

    await expect(setting).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is what `institution zone` makes too, and `institution list` shows', async () => {
    await run('institution', 'zone', 'Asia/Tokyo');

    const rows = JSON.parse((await runCommand(world.deps, ['institution', 'list', '--json'])).join('')) as {
      id: string;
      zone: string;
    }[];

    expect(rows.find(({ id }) => id === institution._id)?.zone).toBe('Asia/Tokyo');
    expect(await stored()).toEqual({ zone: 'Asia/Tokyo' });
  });
});

/** `npm run waymark -- …` in a process of its own. */
async function runElsewhere(...words: string[]): Promise<void> {
  const { connection } = mongoose;
  const env = {
    PATH: process.env['PATH'] ?? '',
    PUBLIC_URL: 'http://localhost:3000',
    ALLOW_LOCAL_PLATFORMS: '1',
    SECRET_KEYS: 'x'.repeat(32),
    MONGODB_URI: `mongodb://${connection.host}:${connection.port}/${connection.name}?directConnection=true`,
  };
  await promisify(execFile)(process.execPath, [...programArguments('server/cli.ts'), ...words], { env });
}

describe('a change that another process makes', () => {
  it('holds at once on pages, and within 30 s for all else', async () => {
    const caller = await world.launch('teacher-1', world.links.pathway);
    const name = (await InstitutionModel.findById(world.institutionId).lean())?.name ?? '';
    const zoneOnPage = async () => (await caller.call(sessionEndpoints.get)).body.institution.zone;
    const zoneElsewhere = async () => (await getSettings(world.deps, world.institutionId)).zone;
    const before = [await zoneOnPage(), await zoneElsewhere()];

    await runElsewhere('settings', 'set', 'zone', 'Asia/Tokyo', '--institution', name);

    const atOnce = await zoneOnPage();
    const clock = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => clock() + 30_000);
    expect(before).toEqual(['UTC', 'UTC']);
    expect(atOnce).toBe('Asia/Tokyo');
    expect(await zoneElsewhere()).toBe('Asia/Tokyo');
  });

  it('is looked for once in that time, however many ask', async () => {
    const other = { settings: { reviewDays: 3 } };
    const first = await Promise.all([1, 2, 3].map(() => getSettings(world.deps, institution._id)));

    await store(other);

    const then = await getSettings(world.deps, institution._id);
    expect([...first, then].map(({ reviewDays }) => reviewDays)).toEqual([14, 14, 14, 14]);
  });
});

describe('settings that nobody could have set', () => {
  it('break no page: its own default holds for each of them', async () => {
    const district = await world.addDistrict();
    const caller = await district.launch('teacher-1', district.links.pathway);
    const odd = { zone: 'Mars/Base', quotaBytes: 'much', reviewDays: { $date: 1 }, theme: 'dark' };
    await store({ settings: odd }, district.institutionId);

    const session = await caller.call(sessionEndpoints.get);
    const opened = await caller.call(pathwayEndpoints.open, { body: {} });
    const map = await caller.call(pathwayEndpoints.map, { params: { id: opened.body.enrolmentId } });

    expect([session.status, opened.status, map.status]).toEqual([200, 200, 200]);
    expect(session.body.institution.zone).toBe('UTC');
  });
});
