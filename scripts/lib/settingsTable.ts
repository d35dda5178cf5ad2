import { describeSetting, SETTING_KEYS } from '../../server/features/institutions/settings.service.ts';
import { withTable } from './generatedTable.ts';

/** The page that contains the table, relative to the root. */
export const SETTINGS_PAGE = 'docs/operations.md';

/** A page with the table of all settings of an institution between its markers. @throws {Error} if it has no markers */
export function withSettingsTable(page: string): string {
  const rows = SETTING_KEYS.map((key) => {
    const { description, allowed, unit, default: byDefault } = describeSetting(key);
    return `| \`${key}\` | ${description} | \`${String(byDefault)}\` | ${unit ?? '–'} | ${allowed} |`;
  });
  const head = [
    '| Setting | What it decides | Default | Unit | Allowed |',
    '| --- | --- | --- | --- | --- |',
  ];
  return withTable(page, 'settings', [...head, ...rows]);
}
