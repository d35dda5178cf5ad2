// @ts-check
// `npm run docs`: writes what the docs take from the code. `test/unit/docs.test.ts` fails where that is out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { inRoot } from './lib/paths.mjs';
import { REFUSALS_PAGE, withRefusalTable } from './lib/refusalTable.ts';

const page = inRoot(REFUSALS_PAGE);
await writeFile(page, withRefusalTable(await readFile(page, 'utf8')));
