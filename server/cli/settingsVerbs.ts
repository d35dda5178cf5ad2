import type { Command } from 'commander';
import { operatorOf } from '../features/audit/audit.service.ts';
import {
  describeSetting,
  parseSetting,
  resetSetting,
  SETTING_KEYS,
  setSetting,
  settingsOf,
  toSettingKey,
} from '../features/institutions/settings.service.ts';
import { INSTITUTION, JSON_FLAG, printRows, requireInstitution, type Context } from './context.ts';

interface Named {
  institution: string;
}

/** When a change takes effect in the running processes: pages read it with each request, everything else is cached. */
export const TAKES_EFFECT = 'Pages show it at once; running processes apply it within half a minute.';

const KEY = ['<key>', SETTING_KEYS.join(', ')] as const;

function addShow(settings: Command, context: Context): void {
  settings
    .command('show')
    .description('all settings: key, value, default, unit, description')
    .requiredOption(...INSTITUTION)
    .option(...JSON_FLAG)
    .action(async (options: Named & { json: boolean }) => {
      const d = await context.deps();
      const now = settingsOf(d, await requireInstitution(options.institution));
      const rows = SETTING_KEYS.map((key) => {
        const { default: byDefault, unit, description } = describeSetting(key);
        return { key, value: now[key], default: byDefault, unit, description };
      });
      printRows(context, rows, options.json);
    });
}

/** The settings of an institution. */
export function addSettingsVerbs(program: Command, context: Context): void {
  const { deps, print } = context;
  const settings = program.command('settings').description('settings of an institution');
  addShow(settings, context);
  settings
    .command('set')
    .argument(...KEY)
    .argument('<value>', 'text, a number, true, false or null')
    .description('change one setting')
    .requiredOption(...INSTITUTION)
    .action(async (typed: string, value: string, options: Named) => {
      const d = await deps();
      const key = toSettingKey(typed);
      const parsed = parseSetting(key, value);
      const { _id, name } = await requireInstitution(options.institution);
      const now = await setSetting(d, operatorOf(_id), key, parsed);
      print(`${name} now has ${key} ${String(now[key])}. ${TAKES_EFFECT}`);
    });
  settings
    .command('reset')
    .argument(...KEY)
    .description('return a setting to its default')
    .requiredOption(...INSTITUTION)
    .action(async (typed: string, options: Named) => {
      const d = await deps();
      const key = toSettingKey(typed);
      const { _id, name } = await requireInstitution(options.institution);
      const now = await resetSetting(d, operatorOf(_id), key);
      print(`${name} now has the default of ${key} again: ${String(now[key])}. ${TAKES_EFFECT}`);
    });
}
