// @ts-check
// `npm run docs`: writes what the docs take from the code. `test/unit/docs.test.ts` fails where that is out of date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { inRoot } from './lib/paths.mjs';
import { SCHEMAS_FOLDER, toJsonSchemas } from './lib/jsonSchemas.ts';
import { MESSAGES_PAGE, withMessagesTable } from './lib/messagesTable.ts';
import { PAGES_PAGE, withPagesTable } from './lib/pagesTable.ts';
import { REFUSALS_PAGE, withRefusalTable } from './lib/refusalTable.ts';
import { SETTINGS_PAGE, withSettingsTable } from './lib/settingsTable.ts';

const TABLES = /** @type {const} */ ([
  [PAGES_PAGE, withPagesTable],
  [REFUSALS_PAGE, withRefusalTable],
  [SETTINGS_PAGE, withSettingsTable],
  [MESSAGES_PAGE, withMessagesTable],
]);

for (const [name, withTable] of TABLES) {
  const page = inRoot(name);
  await writeFile(page, withTable(await readFile(page, 'utf8')));
}

await mkdir(inRoot(SCHEMAS_FOLDER), { recursive: true });
for (const [name, schema] of toJsonSchemas()) await writeFile(inRoot(SCHEMAS_FOLDER, name), schema);
