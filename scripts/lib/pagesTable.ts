import { readFileSync } from 'node:fs';
import { withTable } from './generatedTable.ts';
import { inRoot } from './paths.mjs';

/** The page that has the table, from the root. */
export const PAGES_PAGE = 'docs/pages.md';

const ENTRY = /^ {2}\/\*\* (\*\*(.+?)\*\*: .+) \*\/\n {2}(\w+): \{$/gm;

/**
 * A page with the table of the client's pages between its marks: the comment of each entry in `client/src/pages/registry.ts`, with
 * its pictures.
 *
 * @throws {Error} where it has no marks
 */
export function withPagesTable(page: string): string {
  const registry = readFileSync(inRoot('client/src/pages/registry.ts'), 'utf8');
  const rows = [...registry.matchAll(ENTRY)].map(([, line = '', name = '', id = '']) => {
    const picture = `pictures/pages/${id}`;
    return `| ${line} | ![${name}](${picture}.png) | ![${name}, on a phone](${picture}-phone.png) |`;
  });
  return withTable(page, 'pages', ['| Page | Wide | Phone |', '| --- | --- | --- |', ...rows]);
}
