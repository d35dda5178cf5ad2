import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import {
  describeSetting,
  parseSetting,
  SETTING_KEYS,
  settingsOf,
  toSettingKey,
} from '../../server/features/institutions/settings.service.ts';
import { InstitutionSettings } from '../../server/features/institutions/settings.ts';

const DEFAULTS = InstitutionSettings.parse({});

/** What is read of stored settings, and the keys that the log tells of. */
function readLogged(...stored: unknown[]) {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const _id = randomUUID();
  const read = stored.map((settings) => settingsOf({ log }, { _id, settings }));
  const told = lines.map((line) => JSON.parse(line) as { setting: string; institutionId: string });
  return { read, settings: read[0], told: told.map(({ setting }) => setting), institutionId: _id };
}

describe.each(SETTING_KEYS)('the setting %s', (key) => {
  test('has a default that it allows, and says what it decides and what it may be', () => {
    const { default: byDefault, description, allowed, unit, example } = describeSetting(key);

    expect(InstitutionSettings.parse({ [key]: byDefault })).toEqual(DEFAULTS);
    expect(description).toMatch(/^[^A-Z].{10,}[^.]$/);
    expect(allowed).toMatch(/^an? .*[^.]$/);
    expect(typeof InstitutionSettings.parse({ [key]: parseSetting(key, example) })[key] === 'number').toBe(
      unit !== null,
    );
  });

  test('is read as it was set, and beside it the defaults of all others', () => {
    const value = parseSetting(key, describeSetting(key).example);

    const { settings, told } = readLogged({ [key]: value });

    expect(value).not.toEqual(DEFAULTS[key]);
    expect(settings).toEqual({ ...DEFAULTS, [key]: value });
    expect(told).toEqual([]);
  });

  test.each([[{}], [[]], [Number.NaN], [''], [-1.5], [new Date(0)], ['\u0000']])(
    'is its default where %j is stored, which is logged once; what else is set holds',
    (stored) => {
      const other = SETTING_KEYS.find((one) => one !== key) ?? key;
      const value = parseSetting(other, describeSetting(other).example);

      const { read, told } = readLogged({ [key]: stored, [other]: value }, { [key]: stored, [other]: value });

      const expected = { ...DEFAULTS, [other]: value };
      expect(read).toEqual([expected, expected]);
      expect(told).toEqual([key]);
    },
  );

  test.each(['{}', '[]', '', '-1.5', '"', 'nothing of the kind'])(
    'can’t be typed as %j: what is allowed is said',
    (typed) => {
      expect(() => parseSetting(key, typed)).toThrow(
        `${key} can’t be "${typed}": it must be ${describeSetting(key).allowed}.`,
      );
    },
  );
});

describe('settings that are stored', () => {
  test.each([null, 'zone', 7, [], ['UTC'], true])(
    'as %j are the defaults, which is logged once',
    (stored) => {
      const { read, told } = readLogged(stored, stored);

      expect(read).toEqual([DEFAULTS, DEFAULTS]);
      expect(told).toEqual(['settings']);
    },
  );

  test.each(['theme', 'Zone', 'constructor', '__proto__', ''])(
    'under a name that is none (%j) are logged once; the others hold',
    (name) => {
      const stored = JSON.parse(`{"reviewDays":3,"${name}":{"zone":1}}`) as unknown;

      const { read, told } = readLogged(stored, stored);

      expect(read[1]).toEqual({ ...DEFAULTS, reviewDays: 3 });
      expect(told).toEqual([name]);
    },
  );

  test('never are an error, whatever they are, and are read as what is allowed', () => {
    const values = fc.anything({ withDate: true, withNullPrototype: true, withBigInt: true });
    const stored = fc.oneof(values, fc.dictionary(fc.constantFrom(...SETTING_KEYS, 'other'), values));

    fc.assert(
      fc.property(stored, (settings) => {
        const read = settingsOf({ log: pino({ level: 'silent' }) }, { _id: randomUUID(), settings });

        expect(InstitutionSettings.parse(read)).toEqual(read);
        expect(Object.keys(read)).toEqual(SETTING_KEYS);
      }),
    );
  });
});

describe('a setting that is typed', () => {
  test.each([
    ['zone', 'Europe/Vienna', 'Europe/Vienna'],
    ['zone', 'UTC', 'UTC'],
    ['quotaBytes', '1024', 1024],
    ['quotaBytes', '1e9', 1_000_000_000],
    ['quotaBytes', 'null', null],
    ['reviewDays', '1', 1],
    ['reviewDays', ' 365 ', 365],
  ] as const)('%s as %j is %j', (key, typed, value) => {
    expect(parseSetting(key, typed)).toBe(value);
  });

  test.each([
    ['zone', 'Mars/Base'],
    // browsers that know no offsets would show no page
    ['zone', '+01:00'],
    ['zone', 'null'],
    ['quotaBytes', '1023'],
    ['quotaBytes', '1e300'],
    ['quotaBytes', '500 GiB'],
    ['reviewDays', '0'],
    ['reviewDays', '366'],
    ['reviewDays', '14.5'],
    ['reviewDays', 'null'],
    ['reviewDays', 'true'],
  ] as const)('%s can’t be %j', (key, typed) => {
    expect(() => parseSetting(key, typed)).toThrow(`${key} can’t be "${typed}": it must be a`);
  });

  test.each(['theme', 'Zone', 'zone.x', '$zone', '__proto__', ''])(
    'under a name that is none (%j) is told which there are',
    (typed) => {
      expect(() => toSettingKey(typed)).toThrow(
        `There is no setting "${typed}": ${SETTING_KEYS.join(', ')}.`,
      );
    },
  );
});
